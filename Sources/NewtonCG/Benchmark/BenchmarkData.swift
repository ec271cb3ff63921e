/// The benchmark's own numbers, so defined that another program can make the same ones, to the bit.
///
/// u₀, u₁, … are the uniform numbers of `RandomStream` with seed 0 and stream 4·2⁶⁰ + kind·2³² + index, in row-major
/// order: inputs (kind 0) 2u − 1, labels (kind 1) ⌊10 u⌋, directions (kind 2, the index counts them) 2u − 1.
/// Parameters are those that a training run with seed 0 begins with, biases set to (u − ½)/10 (kind 3, the index is
/// the parameter's).
package enum BenchmarkData {
    private static func stream(_ kind: UInt64, _ index: UInt64 = 0) -> RandomStream {
        RandomStream(seed: 0, stream: RandomPurpose.benchmark.stream(kind, index))
    }

    /// This rank's rows of the batch.
    package static func shard<S: Scalar>(_ workload: Workload, rows: Range<Int>) -> Shard<S> {
        let width = workload.input.count
        let inputs = Buffer<S>(count: rows.count * width), labels = Buffer<Int32>(count: rows.count)
        var random = stream(0)
        for i in 0..<rows.upperBound * width {
            let u = random.uniform()
            if i >= rows.lowerBound * width { inputs.base[i - rows.lowerBound * width] = S(2 * u - 1) }
        }
        random = stream(1)
        for i in 0..<rows.upperBound {
            let u = random.uniform()
            if i >= rows.lowerBound { labels.base[i - rows.lowerBound] = Int32(u * Double(workload.classes)) }
        }
        return Shard(
            range: rows,
            columns: [Column(Column.input, .numbers, workload.input), Column(Column.target, .tokens, [1])],
            memory: [.numbers(inputs), .tokens(labels)])
    }

    package static func point<S: Scalar>(_ network: Network<S>, into w: UnsafeMutablePointer<S>) {
        network.initialise(w, seed: 0)
        for (i, entry) in network.parameters.enumerated() where entry.parameter.initial == .zeros {
            var random = stream(3, UInt64(i))
            for j in entry.range { w[j] = S((random.uniform() - 0.5) / 10) }
        }
    }

    package static func direction<S: Scalar>(_ index: Int, count: Int, into v: UnsafeMutablePointer<S>) {
        var random = stream(2, UInt64(index))
        for i in 0..<count { v[i] = S(2 * random.uniform() - 1) }
    }
}
