import MPI

/// What a part of the dataset gives at a point: sums over all ranks, divided by the counts.
public struct Metrics: Equatable, Sendable {
    /// The mean loss, without penalties.
    public var loss: Double
    /// The share of samples whose largest output is their class.
    public var accuracy: Double?
    /// √(Σ(f − y)² / (N·k)) over the k outputs of N samples.
    public var rmse: Double?

    public init(loss: Double, accuracy: Double? = nil, rmse: Double? = nil) {
        (self.loss, self.accuracy, self.rmse) = (loss, accuracy, rmse)
    }

    /// By the name of a column of `metrics.csv`.
    public subscript(name: String) -> Double? {
        switch name {
        case "loss": loss
        case "accuracy": accuracy
        case "rmse": rmse
        default: nil
        }
    }
}

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
    private let hasLabels: Bool

    /// - Parameters:
    ///   - samples: rows of the part over all ranks.
    ///   - threads: they divide this rank's rows.
    public init(
        _ network: Network<S>, loss: any Loss<S>, shard: Shard<S>, samples: Int, threads: Int = 1,
        frozen: FrozenValues<S>? = nil, communicator: Communicator
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
        hasLabels = type(of: loss).takesLabels
    }

    /// - Parameter state: the running statistics, where the network has some.
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
        // By thread: Σ ℓ, right answers, squared errors.
        let parts = Buffer<Double>(count: 3 * team.count)
        team.run { t in
            let rows = (0..<shard.count).part(t, of: team.count), part = parts.base + 3 * t
            let samples = Samples(groups: RowGroups(rows: rows.count), statistics: state)
            part[0] = evaluations[t].loss(shard.batch(from: rows.lowerBound, samples)) { _, y, targets in
                if hasLabels {
                    part[1] += Double(Self.right(y[0], targets.labels))
                } else {
                    part[2] += S.Kernels.squaredError(
                        count: y[0].count, y: y[0].base, targets: targets.values.base, difference: nil)
                }
            }
        }
        var sums = (0..<3).map { i in (0..<team.count).reduce(0) { $0 + parts.base[3 * $1 + i] } }
        try sums.withUnsafeMutableBufferPointer { try communicator.total($0.baseAddress!, count: $0.count) }
        let n = Double(samples)
        return Metrics(
            loss: sums[0] / n, accuracy: hasLabels ? sums[1] / n : nil,
            rmse: hasLabels ? nil : (sums[2] / n / Double(shard.columns.last!.shape.count)).squareRoot())
    }

    /// Rows whose largest output (the first of equals) is their label.
    private static func right(_ y: Matrix<S>, _ labels: UnsafePointer<Int32>) -> Int {
        var count = 0
        for i in 0..<y.rows {
            let row = y.base! + i * y.columns
            var best = 0
            for j in 1..<y.columns where row[j] > row[best] { best = j }
            if best == Int(labels[i]) { count += 1 }
        }
        return count
    }
}
