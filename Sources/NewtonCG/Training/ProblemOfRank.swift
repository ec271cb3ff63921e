import MPI

/// What one rank makes of a problem on its own, without a word to the others.
struct ProblemOfRank<S: TrainingScalar> {
    let file: DatasetFile
    let network: Network<S>
    let loss: any Loss<S>
    /// Beside the loss.
    let metrics: [LossMetric<S>]
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
        file = try DatasetFile(configuration.data.path, columns: configuration.data.columns)
        let train = try file.part("train")
        let split = DatasetSplit(file: file, validation: configuration.data.validation)
        if configuration.data.validation > 0, split.evaluated.first?.name != "validation" {
            throw RunError(
                "'data.validation' is \(configuration.data.validation): of \(train.rows) training rows that is not one; "
                    + "take a larger fraction, or 0", exitStatus: 2)
        }
        do {
            network = try Network<S>(configuration, train)
            loss = try configuration.loss.make(outputs: network.outputShapes)
            try checkSuits(network, configuration.loss, file)
            metrics = try configuration.loss.makeMetrics()
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
        try checkMemory(
            configuration, network, rows: lanes.rows(of: rank, of: ranks).count,
            vectorShare: needs.dividesVectors ? 1 / Double(ranks) : 1)
        shard = try Shard(train, lanes.rows(of: rank, of: ranks), of: network, configuration.loss)
        // The same on every rank, so that all take the same way.
        let most =
            (lanes.rows + ranks - 1) / ranks + split.evaluated.reduce(0) { $0 + ($1.rows.count + ranks - 1) / ranks }
        trained = TrainedPart(
            network, lossColumns: try configuration.loss.columns().count, rows: most, limit: configuration.memory)
        trainedShard = trained.shard(shard)
        objective = try makeObjective(trained, loss, trainedShard, lanes, configuration, needs, communicator)
        for (name, part, range) in split.evaluated {
            let rows = rank * range.count / ranks..<(rank + 1) * range.count / ranks
            let own = rows.lowerBound + range.lowerBound..<rows.upperBound + range.lowerBound
            evaluations.append(
                (
                    name,
                    PartEvaluation(
                        trained.network, loss: loss, metrics: metrics,
                        shard: trained.shard(try Shard(part, own, of: network, configuration.loss)),
                        samples: range.count,
                        threads: configuration.threads, frozen: trained.frozen, communicator: communicator)
                ))
        }
        warnings = try findWarnings(configuration, train, isFirst: rank == 0)
    }

    /// What the user should know before the run begins.
    private func findWarnings(_ configuration: Configuration, _ train: DatasetPart, isFirst: Bool) throws -> [String] {
        var warnings: [String] = []
        if try isFirst && (!lanes.isFull || configuration.data.validation > 0) && file.isSortedByClass() {
            warnings.append(
                "the classes in \(file.path) come sorted: batches, or a validation part, may see few of them; "
                    + "'newton-cg data shuffle' mends the file")
        }
        if isFirst, file.normalisation.constants > 0 {
            warnings.append("the inputs of \(file.path) are \(file.normalisation)")
        }
        if evaluations.isEmpty {
            warnings.append(
                "\(file.path) has no test part and no validation part: nothing is evaluated, and no best checkpoint is "
                    + "kept; 'data.validation' takes a part of the training rows")
        }
        let onlyDamps = configuration.course.contains { phase in
            if case .newtonCG(let settings) = phase.optimizer { settings.curvature == .gaussNewton } else { false }
        }
        if configuration.loss.kind == "norm_error", network.output.count == 1, onlyDamps {
            warnings.append(
                "with one target the Hessian of norm_error is 0, so that Gauss–Newton is only the damping: steps are "
                    + "gradient steps; take mean_squared_error or 'curvature: hessian'")
        }
        return warnings
    }
}
