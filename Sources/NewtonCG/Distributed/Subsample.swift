/// Some groups of a batch, gathered into one block after another to be observed: one thread's.
final class Subsample<S: Scalar> {
    private let linearisation: Linearisation<S>
    private let gathered: Shard<S>
    /// Of blocks with so many rows: a full one, and the last ones.
    private var views: [BlockViews<S>] = []
    /// Of the block at hand: its rows' places in the batch, and the sizes of its groups.
    private var places: [Int32] = []
    private var sizes: [Int] = []

    /// What noise is keyed by.
    private let noise: UnsafePointer<NoiseKey>?

    /// - Parameter other: whose network, plan, workspace and point it shares.
    init(beside other: Linearisation<S>, like shard: Shard<S>, noise: UnsafePointer<NoiseKey>?) {
        self.noise = noise
        linearisation = Linearisation(beside: other, slots: 1)
        gathered = shard.batch(capacity: other.block)
        places.reserveCapacity(other.block)
        sizes.reserveCapacity(other.groupsOfBlock)
    }

    var isFull: Bool { sizes.count == linearisation.groupsOfBlock }

    /// Adds a group, its rows those of a batch.
    func add(_ rows: Range<Int>, from source: Shard<S>) {
        gathered.copy(rows, of: source, to: places.count)
        for row in rows { places.append(Int32(row)) }
        sizes.append(rows.count)
    }

    /// Runs forward over what was added, shows it, and forgets it.
    func observe(
        passes: Int, cotangent: (OutputBlock<S>, Int) -> Void, each: (LayerObservation<S>, Int) -> Void
    ) {
        guard !places.isEmpty else { return }
        let rows = places.count, single = sizes.allSatisfy { $0 == 1 }
        let groups = single ? RowGroups(rows: rows) : RowGroups(sizes: sizes)
        let batch = gathered.batch(from: 0, Samples(groups: groups, noise: noise))
        let block = views.first { $0.rows == rows } ?? linearisation.views(of: batch, slot: 0)
        if !views.contains(where: { $0 === block }) { views.append(block) }
        block.show(batch)
        linearisation.rebuild(block, for: .gaussNewton)
        places.withUnsafeBufferPointer {
            linearisation.observe(
                block, places: $0.baseAddress, passes: passes, cotangent: cotangent, each: each)
        }
        places.removeAll(keepingCapacity: true)
        sizes.removeAll(keepingCapacity: true)
    }
}
