/// An error that knows with which exit status the program should end.
public protocol ExitStatus: Error {
    /// The status that the program ends with where this error ends it.
    var exitStatus: Int32 { get }
}

/// An error that every rank of the program throws at the same place with the same words, because it follows from
/// reduced values: it is told once, and all ranks end in order.
public protocol SharedError: ExitStatus {}

/// The error that all ranks throw when at least one of them failed: the one of the lowest failing rank.
public struct AgreedError: ExitStatus, CustomStringConvertible, Sendable {
    /// The lowest rank that failed.
    public let rank: Int
    /// The number of ranks that agreed.
    public let size: Int
    /// What that rank's error says.
    public let sentence: String
    /// That error's exit status, 1 if it has none.
    public let exitStatus: Int32

    /// The sentence, with the rank where it was not rank 0's: what fails everywhere fails on rank 0 too.
    public var description: String { rank == 0 ? sentence : "rank \(rank): \(sentence)" }
}

extension Communicator {
    /// Runs `body` on every rank; either all ranks go on with its result, or all throw the same error. So an
    /// error on one rank (a file that can't be read on one node) ends all of them, and none waits for ever.
    ///
    /// For set-up, before ranks depend on one another: an error thrown between two collective calls of `body`
    /// would leave the other ranks in the second one.
    ///
    /// - Parameter body: what may fail on some ranks and not on others.
    /// - Returns: the result of `body` on this rank.
    /// - Throws: `AgreedError`, the same on every rank, if `body` threw on any; `MPIError` if MPI fails.
    public func agree<T>(_ body: () throws -> T) throws -> T {
        let outcome = Result { try body() }
        var failure: (any Error)?
        if case .failure(let error) = outcome { failure = error }

        let failing = try allreduce(failure == nil ? size : rank, .min)
        if failing == size { return try outcome.get() }

        let sentence = try broadcast(text: failure.map { "\($0)" } ?? "", root: failing)
        let status = try broadcast((failure as? any ExitStatus)?.exitStatus ?? 1, root: failing)
        throw AgreedError(rank: failing, size: size, sentence: sentence, exitStatus: status)
    }
}
