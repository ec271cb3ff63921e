import Scaling

/// The model against SimGrid on one fat tree: the same work and the same calls of MPI.
struct ReplayComparison: Sendable {
    struct Row: Equatable, Sendable {
        var ranks: Int
        var algorithm: ReductionAlgorithm
        /// Of what is replayed: its work, which both take alike.
        var work: Double
        /// By SimGrid with factors of one, and by the model.
        var replayed, modelled: Double
        /// By SimGrid with SMPI's factors, and by the model that knows them.
        var smpiReplayed, smpiModelled: Double

        /// Errors of the whole time, in parts of one.
        var error: Double { modelled / replayed - 1 }
        /// Of reductions alone.
        var sumsError: Double { (modelled - work) / (replayed - work) - 1 }
        /// Of the model that doesn't know SMPI's factors, against SimGrid with them.
        var plainError: Double { (modelled - work) / (smpiReplayed - work) - 1 }
        var smpiError: Double { (smpiModelled - work) / (smpiReplayed - work) - 1 }
    }
    let network: NetworkDescription
    let rows: [Row]
    /// A step is so many times what was replayed.
    let share: Double

    /// The counts up to 64 that a fat tree of 64 nodes can hold.
    static let counts = [2, 4, 8, 12, 16, 32, 48, 64]

    /// Replays on every count of ranks, with each algorithm. Throws `Replay.Unavailable`.
    ///
    /// - Parameter mostCalls: of MPI in a replay: SimGrid takes seconds for each on 64 ranks.
    init(
        _ model: ScalingModel, _ network: NetworkDescription, ranks: [Int] = Self.counts, mostCalls: Int = 6
    ) throws {
        let plain = try Replay(network, .one), smpi = try Replay(network, .smpi)
        var rows: [Row] = [], share = 1.0
        for ranks in ranks {
            let trace = ReplayTrace(model, ranks: ranks, mostCalls: mostCalls)
            share = trace.share
            for algorithm in ReductionAlgorithm.allCases {
                rows.append(
                    Row(
                        ranks: ranks, algorithm: algorithm, work: trace.workSeconds,
                        replayed: try plain.seconds(trace, algorithm),
                        modelled: trace.seconds(algorithm, plain),
                        smpiReplayed: try smpi.seconds(trace, algorithm),
                        smpiModelled: trace.seconds(algorithm, smpi)))
            }
        }
        (self.network, self.rows, self.share) = (network, rows, share)
    }

    /// The largest of these errors, by size.
    func largest(_ error: (Row) -> Double) -> Double { rows.map { abs(error($0)) }.max() ?? 0 }
}
