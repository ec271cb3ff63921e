extension Problem {
    /// What is run, and on what: the first lines of a run or a comparison.
    ///
    /// - Parameters:
    ///   - title: with the configuration's name.
    ///   - libraries: beside those of every run.
    ///   - places: of the ranks; nil on ranks that tell nothing.
    ///   - details: what this run is, in lines.
    ///   - warnings: beside the problem's.
    func head(
        _ title: String, libraries: [String] = [], places: [String]?, start: InitialParameters<S>?,
        details: [String], warnings more: [String] = []
    ) -> [String] {
        let batch = lanes.isFull ? "full batches" : "batches of \(lanes.batchRows)"
        let kernels = [Machine.mpi, Machine.blas, "\(Machine.kernels) kernels"]
        let first = [
            "newton-cg \(Machine.version): \(title), \(network.parameterCount) parameters, "
                + "\(rows) training samples of \(dataset), \(batch), \(configuration.precision.rawValue)",
            (kernels + libraries).joined(separator: "; "),
        ]
        let beginning = start.map { [$0.text] } ?? []
        return first + (places ?? []) + beginning + details
            + (warnings + (start?.warnings ?? []) + more).map { "warning: \($0)" }
    }
}
