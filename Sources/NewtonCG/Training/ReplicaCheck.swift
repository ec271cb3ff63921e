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
