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
    var digest: UInt64 {
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
