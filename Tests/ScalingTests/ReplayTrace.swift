import Foundation
import Scaling

/// A part of a step as SimGrid replays it: some work, and sums over ranks in the pieces that the program sends.
///
/// A whole step would take SimGrid minutes. Of each size there are as many calls as leave the largest messages few,
/// and the work is cut in the same proportion; the model is asked for exactly what is replayed.
struct ReplayTrace: Equatable, Sendable {
    struct Call: Equatable, Sendable {
        var bytes, times: Int
    }
    let ranks: Int
    /// Of the slowest rank, without waiting.
    let workSeconds: Double
    let calls: [Call]
    /// How many times as much a step is.
    let share: Double

    /// - Parameter mostCalls: of MPI, about; at least one of each size stays.
    init(_ model: ScalingModel, ranks: Int, mostCalls: Int) {
        var counts: [Int: Double] = [:]
        for message in model.messages {
            for piece in ReductionModel.pieces(message.bytes) {
                counts[piece.bytes, default: 0] += message.calls * Double(piece.count)
            }
        }
        let all = counts.values.reduce(0, +), cut = max(1, all / Double(mostCalls))
        let parts = model.parts(batch: model.reference.batch, ranks: ranks, network: .none)
        self.ranks = ranks
        workSeconds = (parts.divided + parts.repeated) / cut
        calls = counts.sorted { $0.key < $1.key }.map { Call(bytes: $0, times: max(1, Int(($1 / cut).rounded()))) }
        share = cut
    }

    /// How fast the simulated processors are; what they do is given in seconds.
    static let operationsPerSecond = 1e9

    /// The lines of SimGrid's time-independent trace, for all ranks.
    func text(_ algorithm: ReductionAlgorithm, sumSecondsPerByte: Double) -> String {
        var lines = ["init", "compute \(workSeconds * Self.operationsPerSecond)"]
        for call in calls {
            // A number of values and their type: 1 is MPI_INT, 2 MPI_CHAR. What is summed is done after the call.
            let (count, type) = call.bytes % 4 == 0 ? (call.bytes / 4, 1) : (call.bytes, 2)
            let rounds = algorithm.asReplayed(call.bytes, ranks: ranks).rounds(bytes: Double(call.bytes), ranks: ranks)
            let summed = rounds.reduce(0) { $0 + Double($1.times) * $1.summed }
            let operations = summed * sumSecondsPerByte * Self.operationsPerSecond
            lines += Array(repeating: "allreduce \(count) \(operations) \(type)", count: call.times)
        }
        lines.append("finalize")
        return (0..<ranks).map { r in lines.map { "\(r) \($0)\n" }.joined() }.joined()
    }

    /// The seconds that the model gives the same work and calls.
    func seconds(_ algorithm: ReductionAlgorithm, _ replay: Replay) -> Double {
        let sums = calls.reduce(0) { sum, call in
            let algorithm = algorithm.asReplayed(call.bytes, ranks: ranks)
            return sum + Double(call.times) * replay.modelled(algorithm, bytes: call.bytes, ranks: ranks)
        }
        return workSeconds + sums
    }
}

extension ReductionAlgorithm {
    /// Fewer values than ranks make no blocks for a ring.
    func asReplayed(_ bytes: Int, ranks: Int) -> ReductionAlgorithm {
        self == .ring && bytes / 4 < ranks ? .recursiveDoubling : self
    }

    /// What SimGrid calls it (`--cfg=smpi/allreduce:…`).
    var simgridName: String {
        switch self {
        case .ring: "lr"
        case .recursiveDoubling: "rdb"
        case .rabenseifner: "rab_rdb"
        }
    }
}

extension NetworkDescription {
    /// Messages that take no time.
    static let none = NetworkDescription(name: "none", link: Link(latency: 0, bandwidth: .infinity))
}
