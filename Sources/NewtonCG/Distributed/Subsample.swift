/// Some groups of a batch, gathered into one block after another to be observed: one thread's.
final class Subsample<S: Scalar> {
    private let linearisation: Linearisation<S>
    private let gathered: Shard<S>
    private let groupsOfBlock: Int
    /// Of the block at hand: its rows' places in the batch, and the sizes of its groups.
    private var places: [Int32] = []
    private var sizes: [Int] = []
    /// Rows observed before it.
    private var done = 0

    /// - Parameter other: whose network, blocks and workspace it shares.
    init(_ other: Linearisation<S>, like shard: Shard<S>) {
        let plan = other.plan
        linearisation = Linearisation(
            other.network, loss: other.loss, capacity: 1, plan: plan, workspace: other.workspace)
        gathered = shard.batch(capacity: plan.block)
        groupsOfBlock = plan.groups
        places.reserveCapacity(plan.block)
        sizes.reserveCapacity(plan.groups)
    }

    var isFull: Bool { sizes.count == groupsOfBlock }

    func begin() { done = 0 }

    /// Adds a group, its rows those of a batch.
    func add(_ rows: Range<Int>, from source: Shard<S>) {
        gathered.copy(rows, of: source, to: places.count)
        for row in rows { places.append(Int32(row)) }
        sizes.append(rows.count)
    }

    /// Observes what was added, and forgets it.
    func observe(
        at w: Factors<S>, passes: Int, cotangent: (OutputBlock<S>, Int) -> Void,
        each: (LayerObservation<S>, Int) -> Void
    ) {
        guard !places.isEmpty else { return }
        let rows = places.count, single = sizes.allSatisfy { $0 == 1 }
        _ = linearisation.move(
            to: w, x: Matrix(gathered.inputs.base, rows, gathered.inputCount), gathered.targets.rows(from: 0, rows),
            groups: single ? RowGroups(rows: rows) : RowGroups(sizes: sizes), gradient: nil, goesBack: false,
            adds: false)
        places.withUnsafeBufferPointer {
            linearisation.observe(
                first: done, places: $0.baseAddress, passes: passes, cotangent: cotangent, each: each)
        }
        done += rows
        places.removeAll(keepingCapacity: true)
        sizes.removeAll(keepingCapacity: true)
    }
}
