import MPI

/// At least one rank was asked to stop: all ranks throw this at the same reduction.
public struct Stopped: Error {
    /// For objectives of one's own, at the same reduction on all ranks.
    public init() {}
}

/// A request to stop: what one rank knows of it travels with the reductions of a step, and all ranks throw `Stopped`
/// after the same one.
final class StopRequest<S: Scalar & MPIDatatype> {
    /// Whether this rank is asked to stop; nil: nobody asks, on any rank.
    var isRaised: (() -> Bool)?
    private let communicator: Communicator
    /// Room for a short vector and the request.
    private let message = Buffer<S>(count: shortVector + 1)

    /// Values of the longest vector with which it travels in one message; to others one of its own is small.
    static var shortVector: Int { 4096 }

    init(_ communicator: Communicator) { self.communicator = communicator }

    /// Sums vectors over the ranks, and the request.
    func total(_ vectors: UnsafeMutablePointer<S>, count: Int) throws {
        guard let isRaised, count <= Self.shortVector, communicator.size > 1 else {
            try communicator.total(vectors, count: count)
            return try check()
        }
        message.base.update(from: vectors, count: count)
        message.base[count] = isRaised() ? 1 : 0
        try communicator.total(message.base, count: count + 1)
        vectors.update(from: message.base, count: count)
        if message.base[count] > 0 { throw Stopped() }
    }

    /// The sum of one value over the ranks, and the request.
    func total(_ value: Double) throws -> Double {
        guard let isRaised else { return try communicator.total(value) }
        return try withUnsafeTemporaryAllocation(of: Double.self, capacity: 2) { sums in
            (sums[0], sums[1]) = (value, isRaised() ? 1 : 0)
            try communicator.total(sums.baseAddress!, count: 2)
            if sums[1] > 0 { throw Stopped() }
            return sums[0]
        }
    }

    /// The request in a message of its own.
    func check() throws {
        guard let isRaised else { return }
        message.base[0] = isRaised() ? 1 : 0
        try communicator.reducing(bytes: MemoryLayout<S>.stride) {
            try communicator.allreduce(message.base, count: 1, .sum)
        }
        if message.base[0] > 0 { throw Stopped() }
    }
}
