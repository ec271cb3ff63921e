import MPI

/// A training problem set up on this rank: the network, its loss, the rank's shards, the batch order, the objective.
/// Setting up ends in one agreement: all ranks go on, or all end with one sentence.
public final class Problem<S: TrainingScalar> {
    /// As it was read; `batch` may differ from its own.
    public let configuration: Configuration
    /// The configuration's, or that of a phase or a setting.
    public let batch: Configuration.Data.Batch
    /// All ranks of the problem.
    public let communicator: Communicator
    /// The whole model.
    public let network: Network<S>
    /// The batch order.
    public let lanes: Lanes
    /// The training loss over all ranks; of the trained parameters.
    public let objective: ShardedObjective<S>
    /// `validation` and `test`, as far as the dataset has them, by name.
    public let evaluations: [(part: String, evaluation: PartEvaluation<S>)]
    /// The name of the dataset.
    public let dataset: String
    /// What the user should know before the run begins.
    public let warnings: [String]
    /// Rows of the training part over all ranks, and of this rank.
    public let rows: Int
    /// Of the training part: what this rank holds.
    public let ownRows: Range<Int>

    private let needs: ObjectiveNeeds
    /// What is trained of the network, and on what.
    package let trained: TrainedPart<S>
    let loss: any Loss<S>
    private let lossMetrics: [LossMetric<S>]
    /// What is evaluated: the loss first.
    public var metrics: [Metric] { [.loss] + lossMetrics.map(\.metric) }
    /// The rank's rows of the training part, as they are in the file, and as they are trained on.
    package let shard: Shard<S>
    private let trainedShard: Shard<S>
    /// The training part in evaluation mode.
    public private(set) lazy var trainingEvaluation = PartEvaluation(
        trained.network, loss: loss, metrics: lossMetrics, shard: trainedShard, samples: rows,
        threads: configuration.threads, frozen: trained.frozen, communicator: communicator)

    /// - Parameters:
    ///   - batch: other than the configuration's.
    ///   - needs: of the optimizer, as to the objective.
    public init(
        _ configuration: Configuration, batch: Configuration.Data.Batch? = nil, needs: ObjectiveNeeds,
        communicator: Communicator
    ) throws {
        let batch = batch ?? configuration.data.batch
        let local = try communicator.agree {
            try ProblemOfRank<S>(configuration, batch, needs, communicator)
        }
        (self.configuration, self.communicator, self.batch, self.needs) = (configuration, communicator, batch, needs)
        (network, lanes, objective) = (local.network, local.lanes, local.objective)
        (evaluations, dataset, warnings) = (local.evaluations, local.file.name, local.warnings)
        (rows, ownRows, loss, shard) = (local.lanes.rows, local.shard.range, local.loss, local.shard)
        (trained, trainedShard, lossMetrics) = (local.trained, local.trainedShard, local.metrics)
    }

    /// For products alone.
    public convenience init(
        _ configuration: Configuration, curvatureBatch: Double, communicator: Communicator
    ) throws {
        try self.init(
            configuration, needs: ObjectiveNeeds(curvatureBatch: curvatureBatch), communicator: communicator)
    }

    /// The same problem with another batch or for an optimizer with other needs; itself where nothing differs. Another
    /// batch is dealt to the ranks by other boundaries: the data is read anew.
    public func with(_ batch: Configuration.Data.Batch, _ needs: ObjectiveNeeds) throws -> Problem {
        if batch != self.batch {
            return try Problem(configuration, batch: batch, needs: needs, communicator: communicator)
        }
        return needs == self.needs ? self : try Problem(self, needs: needs)
    }

    /// The problem of a phase.
    func with(_ phase: TrainingPhase) throws -> Problem {
        try with(phase.batch ?? configuration.data.batch, phase.optimizer.needs)
    }

    /// For other needs: data, network and evaluations are shared, the objective's memory is its own.
    private init(_ other: Problem, needs: ObjectiveNeeds) throws {
        (configuration, communicator) = (other.configuration, other.communicator)
        (batch, self.needs) = (other.batch, needs)
        (network, lanes, loss, shard) = (other.network, other.lanes, other.loss, other.shard)
        (trained, trainedShard, lossMetrics) = (other.trained, other.trainedShard, other.lossMetrics)
        (evaluations, dataset, warnings) = (other.evaluations, other.dataset, other.warnings)
        (rows, ownRows) = (other.rows, other.ownRows)
        objective = try other.communicator.agree {
            try makeObjective(
                other.trained, other.loss, other.trainedShard, other.lanes, other.configuration, needs,
                other.communicator)
        }
        trainingEvaluation = other.trainingEvaluation
    }

    /// Refuses a target whose metric this problem has not, or not on a part that it has.
    func check(_ target: Configuration.Target) throws {
        if let sentence = target.refusal(among: metrics) { throw RunError(sentence, exitStatus: 2) }
        guard target.part == .train || !evaluations.isEmpty else {
            throw RunError(
                "the target's \(target.metric) is one of a validation or test part, and \(configuration.data.path) "
                    + "has neither: give 'data.validation', or 'part: train' in the target", exitStatus: 2)
        }
    }

    /// Takes the values of the layers that are not trained, before anything is computed with them.
    public func freeze(_ parameters: Buffer<S>, state: Buffer<S>) {
        trained.freeze(parameters, state: state)
    }

    /// A digest of the training rows as this configuration reads them, the same on any number of ranks.
    func dataDigest() throws -> UInt64 {
        try communicator.allreduce(shard.digest, .sum)
    }
}
