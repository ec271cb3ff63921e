/// One thread's part of a rank's batch: sums over its own groups of rows, in memory of its own. The factors are shared.
final class LocalSums<S: Scalar> {
    private let memory: BatchMemory
    /// Directions of products; the first is also a point to try.
    private let v: [Factors<S>]
    private let linearisation: Linearisation<S>
    private let evaluation: Evaluation<S>
    private let groupsOfBlock: Int
    /// Statistics of the last linearisation, summed over this thread's groups, in the order of the network's state.
    let statistics: Buffer<Double>
    /// The rank's batch, the groups of this thread that products see, and its other ones.
    private var batch: Shard<S>?
    private var samples = Samples<S>(groups: RowGroups(rows: 0))
    private var curvatureGroups = 0..<0, otherGroups = 0..<0

    /// Blocks that are kept, each in its own memory; and those that are recomputed, in one block's memory one after the
    /// other: the ones that products see, the ones that only the gradient does.
    private var kept: [BlockViews<S>] = []
    private var recomputed: [Recomputed] = [], gradientOnly: [Recomputed] = []
    private struct Recomputed {
        let rows: BatchRows<S>
        /// Those of all recomputed blocks with as many rows.
        let views: BlockViews<S>
    }

    /// - Parameters:
    ///   - w: the kept point.
    ///   - v: the vectors of a block product; the first is also a point to try.
    init(
        _ network: Network<S>, loss: any Loss<S>, _ memory: BatchMemory, w: Factors<S>, v: [Factors<S>]
    ) {
        (self.memory, self.v) = (memory, v)
        let size = memory.groups.rows
        let plan = Linearisation.plan(network, for: memory.curvature, block: memory.block, groupRows: size)
        let values = Evaluation.plan(network, block: memory.block, groupRows: size)
        let workspace = Workspace<S>(count: max(plan.shared, values.shared))
        groupsOfBlock = plan.groups
        statistics = Buffer(count: network.stateCount)
        linearisation = Linearisation(
            network, loss: loss, plan: plan, slots: memory.keptBlocks + (memory.needsScratch ? 1 : 0),
            workspace: workspace, w: w)
        evaluation = Evaluation(network, loss: loss, plan: values, workspace: workspace, factors: v[0])
    }

    /// Takes some groups of a rank's batch: those that products see, and others.
    /// - Parameter samples: all of the batch.
    func load(_ batch: Shard<S>, _ samples: Samples<S>, curvatureGroups: Range<Int>, otherGroups: Range<Int>) {
        (self.batch, self.samples) = (batch, samples)
        (self.curvatureGroups, self.otherGroups) = (curvatureGroups, otherGroups)
        func blocks(_ part: Range<Int>) -> [BatchRows<S>] { part.blocks(of: groupsOfBlock).map(rows) }
        let keptGroups = curvatureGroups.prefix(memory.keptGroups)
        kept = blocks(keptGroups).enumerated().map { linearisation.views(of: $1, slot: $0) }
        // Where all rows fit, those that products don't see go through the memory of the kept ones, which come later.
        let slot = memory.needsScratch ? memory.keptBlocks : 0
        var views: [BlockViews<S>] = []
        func recomputed(_ rows: BatchRows<S>) -> Recomputed {
            if let known = views.first(where: { $0.rows == rows.rows }) { return Recomputed(rows: rows, views: known) }
            views.append(linearisation.views(of: rows, slot: slot))
            return Recomputed(rows: rows, views: views.last!)
        }
        self.recomputed = blocks(keptGroups.upperBound..<curvatureGroups.upperBound).map(recomputed)
        gradientOnly = blocks(otherGroups).map(recomputed)
    }

    /// The rows of some groups.
    private func rows(_ groups: Range<Int>) -> BatchRows<S> { batch!.batch(from: 0, samples).groups(groups) }

    /// Σ ℓ at w over all rows, Σ ∇ℓ, and the statistics; moves to w. `finished` is told which part of the gradient is
    /// final.
    func linearize(gradient: UnsafeMutablePointer<S>, count: Int, finished: Linearisation<S>.Finished? = nil) -> Double
    {
        var sum = 0.0, adds = false, left = recomputed.count + gradientOnly.count + kept.count
        statistics.base.update(repeating: 0, count: statistics.count)
        func add(_ block: BlockViews<S>) {
            left -= 1
            sum += linearisation.move(
                block, gradient: gradient, statistics: statistics.count > 0 ? statistics.base : nil, adds: adds,
                finished: left == 0 ? finished : nil)
            adds = true
        }
        func add(_ block: Recomputed) {
            block.views.show(block.rows)
            add(block.views)
        }
        for block in recomputed { add(block) }
        for block in gradientOnly { add(block) }
        for block in kept { add(block) }
        if !adds {
            gradient.update(repeating: 0, count: count)
            finished?(0, 0)
        }
        return sum
    }

    /// The sums of products with the first vectors of v over the rows that products see, one after another. All
    /// directions go through a block before the next one, so that what is kept of it is read from the caches. `finished` is
    /// told which part of the products is final.
    func products(
        _ curvature: Curvature, vectors: Int, into products: UnsafeMutablePointer<S>, count: Int,
        finished: Linearisation<S>.Finished? = nil
    ) {
        var adds = false, left = kept.count + recomputed.count
        for block in kept {
            left -= 1
            linearisation.products(
                curvature, v[..<vectors], block, into: products, adds: adds, finished: left == 0 ? finished : nil)
            adds = true
        }
        for block in recomputed {
            block.views.show(block.rows)
            linearisation.rebuild(block.views, for: curvature)
            left -= 1
            linearisation.products(
                curvature, v[..<vectors], block.views, into: products, adds: adds, finished: left == 0 ? finished : nil)
            adds = true
        }
        if !adds {
            products.update(repeating: 0, count: vectors * count)
            finished?(vectors - 1, 0)
        }
    }

    /// The sum of Gauss–Newton's forms with v[0] and b over the rows that products see.
    func gaussNewtonForms(_ b: Factors<S>?) -> QuadraticForms {
        var sum = QuadraticForms()
        for block in kept { sum += linearisation.gaussNewtonForms(v[0], b, block) }
        for block in recomputed {
            block.views.show(block.rows)
            linearisation.rebuild(block.views, for: .gaussNewton)
            sum += linearisation.gaussNewtonForms(v[0], b, block.views)
        }
        return sum
    }

    /// Shows layers' inputs and cotangents over the rows that products see (`Linearisation.observe`). Needs
    /// `linearize`.
    func observe(
        passes: Int, cotangent: (OutputBlock<S>, Int) -> Void, each: (LayerObservation<S>, Int) -> Void
    ) {
        for block in kept { linearisation.observe(block, passes: passes, cotangent: cotangent, each: each) }
        for block in recomputed {
            block.views.show(block.rows)
            linearisation.rebuild(block.views, for: .gaussNewton)
            linearisation.observe(block.views, passes: passes, cotangent: cotangent, each: each)
        }
    }

    /// The same over some groups, gathered block by block; forward is run anew.
    func observe(
        _ isChosen: (Int) -> Bool, passes: Int, through sample: Subsample<S>, cotangent: (OutputBlock<S>, Int) -> Void,
        each: (LayerObservation<S>, Int) -> Void
    ) {
        for part in [curvatureGroups, otherGroups] {
            for group in part where isChosen(group) {
                sample.add(samples.groups.rows(of: group..<group + 1), from: batch!)
                if sample.isFull { sample.observe(passes: passes, cotangent: cotangent, each: each) }
            }
        }
        sample.observe(passes: passes, cotangent: cotangent, each: each)
    }

    /// Memory for that.
    func makeSubsample(like shard: Shard<S>) -> Subsample<S> {
        Subsample(beside: linearisation, like: shard, noise: samples.noise)
    }

    /// Shows J·v of the first vector of v over the rows that products see.
    func outputTangents(each: (Range<Int>, Matrix<S>) -> Void) {
        for block in kept { linearisation.outputTangents(along: v[0], block, each: each) }
        for block in recomputed {
            block.views.show(block.rows)
            linearisation.rebuild(block.views, for: .gaussNewton)
            linearisation.outputTangents(along: v[0], block.views, each: each)
        }
    }

    /// Σ ℓ at the trial point over all rows.
    func loss() -> Double {
        evaluation.loss(rows(curvatureGroups)) + evaluation.loss(rows(otherGroups))
    }

    /// The first node whose output is not finite at the trial point.
    func firstNotFinite() -> Int? {
        [curvatureGroups, otherGroups].compactMap { evaluation.firstNotFinite(rows($0)) }.min()
    }
}

extension Range<Int> {
    fileprivate func prefix(_ count: Int) -> Range<Int> { lowerBound..<Swift.min(lowerBound + count, upperBound) }

    /// Part i of n, which together are the whole and differ by one at most.
    func part(_ i: Int, of n: Int) -> Range<Int> { lowerBound + i * count / n..<lowerBound + (i + 1) * count / n }
}
