/// A rank's own rows of a part of the dataset, in memory: inputs as the network reads them, and targets.
public final class Shard<S: Scalar> {
    /// The rows in the part.
    public let range: Range<Int>
    public let inputs: Buffer<S>
    public let inputCount: Int
    /// One a row, or none.
    public let labels: Buffer<Int32>?
    /// `targetCount` a row, or none.
    public let values: Buffer<S>?
    public let targetCount: Int

    public init(
        range: Range<Int>, inputs: Buffer<S>, inputCount: Int, labels: Buffer<Int32>?, values: Buffer<S>?,
        targetCount: Int
    ) {
        (self.range, self.inputs, self.inputCount) = (range, inputs, inputCount)
        (self.labels, self.values, self.targetCount) = (labels, values, targetCount)
    }

    var count: Int { range.count }
    var x: Matrix<S> { Matrix(inputs.base, count, inputCount) }
    var targets: Targets<S> {
        labels.map { .labels($0.base) } ?? .values(Matrix(values!.base, count, targetCount))
    }

    /// An empty shard of the same form, for `capacity` rows of a batch.
    func batch(capacity: Int) -> Shard {
        Shard(
            range: 0..<capacity, inputs: Buffer(count: capacity * inputCount), inputCount: inputCount,
            labels: labels.map { _ in Buffer(count: capacity) },
            values: values.map { _ in Buffer(count: capacity * targetCount) }, targetCount: targetCount)
    }

    /// Copies rows of another shard to this one's from `first` on.
    func copy(_ rows: Range<Int>, of source: Shard, to first: Int) {
        (inputs.base + first * inputCount).update(
            from: source.inputs.base + rows.lowerBound * inputCount, count: rows.count * inputCount)
        if let labels { (labels.base + first).update(from: source.labels!.base + rows.lowerBound, count: rows.count) }
        if let values {
            (values.base + first * targetCount).update(
                from: source.values!.base + rows.lowerBound * targetCount, count: rows.count * targetCount)
        }
    }

    /// Copies rows of another shard into this one's first.
    func gather(_ rows: [Int32], from source: Shard) {
        for (i, row) in rows.enumerated() {
            let row = Int(row)
            (inputs.base + i * inputCount).update(from: source.inputs.base + row * inputCount, count: inputCount)
            if let labels { labels.base[i] = source.labels!.base[row] }
            if let values {
                (values.base + i * targetCount).update(
                    from: source.values!.base + row * targetCount, count: targetCount)
            }
        }
    }
}
