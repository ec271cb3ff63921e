import CKernels

/// Random numbers of a layer at a point, keyed by seed, step of the run, node and row of the dataset: the same in any block,
/// on any thread and on any number of ranks.
extension Point {
    /// Whether noise is drawn; else layers take its mean.
    public var drawsNoise: Bool { samples.noise != nil }

    /// A bit for each of `count` values of each sample, set with probability 1 − rate; or by the mask that was given.
    func drawMask(into bits: UnsafeMutablePointer<UInt16>, count: Int, rate: Double) {
        guard let key = samples.noise?.pointee, let numbers = samples.numbers else {
            preconditionFailure("noise is drawn for samples that have a key and numbers")
        }
        if let given = key.given?[node] {
            // Rows lie one after another, as in the file.
            let first = given.assumingMemoryBound(to: S.self) + Int(numbers[0]) * count
            precondition(Int(numbers[samples.rows - 1]) == Int(numbers[0]) + samples.rows - 1, "rows in file order")
            return S.Kernels.bits(count: samples.rows * count, of: first, to: bits)
        }
        let stream = UInt32(RandomPurpose.noise.rawValue << 28) | UInt32(node)
        ck_keep_bits(samples.rows, count, key.seed, stream, key.step, numbers, rate, bits)
    }
}
