import MPI

/// The objective over the shards of all ranks:
///
///     L(w) = (1/n) Σ_i ℓ(f(x_i; w), y_i) + ½ λ ‖w‖²
///
/// Every rank sums over its own samples of the batch; one reduction gives all ranks the same global sums, which are
/// then divided by the global count. The penalty is added once, after the reduction. So uneven shards are exact, and
/// a rank without samples takes part with zeros. All of it is as in training: batch normalisation takes its
/// statistics of the batch's groups.
public final class ShardedObjective<S: Scalar & MPIDatatype>: Objective {
    public let network: Network<S>
    public let memory: BatchMemory
    private let communicator: Communicator
    private let l2: Double

    private let shard: Shard<S>
    private let gathered: Shard<S>
    /// Where the loaded batch's rows lie: in the shard itself, or gathered.
    private var source: Shard<S>
    private var share = BatchShare()
    private var groups = RowGroups(rows: 0), curvatureGroups = 0

    private let groupsOfBlock: Int
    private let w, v: Factors<S>
    /// The kept point: a copy, so that products do not depend on what the caller does with his.
    private let keptPoint: Buffer<S>
    private let kept: Linearisation<S>
    private let scratch: Linearisation<S>?
    private let evaluation: Evaluation<S>
    /// Statistics of the last linearisation, summed over groups, and the number of groups.
    private let statistics: Buffer<Double>

    public var count: Int { network.parameterCount }
    public var batchSamples: Int { share.samples }

    /// - Parameters:
    ///   - shard: this rank's rows of the training part.
    ///   - batchRows: the most rows of this rank in a batch, `curvatureRows` of them seen by products.
    ///   - groups: how those rows are grouped; nil: every row is a group of its own.
    ///   - limit: bytes for kept activations.
    public init(
        _ network: Network<S>, loss: any Loss<S>, l2: Double, shard: Shard<S>, batchRows: Int, curvatureRows: Int,
        groups: BatchMemory.Groups? = nil, limit: Int, communicator: Communicator
    ) throws {
        (self.network, self.l2, self.shard, self.communicator) = (network, l2, shard, communicator)
        memory = try BatchMemory(network, rows: batchRows, curvatureRows: curvatureRows, groups: groups, limit: limit)
        let size = memory.groups.rows
        let plan = Linearisation.plan(network, block: memory.block, groupRows: size)
        let values = Evaluation.plan(network, block: memory.block, groupRows: size)
        let workspace = Workspace<S>(count: max(plan.shared, values.shared))
        groupsOfBlock = plan.groups
        let blocks = (memory.keptGroups + plan.groups - 1) / plan.groups
        kept = Linearisation(network, loss: loss, capacity: blocks, plan: plan, workspace: workspace)
        scratch =
            memory.needsScratch
            ? Linearisation(network, loss: loss, capacity: 1, plan: plan, workspace: workspace) : nil
        statistics = Buffer(count: network.stateCount + 1)
        (w, v) = (Factors(network), Factors(network))
        // Each product packs its direction anew: between them a trial point may have the place.
        evaluation = Evaluation(network, loss: loss, plan: values, workspace: workspace, factors: v)
        keptPoint = Buffer(count: network.parameterCount)
        gathered = shard.batch(capacity: batchRows)
        source = gathered
    }

    /// Takes a batch: its rows, those of products first.
    public func load(_ share: BatchShare) {
        (self.share, groups) = (share, share.groups)
        curvatureGroups = share.curvatureGroups
        if share.rows.count == shard.count, share.rows.enumerated().allSatisfy({ Int($1) == $0 }) {
            source = shard
        } else {
            gathered.gather(share.rows, from: shard)
            source = gathered
        }
    }

    /// The batch's rows in a range.
    private func rows(_ range: Range<Int>) -> (Matrix<S>, Targets<S>) {
        (
            Matrix(source.x.base! + range.lowerBound * source.inputCount, range.count, source.inputCount),
            source.targets.rows(from: range.lowerBound, range.count)
        )
    }

    private var keptGroups: Range<Int> { 0..<min(curvatureGroups, memory.keptGroups) }

    /// Blocks of groups that are not kept, of the first `count`.
    private func others(ofFirst count: Int) -> [Range<Int>] {
        groups.blocks(of: groupsOfBlock, in: keptGroups.upperBound..<count)
    }

    public func linearize(at point: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>) throws -> Double {
        keptPoint.base.update(from: point, count: count)
        w.set(keptPoint.base, transposes: true)
        var sum = 0.0, adds = false
        let hasState = network.stateCount > 0
        if hasState { statistics.base.update(repeating: 0, count: statistics.count) }
        func add(_ linearisation: Linearisation<S>, _ range: Range<Int>) {
            let (x, targets) = rows(groups.rows(of: range))
            sum += linearisation.move(
                to: w, x: x, targets, groups: groups[range], gradient: gradient,
                statistics: hasState ? statistics.base : nil, adds: adds)
            adds = true
        }
        // Rows that products do not see come first: where all rows fit, they go through the memory of the kept ones.
        for range in others(ofFirst: groups.count) { add(scratch ?? kept, range) }
        if !keptGroups.isEmpty { add(kept, keptGroups) }
        if hasState {
            statistics.base[network.stateCount] = Double(groups.count)
            try communicator.allreduce(statistics.base, count: statistics.count, .sum)
        }
        if !adds { gradient.update(repeating: 0, count: count) }
        try communicator.allreduce(gradient, count: count, .sum)
        sum = try communicator.allreduce(sum, .sum)
        let n = Double(share.samples)
        S.scale(count, 1 / S(n), gradient, gradient)
        guard l2 > 0 else { return sum / n }
        S.axpy(count, S(l2), point, gradient)
        return sum / n + 0.5 * l2 * S.dot(count, point, point)
    }

    public func product(
        _ curvature: Curvature, _ vector: UnsafePointer<S>, into product: UnsafeMutablePointer<S>
    ) throws {
        v.set(vector, transposes: curvature == .hessian)
        var adds = false
        func add(_ linearisation: Linearisation<S>) {
            switch curvature {
            case .hessian: linearisation.hessianProduct(v, into: product, adds: adds)
            case .gaussNewton: linearisation.gaussNewtonProduct(v, into: product, adds: adds)
            }
            adds = true
        }
        if !keptGroups.isEmpty { add(kept) }
        for range in others(ofFirst: curvatureGroups) {
            let (x, targets) = rows(groups.rows(of: range))
            _ = scratch!.move(to: w, x: x, targets, groups: groups[range], gradient: nil, adds: false)
            add(scratch!)
        }
        if !adds { product.update(repeating: 0, count: count) }
        try communicator.allreduce(product, count: count, .sum)
        S.scale(count, 1 / S(share.curvatureSamples), product, product)
        if l2 > 0 { S.axpy(count, S(l2), vector, product) }
    }

    public func loss(at point: UnsafePointer<S>) throws -> Double {
        evaluation.factors.set(point, transposes: false)
        let (x, targets) = rows(0..<share.rows.count)
        let sum = try communicator.allreduce(evaluation.loss(x: x, targets, .training(groups)), .sum)
        return sum / Double(share.samples) + (l2 > 0 ? 0.5 * l2 * S.dot(count, point, point) : 0)
    }

    /// Moves running statistics by those of the last linearisation: running ← (1 − momentum) · running + momentum ·
    /// the mean over the batch's groups, of all ranks.
    public func follow(_ state: UnsafeMutablePointer<S>) {
        let groups = statistics.base[network.stateCount]
        for (_, statistic, range) in network.state {
            for i in range {
                let mean = statistics.base[i] / groups
                state[i] = S((1 - statistic.momentum) * Double(state[i]) + statistic.momentum * mean)
            }
        }
    }

    /// The name of the first layer, over all ranks, whose output is not finite at a point on the loaded batch.
    public func firstLayerNotFinite(at point: UnsafePointer<S>) throws -> String? {
        evaluation.factors.set(point, transposes: false)
        let none = network.nodes.count
        let (x, _) = rows(0..<share.rows.count)
        let first = try communicator.allreduce(evaluation.firstNotFinite(x: x, .training(groups)) ?? none, .min)
        return first < none ? network.nodes[first].name : nil
    }
}
