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
    /// Where the rows lie, their groups, those that products see, and the others.
    private var source: Shard<S>?
    private var groups = RowGroups(rows: 0)
    private var seen = 0..<0, others = 0..<0

    /// Blocks that are kept, each in its own memory; and those that go through one block's memory one after the other:
    /// the ones that products see, the ones that they don't.
    private var kept: [BlockViews<S>] = []
    private var recomputed: [Passing] = [], unseen: [Passing] = []
    private struct Passing {
        let samples: BlockViews<S>.Samples
        /// Those of all passing blocks with as many rows.
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

    /// Takes some groups of those in `source`.
    func load(_ source: Shard<S>, _ groups: RowGroups, seen: Range<Int>, others: Range<Int>) {
        (self.source, self.groups, self.seen, self.others) = (source, groups, seen, others)
        func samples(_ part: Range<Int>) -> [BlockViews<S>.Samples] {
            part.blocks(of: groupsOfBlock).map {
                .init(
                    x: source.x, targets: source.targets, first: groups.rows(of: $0).lowerBound, groups: groups[$0])
            }
        }
        let keptGroups = seen.prefix(memory.keptGroups)
        kept = samples(keptGroups).enumerated().map { linearisation.views(of: $1, slot: $0) }
        // Where all rows fit, those that products don't see go through the memory of the kept ones, which come later.
        let slot = memory.needsScratch ? memory.keptBlocks : 0
        var views: [BlockViews<S>] = []
        func passing(_ samples: BlockViews<S>.Samples) -> Passing {
            if let known = views.first(where: { $0.rows == samples.groups.rows }) {
                return Passing(samples: samples, views: known)
            }
            views.append(linearisation.views(of: samples, slot: slot))
            return Passing(samples: samples, views: views.last!)
        }
        recomputed = samples(keptGroups.upperBound..<seen.upperBound).map(passing)
        unseen = samples(others).map(passing)
    }

    /// The rows of some groups.
    private func rows(_ chosen: Range<Int>) -> (Matrix<S>, Targets<S>) {
        let source = source!, range = groups.rows(of: chosen)
        return (
            Matrix(source.x.base! + range.lowerBound * source.inputCount, range.count, source.inputCount),
            source.targets.rows(from: range.lowerBound, range.count)
        )
    }

    /// Σ ℓ at w over all rows, Σ ∇ℓ, and the statistics; moves to w. `finished` is told which part of the gradient is
    /// final.
    func linearize(gradient: UnsafeMutablePointer<S>, count: Int, finished: Linearisation<S>.Finished? = nil) -> Double
    {
        var sum = 0.0, adds = false, left = recomputed.count + unseen.count + kept.count
        statistics.base.update(repeating: 0, count: statistics.count)
        func add(_ block: BlockViews<S>) {
            left -= 1
            sum += linearisation.move(
                block, gradient: gradient, statistics: statistics.count > 0 ? statistics.base : nil, adds: adds,
                finished: left == 0 ? finished : nil)
            adds = true
        }
        func add(_ block: Passing) {
            block.views.show(block.samples)
            add(block.views)
        }
        for block in recomputed { add(block) }
        for block in unseen { add(block) }
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
            block.views.show(block.samples)
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
            block.views.show(block.samples)
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
            block.views.show(block.samples)
            linearisation.rebuild(block.views, for: .gaussNewton)
            linearisation.observe(block.views, passes: passes, cotangent: cotangent, each: each)
        }
    }

    /// The same over some groups, gathered block by block; forward is run anew.
    func observe(
        _ isChosen: (Int) -> Bool, passes: Int, through sample: Subsample<S>, cotangent: (OutputBlock<S>, Int) -> Void,
        each: (LayerObservation<S>, Int) -> Void
    ) {
        for part in [seen, others] {
            for group in part where isChosen(group) {
                sample.add(groups.rows(of: group..<group + 1), from: source!)
                if sample.isFull { sample.observe(passes: passes, cotangent: cotangent, each: each) }
            }
        }
        sample.observe(passes: passes, cotangent: cotangent, each: each)
    }

    /// Memory for that.
    func makeSubsample(like shard: Shard<S>) -> Subsample<S> {
        Subsample(beside: linearisation, like: shard)
    }

    /// Shows J·v of the first vector of v over the rows that products see.
    func outputTangents(each: (Range<Int>, Matrix<S>) -> Void) {
        for block in kept { linearisation.outputTangents(along: v[0], block, each: each) }
        for block in recomputed {
            block.views.show(block.samples)
            linearisation.rebuild(block.views, for: .gaussNewton)
            linearisation.outputTangents(along: v[0], block.views, each: each)
        }
    }

    /// Σ ℓ at the trial point over all rows.
    func loss() -> Double {
        loss(seen) + loss(others)
    }

    private func loss(_ range: Range<Int>) -> Double {
        guard !range.isEmpty else { return 0 }
        let (x, targets) = rows(range)
        return evaluation.loss(x: x, targets, .training(groups[range]))
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
