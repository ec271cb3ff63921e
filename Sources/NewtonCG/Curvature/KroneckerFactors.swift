import MPI

/// Running averages of the Kronecker factors of a network's curvature, the same on every rank.
///
///     F ← decay · F + (1 − decay) · (Σ over all ranks' samples) / (their number)
///
/// Where the loss is a mean over tokens, their number is that of tokens; what is a mean over a layer's positions is one
/// over those that are not padding.
///
/// They are kept as packed lower triangles; divided by `1 − decayᵗ` they are free of their start at zero.
final class KroneckerFactors<S: Scalar & MPIDatatype> {
    let layout: KroneckerLayout
    private(set) var average: Buffer<S>
    /// decayᵗ.
    var decayed = 1.0
    /// What both were before the last update.
    private var before: (average: Buffer<S>, decayed: Double)
    private let settings: KroneckerSettings
    /// A batch's sums, the blocks' weights, and the number of samples, or of tokens that the loss counts.
    private let total: Buffer<S>
    private let sums: [KroneckerSums<S>]

    var bytes: Int {
        (2 * average.count + total.count) * MemoryLayout<S>.stride + sums.reduce(0) { $0 + $1.bytes }
    }

    init(_ layout: KroneckerLayout, _ settings: KroneckerSettings, block: Int, outputs: [Shape], threads: Int) {
        (self.layout, self.settings) = (layout, settings)
        average = Buffer(count: layout.packedCount)
        before = (Buffer(count: layout.packedCount), 1)
        total = Buffer(count: layout.packedCount + layout.blocks.count + 1)
        sums = (0..<threads).map { _ in KroneckerSums(layout, block: block, outputs: outputs) }
    }

    /// Takes in the samples of a batch at its kept point. Returns false where they gave no finite factors: the
    /// averages are then left as they were.
    func update(_ batch: any ObservedBatch<S>, step: Int, seed: UInt64) throws -> Bool {
        let phase = Phase.factors.begin()
        defer { phase.end() }
        for sums in sums { sums.clear() }
        let count = Buffer<Int>(count: sums.count)
        batch.observe(every: settings.sample, turn: step, passes: 1) { t, block, _ in
            count.base[t] += block.terms
            sums[t].draw(block, settings.cotangents, seed: seed, step: step) { batch.row(at: $0) }
        } each: { t, seen, _ in
            sums[t].add(seen)
        }
        for (t, sums) in sums.enumerated() { sums.pack(into: total.base, adds: t > 0) }
        let n = layout.packedCount, samples = total.base + total.count - 1
        samples.pointee = S(count.values.reduce(0, +))
        let outer = Work.reductions.begin()
        defer { outer.end() }
        try batch.communicator.total(total.base, count: total.count)
        guard samples.pointee > 0, S.Kernels.firstNotFinite(count: n, in: total.base) == n else { return false }
        func divide(_ values: UnsafeMutablePointer<S>, _ count: Int, by weight: S) {
            S.Kernels.scale(count: count, weight > 0 ? 1 / weight : 0, values, values)
        }
        for (number, block) in layout.blocks.enumerated() {
            guard case .kronecker(let input, let output, _) = block.kind else {
                divide(total.base + block.packed, block.count, by: samples.pointee)
                continue
            }
            let a = layout.factors[input], g = layout.factors[output]
            divide(total.base + a.packed, a.packedCount, by: samples.pointee)
            divide(total.base + g.packed, g.packedCount, by: total.base[n + number])
        }
        before.average.base.update(from: average.base, count: n)
        before.decayed = decayed
        S.Kernels.lerp(count: n, S(1 - settings.decay), total.base, average.base)
        decayed *= settings.decay
        return true
    }

    /// Makes the last update undone.
    func takeBack() {
        swap(&average, &before.average)
        decayed = before.decayed
    }
}
