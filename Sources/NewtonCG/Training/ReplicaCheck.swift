import Foundation
import MPI

/// Replicas of the parameters that are not the same any more: memory or a processor failed.
struct ReplicaError: SharedError, CustomStringConvertible {
    let description: String
    var exitStatus: Int32 { 1 }
}

enum ReplicaCheck {
    /// Compares what each rank made of its replica.
    /// - Returns: which ranks differ, in words; nil where none does. The same on every rank.
    static func difference(_ digest: UInt64, _ communicator: Communicator) throws -> String? {
        let digests = try communicator.allgather(digest)
        guard digests.contains(where: { $0 != digests[0] }) else { return nil }
        let nodes = try communicator.gather(text: MPIEnvironment.processorName())
        return try communicator.broadcast(text: nodes.map { difference(digests, nodes: $0) })
    }

    /// The replica that more than half of the ranks share is the right one.
    static func difference(_ digests: [UInt64], nodes: [String]) -> String {
        let counts = digests.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let right = counts.first { 2 * $0.value > digests.count }?.key
        let named = digests.indices.filter { digests[$0] != right }
            .map { "rank \($0) on \(nodes[$0])" }.joined(separator: ", ")
        guard right != nil else { return "the parameters of the ranks differ, and none has a majority: \(named)" }
        return "the parameters of \(named) differ from those of the other ranks"
    }
}

extension Trainer {
    var isReplicaCheckDue: Bool {
        configuration.train.replicaCheckEvery.map { position.step % $0 == 0 } ?? false
    }

    /// Of all that is the same on every rank.
    var digest: UInt64 {
        var digest = Digest.of(w.base, count: w.count)
        digest = Digest.of(state.base, count: state.count, seed: digest)
        if let average { digest = Digest.of(average.base, count: average.count, seed: digest) }
        return digest
    }

    /// Ends the run where the ranks' replicas are not the same bits. Also before each checkpoint, so that none is
    /// written from a replica that differs.
    func compareReplicas() throws {
        guard problem.communicator.size > 1, configuration.train.replicaCheckEvery != nil,
            comparedStep != position.step
        else { return }
        comparedStep = position.step
        guard let difference = try ReplicaCheck.difference(digest, problem.communicator) else { return }
        let sentence =
            "step \(position.step): \(difference): memory or a processor there is at fault; \(kept). Go on by --resume, "
            + "without that node"
        throw ReplicaError(description: try problem.communicator.broadcast(text: sentence))
    }
}
