import HDF5

/// Where a run begins that does not begin at random parameters: those of `train.initial`.
struct InitialParameters<S: TrainingScalar> {
    let parameters: [S]
    /// Of the layers that are not trained.
    let frozen: [S]
    /// Running statistics; nil where the file has none.
    let state: [S]?
    /// For the run's head.
    let text: String
    let warnings: [String]

    /// Reads what the configuration names; nil where it names nothing. All ranks read the same file. Throws a `DataError`.
    init?(_ problem: Problem<S>) throws {
        guard let path = problem.configuration.train.initial?.path else { return nil }
        let network = problem.network
        (parameters, frozen, state) = try problem.communicator.agree {
            try readingData {
                let file = try File(path, .readOnly)
                try checkCheckpointFormat(file)
                let (parameters, frozen) = try readAllParameters(file, network)
                // Without a group of this name it may be a file of another program; one that the model has no use for
                // is an error.
                let hasState = try file.names.contains("state")
                return (parameters, frozen, hasState ? try readState(file, network) : nil)
            }
        }
        text = "begins at the parameters of \(path)"
        warnings =
            state == nil && !network.state.isEmpty
            ? ["\(path) has no running statistics: those of batch_norm begin at mean 0 and variance 1"] : []
    }
}
