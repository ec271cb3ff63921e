import MPI

/// Running averages of the Kronecker factors of a network's curvature, the same on every rank.
///
///     F ← decay · F + (1 − decay) · (Σ over all ranks' samples) / (their number)
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
    /// A batch's sums, and the number of its samples.
    private let batch: Buffer<S>
    private let sums: [KroneckerSums<S>]

    var bytes: Int {
        (2 * average.count + batch.count) * MemoryLayout<S>.stride + sums.reduce(0) { $0 + $1.bytes }
    }

    init(_ layout: KroneckerLayout, _ settings: KroneckerSettings, block: Int, outputs: Int, threads: Int) {
        (self.layout, self.settings) = (layout, settings)
        average = Buffer(count: layout.packedCount)
        before = (Buffer(count: layout.packedCount), 1)
        batch = Buffer(count: layout.packedCount + 1)
        sums = (0..<threads).map { _ in KroneckerSums(layout, block: block, outputs: outputs) }
    }

    /// Takes in the samples of the objective's kept point. Returns false where they gave no finite factors: the
    /// averages are then left as they were.
    func update(_ objective: ShardedObjective<S>, step: Int, seed: UInt64) throws -> Bool {
        let phase = Phase.factors.begin()
        defer { phase.end() }
        for sums in sums { sums.clear() }
        let count = Buffer<Int>(count: sums.count)
        objective.observe(every: settings.sample, turn: step) { t, block, _ in
            count.base[t] += block.rows.count
            sums[t].draw(block, settings.cotangents, seed: seed, step: step) { objective.row(at: $0) }
        } each: { t, seen, _ in
            sums[t].add(seen)
        }
        for (t, sums) in sums.enumerated() { sums.pack(into: batch.base, adds: t > 0) }
        let n = layout.packedCount
        batch.base[n] = S(count.values.reduce(0, +))
        let outer = Work.reductions.begin()
        defer { outer.end() }
        try objective.communicator.total(batch.base, count: n + 1)
        guard S.firstNotFinite(n, batch.base) == n else { return false }
        S.scale(n, 1 / batch.base[n], batch.base, batch.base)
        before.average.base.update(from: average.base, count: n)
        before.decayed = decayed
        S.lerp(n, S(1 - settings.decay), batch.base, average.base)
        decayed *= settings.decay
        return true
    }

    /// Makes the last update undone.
    func takeBack() {
        swap(&average, &before.average)
        decayed = before.decayed
    }
}
