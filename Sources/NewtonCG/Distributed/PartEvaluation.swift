import MPI

/// Evaluates a part: every rank its own rows, in evaluation mode; sums and counts are reduced, then divided.
public final class PartEvaluation<S: Scalar & MPIDatatype> {
    private let factors: Factors<S>
    private let team: ThreadTeam
    /// By thread.
    private let evaluations: [Evaluation<S>]
    private let shard: Shard<S>
    private let communicator: Communicator
    private let samples: Int
    private let stateCount: Int
    private let operations: Int
    /// nil: terms are samples.
    private let terms: (@Sendable (Targets<S>) -> Int)?
    private let metrics: [LossMetric<S>]
    /// Of each metric, behind those of the loss and of its terms.
    private let places: [Range<Int>]

    /// - Parameters:
    ///   - metrics: beside the loss: `makeMetrics` gives those that it declares.
    ///   - samples: rows of the part over all ranks.
    ///   - threads: they divide this rank's rows.
    public init(
        _ network: Network<S>, loss: any Loss<S>, metrics: [LossMetric<S>], shard: Shard<S>, samples: Int,
        threads: Int = 1, frozen: FrozenValues<S>? = nil, communicator: Communicator
    ) {
        let plan = Evaluation.plan(network, block: MemoryPlan.blockSize(network))
        let factors = Factors(network, transposes: false, threads: threads, frozen: frozen)
        evaluations = (0..<threads).map { _ in
            Evaluation(
                network, loss: loss, plan: plan, workspace: Workspace(count: plan.shared), factors: factors)
        }
        (self.factors, team) = (factors, ThreadTeam(count: threads))
        (self.shard, self.samples, self.communicator) = (shard, samples, communicator)
        stateCount = network.stateCount
        operations = Operations(of: network).value
        (terms, self.metrics) = (loss.terms, metrics)
        places = metrics.reduce(into: []) { places, metric in
            let first = places.last?.upperBound ?? 2
            places.append(first..<first + metric.sums)
        }
    }

    /// - Parameters:
    ///   - point: all parameters.
    ///   - state: the running statistics, where the network has some.
    /// - Returns: the same on every rank.
    public func metrics(at point: UnsafePointer<S>, state: [S]) throws -> Metrics {
        precondition(state.count == stateCount, "the running statistics are those of another network")
        return try state.withUnsafeBufferPointer { state in
            // Without statistics nothing is read.
            try metrics(at: point, state.baseAddress ?? point)
        }
    }

    private func metrics(at point: UnsafePointer<S>, _ state: UnsafePointer<S>) throws -> Metrics {
        let outer = Phase.evaluation.begin()
        defer { outer.end() }
        Phase.count(operations: operations * shard.count)
        factors.set(point, transposes: false, team: team)
        // By thread: Σ ℓ, terms, the metrics' sums.
        let count = places.last?.upperBound ?? 2
        let parts = Buffer<Double>(count: count * team.count)
        team.run { t in
            let rows = (0..<shard.count).part(t, of: team.count)
            let own = UnsafeMutableBufferPointer(start: parts.base + count * t, count: count)
            let samples = Samples(groups: RowGroups(rows: rows.count), statistics: state)
            own[0] = evaluations[t].loss(shard.batch(from: rows.lowerBound, samples)) { _, y, targets in
                if let terms { own[1] += Double(terms(targets)) }
                for (metric, place) in zip(metrics, places) {
                    metric.add(y, targets, UnsafeMutableBufferPointer(rebasing: own[place]))
                }
            }
        }
        var sums = (0..<count).map { i in (0..<team.count).reduce(0) { $0 + parts.base[count * $1 + i] } }
        try sums.withUnsafeMutableBufferPointer { try communicator.total($0.baseAddress!, count: $0.count) }
        let n = Double(samples)
        let size = LossMetric<S>.PartSize(
            samples: n, terms: terms == nil ? n : sums[1], targetWidth: shard.columns.last!.shape.count)
        return Metrics(
            loss: size.mean(sums[0], .terms),
            zip(metrics, places).map { Metrics.Value($0.metric, $0.value(of: Array(sums[$1]), size)) })
    }
}
