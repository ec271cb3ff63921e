/// One thread's part of a rank's batch: sums over its own groups of rows, in memory of its own. The factors are shared.
final class LocalSums<S: Scalar> {
    private let memory: BatchMemory
    private let w: Factors<S>
    /// Directions of products; the first is also a point to try.
    private let v: [Factors<S>]
    private let kept: Linearisation<S>
    private let scratch: Linearisation<S>?
    private let evaluation: Evaluation<S>
    private let groupsOfBlock: Int
    /// Statistics of the last linearisation, summed over this thread's groups, in the order of the network's state.
    let statistics: Buffer<Double>
    /// Where the rows lie, their groups, those that products see, and the others.
    private var source: Shard<S>?
    private var groups = RowGroups(rows: 0)
    private var seen = 0..<0, others = 0..<0

    /// - Parameters:
    ///   - w: the kept point.
    ///   - v: the vectors of a block product; the first is also a point to try.
    init(
        _ network: Network<S>, loss: any Loss<S>, _ memory: BatchMemory, w: Factors<S>, v: [Factors<S>]
    ) {
        (self.memory, self.w, self.v) = (memory, w, v)
        let size = memory.groups.rows
        let plan = Linearisation.plan(network, block: memory.block, groupRows: size)
        let values = Evaluation.plan(network, block: memory.block, groupRows: size)
        let workspace = Workspace<S>(count: max(plan.shared, values.shared))
        groupsOfBlock = plan.groups
        statistics = Buffer(count: network.stateCount)
        let blocks = (memory.keptGroups + plan.groups - 1) / plan.groups
        kept = Linearisation(network, loss: loss, capacity: blocks, plan: plan, workspace: workspace)
        scratch =
            memory.needsScratch
            ? Linearisation(network, loss: loss, capacity: 1, plan: plan, workspace: workspace) : nil
        evaluation = Evaluation(network, loss: loss, plan: values, workspace: workspace, factors: v[0])
    }

    /// Takes some groups of those in `source`.
    func load(_ source: Shard<S>, _ groups: RowGroups, seen: Range<Int>, others: Range<Int>) {
        (self.source, self.groups, self.seen, self.others) = (source, groups, seen, others)
    }

    /// The rows of some groups.
    private func rows(_ chosen: Range<Int>) -> (Matrix<S>, Targets<S>) {
        let source = source!, range = groups.rows(of: chosen)
        return (
            Matrix(source.x.base! + range.lowerBound * source.inputCount, range.count, source.inputCount),
            source.targets.rows(from: range.lowerBound, range.count)
        )
    }

    private var keptGroups: Range<Int> { seen.prefix(memory.keptGroups) }
    /// Those that products see and that are not kept.
    private var recomputed: Range<Int> { keptGroups.upperBound..<seen.upperBound }

    /// Σ ℓ at w over all rows, Σ ∇ℓ, and the statistics; moves to w.
    func linearize(gradient: UnsafeMutablePointer<S>, count: Int) -> Double {
        var sum = 0.0, adds = false
        statistics.base.update(repeating: 0, count: statistics.count)
        func add(_ linearisation: Linearisation<S>, _ range: Range<Int>) {
            let (x, targets) = rows(range)
            sum += linearisation.move(
                to: w, x: x, targets, groups: groups[range], gradient: gradient,
                statistics: statistics.count > 0 ? statistics.base : nil, adds: adds)
            adds = true
        }
        // Rows that are not kept come first: where all rows fit, they go through the memory of the kept ones.
        for part in [recomputed, others] {
            for range in groups.blocks(of: groupsOfBlock, in: part) { add(scratch ?? kept, range) }
        }
        if !keptGroups.isEmpty { add(kept, keptGroups) }
        if !adds { gradient.update(repeating: 0, count: count) }
        return sum
    }

    /// The sums of products with the first vectors of v over the rows that products see, one after another.
    func products(_ curvature: Curvature, vectors: Int, into products: UnsafeMutablePointer<S>, count: Int) {
        var adds = false
        func add(_ linearisation: Linearisation<S>) {
            switch curvature {
            case .hessian: linearisation.hessianProducts(v[..<vectors], into: products, adds: adds)
            case .gaussNewton: linearisation.gaussNewtonProducts(v[..<vectors], into: products, adds: adds)
            }
            adds = true
        }
        if !keptGroups.isEmpty { add(kept) }
        for range in groups.blocks(of: groupsOfBlock, in: recomputed) {
            let (x, targets) = rows(range)
            _ = scratch!.move(to: w, x: x, targets, groups: groups[range], gradient: nil, adds: false)
            add(scratch!)
        }
        if !adds { products.update(repeating: 0, count: vectors * count) }
    }

    /// Shows layers' inputs and cotangents over the rows that products see (`Linearisation.observe`); rows are counted
    /// as the batch's own. Needs `linearize`.
    func observe(
        passes: Int, cotangent: (OutputBlock<S>, Int) -> Void, each: (LayerObservation<S>, Int) -> Void
    ) {
        if !keptGroups.isEmpty {
            kept.observe(
                first: groups.rows(of: keptGroups).lowerBound, passes: passes, cotangent: cotangent, each: each)
        }
        guard !recomputed.isEmpty else { return }
        for range in groups.blocks(of: groupsOfBlock, in: recomputed) {
            let (x, targets) = rows(range)
            _ = scratch!.move(to: w, x: x, targets, groups: groups[range], gradient: nil, adds: false)
            scratch!.observe(
                first: groups.rows(of: range).lowerBound, passes: passes, cotangent: cotangent, each: each)
        }
    }

    /// Shows J·v of the first vector of v over the rows that products see; rows are counted as the batch's own.
    func outputTangents(each: (Range<Int>, Matrix<S>) -> Void) {
        if !keptGroups.isEmpty {
            kept.outputTangents(first: groups.rows(of: keptGroups).lowerBound, along: v[0], each: each)
        }
        guard !recomputed.isEmpty else { return }
        for range in groups.blocks(of: groupsOfBlock, in: recomputed) {
            let (x, targets) = rows(range)
            _ = scratch!.move(to: w, x: x, targets, groups: groups[range], gradient: nil, adds: false)
            scratch!.outputTangents(first: groups.rows(of: range).lowerBound, along: v[0], each: each)
        }
    }

    /// Σ ℓ at the trial point over all rows.
    func loss() -> Double {
        [seen, others].reduce(0) { sum, range in
            let (x, targets) = rows(range)
            return sum + evaluation.loss(x: x, targets, .training(groups[range]))
        }
    }

    /// The first node whose output is not finite at the trial point.
    func firstNotFinite() -> Int? {
        [seen, others].compactMap { evaluation.firstNotFinite(x: rows($0).0, .training(groups[$0])) }.min()
    }
}

extension Range<Int> {
    fileprivate func prefix(_ count: Int) -> Range<Int> { lowerBound..<Swift.min(lowerBound + count, upperBound) }

    /// Part i of n, which together are the whole and differ by one at most.
    func part(_ i: Int, of n: Int) -> Range<Int> { lowerBound + i * count / n..<lowerBound + (i + 1) * count / n }
}
