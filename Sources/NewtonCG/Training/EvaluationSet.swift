import MPI

/// A part of a dataset with a model to evaluate on it, set up on this rank: it holds the rank's rows only.
public struct EvaluationSet<S: TrainingScalar> {
    /// That of the configuration, for the dataset's samples.
    public let network: Network<S>
    /// Of the part.
    public let evaluation: PartEvaluation<S>
    /// Takes the values of frozen layers.
    public let trained: TrainedPart<S>
    /// Of the part, over all ranks.
    public let rows: Int

    /// Reads the rank's rows.
    ///
    /// Throws a `ModelError` where model, loss and dataset do not suit one another, and a `DataError` where the part is not
    /// there or empty.
    public init(_ configuration: Configuration, _ file: DatasetFile, part: String, _ communicator: Communicator) throws
    {
        let (rank, ranks) = (communicator.rank, communicator.size), part = try file.part(part)
        let loss: any Loss<S>
        do {
            network = try Network<S>(configuration, part)
            loss = try configuration.loss.make(outputs: network.outputShapes)
            try checkSuits(network, configuration.loss, file)
        } catch let error as ModelError {
            throw configuration.located(error)
        }
        guard part.rows > 0 else { throw DataError("the part '\(part.name)' of \(file.path) has no samples") }
        let own = try Shard<S>(
            part, rank * part.rows / ranks..<(rank + 1) * part.rows / ranks, of: network, configuration.loss)
        trained = TrainedPart(network, lossColumns: try configuration.loss.columns().count, rows: own.count, limit: 0)
        evaluation = PartEvaluation(
            network, loss: loss, metrics: try configuration.loss.makeMetrics(), shard: own, samples: part.rows,
            threads: configuration.threads, frozen: trained.frozen, communicator: communicator)
        rows = part.rows
    }

    /// Takes the values of the layers that are not trained.
    public func freeze(_ saved: Checkpoint<S>) {
        trained.freeze(Buffer(saved.frozen), state: Buffer(saved.state))
    }
}
