import Foundation
import MPI

/// A training problem set up on this rank: the network, its loss, the rank's shards, the batch order, the objective.
/// Setting up ends in one agreement: all ranks go on, or all end with one sentence.
public final class Problem<S: TrainingScalar> {
    public let configuration: Configuration
    /// The configuration's, or that of a phase or a setting.
    public let batch: Configuration.Data.Batch
    public let communicator: Communicator
    public let network: Network<S>
    public let lanes: Lanes
    public let objective: ShardedObjective<S>
    /// `validation` and `test`, as far as the dataset has them, by name.
    public let evaluations: [(part: String, evaluation: PartEvaluation<S>)]
    /// The name of the dataset.
    public let dataset: String
    /// What the user should know before the run begins.
    public let warnings: [String]
    /// Rows of the training part over all ranks, and of this rank.
    public let rows: Int
    public let ownRows: Range<Int>

    private let needs: ObjectiveNeeds
    /// What is trained of the network, and on what.
    package let trained: TrainedPart<S>
    let loss: any Loss<S>
    /// The rank's rows of the training part, as they are in the file, and as they are trained on.
    package let shard: Shard<S>
    private let trainedShard: Shard<S>
    /// The training part in evaluation mode.
    public private(set) lazy var trainingEvaluation = PartEvaluation(
        trained.network, loss: loss, shard: trainedShard, samples: rows, threads: configuration.threads,
        frozen: trained.frozen, communicator: communicator)

    /// - Parameters:
    ///   - batch: other than the configuration's.
    ///   - needs: of the optimizer, as to the objective.
    public init(
        _ configuration: Configuration, batch: Configuration.Data.Batch? = nil, needs: ObjectiveNeeds,
        communicator: Communicator
    ) throws {
        let batch = batch ?? configuration.data.batch
        let local = try communicator.agree {
            try Local(configuration, batch, needs, communicator)
        }
        (self.configuration, self.communicator, self.batch, self.needs) = (configuration, communicator, batch, needs)
        (network, lanes, objective) = (local.network, local.lanes, local.objective)
        (evaluations, dataset, warnings) = (local.evaluations, local.file.name, local.warnings)
        (rows, ownRows, loss, shard) = (local.lanes.rows, local.shard.range, local.loss, local.shard)
        (trained, trainedShard) = (local.trained, local.trainedShard)
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
        (trained, trainedShard) = (other.trained, other.trainedShard)
        (evaluations, dataset, warnings) = (other.evaluations, other.dataset, other.warnings)
        (rows, ownRows) = (other.rows, other.ownRows)
        objective = try other.communicator.agree {
            try Self.objective(
                other.trained, other.loss, other.trainedShard, other.lanes, other.configuration, needs,
                other.communicator)
        }
        trainingEvaluation = other.trainingEvaluation
    }

    /// Whether a target's metric is one that this problem has, on a part that it has.
    func check(_ target: Configuration.Target) throws {
        guard target.part == .evaluation else { return }
        guard !evaluations.isEmpty else {
            throw RunError(
                "the target's \(target.metric.rawValue) is one of a validation or test part, and \(configuration.data.path) "
                    + "has neither: give 'data.validation', or 'part: train' in the target", exitStatus: 2)
        }
        let has: Configuration.Target.Metric = type(of: loss).takesLabels ? .accuracy : .rmse
        guard target.metric == .loss || target.metric == has else {
            throw RunError(
                "the target's metric is \(target.metric.rawValue), but this problem has loss and \(has.rawValue)",
                exitStatus: 2)
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

    private static func objective(
        _ trained: TrainedPart<S>, _ loss: any Loss<S>, _ shard: Shard<S>, _ lanes: Lanes,
        _ configuration: Configuration, _ needs: ObjectiveNeeds, _ communicator: Communicator
    ) throws -> ShardedObjective<S> {
        let fraction = needs.curvatureBatch
        let own = lanes.lanes(of: communicator.rank, of: communicator.size)
        let most = lanes.isFull ? shard.count : own.count * lanes.group
        // The most groups that products see: lanes are spread evenly, to within one.
        let seen =
            fraction >= 1
            ? own.count : fraction <= 0 ? 0 : min(own.count, Int((Double(own.count) * fraction).rounded(.up)) + 1)
        let groups = BatchMemory.Groups(count: own.count, curvature: seen, rows: lanes.largestGroup)
        do {
            let objective = try ShardedObjective(
                trained.network, loss: loss, penalties: .l2(configuration.l2, over: trained.whole.parameterCount),
                shard: shard,
                batchRows: most, curvatureRows: min(most, seen * lanes.largestGroup), curvature: needs.curvature,
                groups: groups,
                limit: configuration.memory, directions: needs.directions,
                samples: lanes.isFull ? lanes.rows : lanes.count * lanes.group, threads: configuration.threads,
                dividesVectors: needs.dividesVectors, frozen: trained.frozen,
                reduction: configuration.reduction, communicator: communicator)
            // What the optimizer will make on it, known to fit before the run.
            if needs.sampleSpace { try checkSampleSpace(of: objective) }
            return objective
        } catch let error as ModelError {
            throw configuration.located(error)
        }
    }

    /// What one rank makes on its own, without a word to the others.
    private struct Local {
        let file: DatasetFile
        let network: Network<S>
        let loss: any Loss<S>
        let lanes: Lanes
        let shard: Shard<S>
        let trained: TrainedPart<S>
        let trainedShard: Shard<S>
        let objective: ShardedObjective<S>
        var evaluations: [(part: String, evaluation: PartEvaluation<S>)] = []
        var warnings: [String] = []

        init(
            _ configuration: Configuration, _ batch: Configuration.Data.Batch, _ needs: ObjectiveNeeds,
            _ communicator: Communicator
        ) throws {
            let (rank, ranks) = (communicator.rank, communicator.size)
            file = try DatasetFile(configuration.data.path)
            let train = try file.part("train")
            let split = Split(file: file, validation: configuration.data.validation)
            if configuration.data.validation > 0, split.evaluated.first?.name != "validation" {
                throw RunError(
                    "'data.validation' is \(configuration.data.validation): of \(train.rows) training rows that is not one; "
                        + "take a larger fraction, or 0", exitStatus: 2)
            }
            do {
                network = try Network<S>(configuration, train)
                loss = try configuration.loss.make(outputs: network.outputShapes)
                try checkSuits(network, configuration.loss, file)
                lanes = try Lanes(rows: split.trainRows, batch: batch.samples, group: configuration.data.group)
            } catch let error as ModelError {
                throw configuration.located(error)
            }
            guard lanes.count >= ranks else {
                let needed = lanes.group == 1 ? "one sample" : "one group of \(lanes.group) samples"
                throw RunError(
                    "\(ranks) ranks are more than the \(lanes.count) lanes that the batch is dealt to: a rank needs "
                        + "\(needed) of every batch; start at most \(lanes.count) ranks, or take a larger data.batch"
                        + (lanes.group == 1 ? "" : " or a smaller data.group"),
                    exitStatus: 2)
            }
            try Self.checkMemory(
                configuration, network, rows: lanes.rows(of: rank, of: ranks).count,
                vectorShare: needs.dividesVectors ? 1 / Double(ranks) : 1)
            shard = try Shard(train, lanes.rows(of: rank, of: ranks), of: network, configuration.loss)
            // The same on every rank, so that all take the same way.
            let most =
                (lanes.rows + ranks - 1) / ranks
                + split.evaluated.reduce(0) { $0 + ($1.rows.count + ranks - 1) / ranks }
            trained = TrainedPart(
                network, lossColumns: try configuration.loss.columns().count, rows: most, limit: configuration.memory)
            trainedShard = trained.shard(shard)
            objective = try Problem.objective(trained, loss, trainedShard, lanes, configuration, needs, communicator)
            for (name, part, range) in split.evaluated {
                let rows = rank * range.count / ranks..<(rank + 1) * range.count / ranks
                let own = rows.lowerBound + range.lowerBound..<rows.upperBound + range.lowerBound
                evaluations.append(
                    (
                        name,
                        PartEvaluation(
                            trained.network, loss: loss,
                            shard: trained.shard(try Shard(part, own, of: network, configuration.loss)),
                            samples: range.count,
                            threads: configuration.threads, frozen: trained.frozen, communicator: communicator)
                    ))
            }
            if try rank == 0 && (!lanes.isFull || configuration.data.validation > 0) && file.isSortedByClass() {
                warnings.append(
                    "the classes in \(file.path) come sorted: batches, or a validation part, may see few of them; "
                        + "'newton-cg data shuffle' mends the file")
            }
            if evaluations.isEmpty {
                warnings.append(
                    "\(file.path) has no test part and no validation part: nothing is evaluated, and no best checkpoint is "
                        + "kept; 'data.validation' takes a part of the training rows")
            }
            let onlyDamps = configuration.course.contains { phase in
                if case .newtonCG(let settings) = phase.optimizer { settings.curvature == .gaussNewton } else { false }
            }
            if configuration.loss.kind == "norm_error", train.targetWidth == 1, onlyDamps {
                warnings.append(
                    "with one target the Hessian of norm_error is 0, so that Gauss–Newton is only the damping: steps are "
                        + "gradient steps; take mean_squared_error or 'curvature: hessian'")
            }
        }

        /// Refuses what this node has no memory for, before it is asked for: the parameters with the vectors of their
        /// size that training needs, Kronecker factors with their inverses, and the rank's own samples.
        private static func checkMemory(
            _ configuration: Configuration, _ network: Network<S>, rows: Int, vectorShare: Double
        ) throws {
            let compared = configuration.compare?.optimizers.flatMap { $0.candidates.flatMap(\.phases) } ?? []
            let optimizers = (configuration.course + compared).map(\.optimizer)
            let own = optimizers.map(\.vectors).max() ?? 0
            // The optimizer's; parameters, average and kept point; three packed copies with their transposes.
            let vectors = Double(network.parameterCount) * (Double(own) * vectorShare + 3 + 6)
            let samples = Double(rows) * Double(network.input.count)
            let factors =
                optimizers.contains(where: \.hasKroneckerFactors)
                ? Double(KroneckerLayout(network).values(threads: configuration.threads)) : 0
            let needed = (vectors + factors + samples) * Double(MemoryLayout<S>.stride)
            let installed = Double(ProcessInfo.processInfo.physicalMemory)
            guard needed > installed else { return }
            func gibibytes(_ bytes: Double) -> String { "\(short(bytes / 0x1p30)) GiB" }
            throw RunError(
                "\(network.parameterCount) parameters\(factors > 0 ? " with Kronecker factors" : "") and \(rows) samples need "
                    + "about \(gibibytes(needed)) of memory on each rank, this node has \(gibibytes(installed)): take a smaller model, or more ranks on more nodes"
            )
        }
    }
}

/// Which rows are trained on, and which are evaluated.
private struct Split {
    let trainRows: Int
    let evaluated: [(name: String, part: DatasetPart, rows: Range<Int>)]

    /// - Parameter validation: the fraction of `train`, its last rows, that is the validation part of a file without.
    init(file: DatasetFile, validation: Double) {
        let train = try! file.part("train")
        var evaluated: [(name: String, part: DatasetPart, rows: Range<Int>)] = [], rows = train.rows
        if let part = try? file.part("validation") {
            evaluated.append(("validation", part, 0..<part.rows))
        } else {
            rows -= Int(validation * Double(train.rows))
            if rows < train.rows { evaluated.append(("validation", train, rows..<train.rows)) }
        }
        if let part = try? file.part("test") { evaluated.append(("test", part, 0..<part.rows)) }
        trainRows = rows
        self.evaluated = evaluated.filter { !$0.rows.isEmpty }
    }
}

extension Network where S: TrainingScalar {
    /// The network of a configuration for a part of a dataset.
    init(_ configuration: Configuration, _ part: DatasetPart) throws {
        try self.init(
            configuration.model, columns: part.columns, reads: configuration.loss.reads(),
            trainable: configuration.train.trainable,
            convolution: configuration.convolution)
    }
}

extension Shard where S: TrainingScalar {
    /// Σ of the digests of the rows, each with its number in the part.
    fileprivate var digest: UInt64 {
        var sum: UInt64 = 0
        for i in 0..<range.count {
            var row = UInt64(range.lowerBound + i)
            for (column, memory) in zip(columns, memory) {
                let width = column.shape.count
                switch memory {
                case .numbers(let values): row = Digest.of(values.base + i * width, count: width, seed: row)
                case .tokens(let values): row = Digest.of(values.base + i * width, count: width, seed: row)
                }
            }
            sum &+= row
        }
        return sum
    }

    /// Reads rows of a part of a dataset: what a network and a loss read of them.
    convenience init(_ part: DatasetPart, _ rows: Range<Int>, of network: Network<S>, _ loss: LossSpec) throws {
        let known = part.columns
        let compared = try loss.columns().map { name in
            guard let column = known.first(where: { $0.name == name }) else {
                throw DataError(
                    "\(loss.kind) reads '\(name)', which the data have no column for"
                        + suggestion(for: name, among: known.map(\.name)))
            }
            return column
        }
        self.init(range: rows, columns: network.columns + compared)
        for (column, memory) in zip(columns, memory) { try part.read(column, rows, into: memory) }
    }
}

/// Whether model, loss and dataset suit one another.
func checkSuits<S: Scalar>(_ network: Network<S>, _ loss: LossSpec, _ file: DatasetFile) throws {
    let wantsLabels = try loss.takesLabels(), hasLabels = file.task == .classification
    guard wantsLabels == hasLabels else {
        throw ModelError(
            wantsLabels
                ? "\(loss.kind) needs classes, but \(file.path) is a dataset for \(file.task.rawValue)"
                : "\(loss.kind) needs numbers to learn, but \(file.path) is a dataset for classification",
            key: "loss")
    }
    let needed = try hasLabels ? file.numberOfClasses! : file.part("train").targetWidth
    guard network.output.count == needed else {
        var error = ModelError(
            "the model's output has \(network.output.count) values a sample, but \(file.path) has \(needed) "
                + (hasLabels ? "classes" : "targets"))
        (error.place, error.layer) = (network.nodes.last!.place.number, network.nodes.last!.name)
        throw error
    }
}
