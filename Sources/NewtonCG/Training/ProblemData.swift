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
        var compared = try loss.columns().map { try part.column($0, for: loss) }
        // Labels whose number the data do not say are those that the outputs stand for.
        if compared[0].kind == .tokens, compared[0].vocabulary == nil {
            compared[0].vocabulary = network.output.features
        }
        self.init(range: rows, columns: network.columns + compared)
        for (column, memory) in zip(columns, memory) { try part.read(column, rows, into: memory) }
    }
}

extension DatasetPart {
    /// A column that a loss reads.
    fileprivate func column(_ name: String, for loss: LossSpec) throws -> Column {
        if let column = columns.first(where: { $0.name == name }) { return column }
        throw DataError(
            "\(loss.kind) reads '\(name)', which the data have no column for"
                + suggestion(for: name, among: columns.map(\.name)))
    }
}

/// Whether model, loss and dataset suit one another.
func checkSuits<S: Scalar>(_ network: Network<S>, _ loss: LossSpec, _ file: DatasetFile) throws {
    let wantsLabels = try loss.takesLabels()
    let target = try file.part("train").column(loss.columns()[0], for: loss), hasLabels = target.kind == .tokens
    guard wantsLabels == hasLabels else {
        let what = "\(file.path) is a dataset for \(file.task.rawValue)"
        throw ModelError(
            wantsLabels
                ? "\(loss.kind) needs classes, but \(what), whose '\(target.name)' has numbers"
                : "\(loss.kind) needs numbers to learn, but \(what), whose '\(target.name)' has "
                    + (target.padding == nil ? "classes" : "tokens"),
            key: "loss")
    }
    func fail(_ has: String, _ needs: String) -> ModelError {
        var error = ModelError("the model's output has \(has), but \(file.path) has \(needs)")
        (error.place, error.layer) = (network.nodes.last!.place.number, network.nodes.last!.name)
        return error
    }
    let output = network.output
    guard hasLabels else {
        guard output.count == target.shape.count else {
            throw fail("\(output.count) values a sample", "\(target.shape.count) targets")
        }
        return
    }
    let isSequence = output.extents.count > 1, positions = target.shape.count
    guard isSequence == (target.padding != nil), output.positions == positions else {
        throw fail(
            isSequence ? "\(output.positions) positions a sample" : "one place for a label a sample",
            target.padding == nil ? "one class" : "\(positions) target tokens")
    }
    guard let classes = target.vocabulary, classes != output.features else { return }
    throw isSequence
        ? fail("\(output.features) values a position", "a vocabulary of \(classes) tokens")
        : fail("\(output.features) values a sample", "\(classes) classes")
}
