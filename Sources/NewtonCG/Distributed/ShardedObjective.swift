import MPI

/// The objective over the shards of all ranks:
///
///     L(w) = (1/n) Σ_i ℓ(f(x_i; w), y_i) + ½ λ ‖w‖²
///
/// Every rank sums over its own samples of the batch; one reduction gives all ranks the same global sums, which are
/// then divided by the global count. The penalty is added once, after the reduction. So uneven shards are exact, and
/// a rank without samples takes part with zeros.
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

    private let w, v: Factors<S>
    /// The kept point: a copy, so that products do not depend on what the caller does with his.
    private let keptPoint: Buffer<S>
    private let kept: Linearisation<S>
    private let scratch: Linearisation<S>?
    private let evaluation: Evaluation<S>

    public var count: Int { network.parameterCount }
    public var batchSamples: Int { share.samples }

    /// - Parameters:
    ///   - shard: this rank's rows of the training part.
    ///   - batchRows: the most rows of this rank in a batch, `curvatureRows` of them seen by products.
    ///   - limit: bytes for kept activations.
    public init(
        _ network: Network<S>, loss: any Loss<S>, l2: Double, shard: Shard<S>, batchRows: Int, curvatureRows: Int,
        limit: Int, communicator: Communicator
    ) throws {
        (self.network, self.l2, self.shard, self.communicator) = (network, l2, shard, communicator)
        memory = try BatchMemory(network, rows: batchRows, curvatureRows: curvatureRows, limit: limit)
        let plan = Linearisation.plan(network, block: memory.block)
        let values = Evaluation.plan(network, block: memory.block)
        let workspace = Workspace<S>(count: max(plan.shared, values.shared))
        kept = Linearisation(network, loss: loss, capacity: memory.keptRows, plan: plan, workspace: workspace)
        scratch =
            memory.needsScratch
            ? Linearisation(network, loss: loss, capacity: memory.block, plan: plan, workspace: workspace) : nil
        evaluation = Evaluation(network, loss: loss, plan: values, workspace: workspace)
        (w, v) = (Factors(network), Factors(network))
        keptPoint = Buffer(count: network.parameterCount)
        gathered = shard.batch(capacity: batchRows)
        source = gathered
    }

    /// Takes a batch: its rows, those of products first.
    public func load(_ share: BatchShare) {
        self.share = share
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

    private var keptRows: Range<Int> { 0..<min(share.curvatureRows, memory.keptRows) }

    /// Blocks of rows that are not kept, of those in a range.
    private func others(in range: Range<Int>) -> [Range<Int>] {
        stride(from: keptRows.upperBound, to: range.upperBound, by: memory.block).map {
            $0..<min($0 + memory.block, range.upperBound)
        }
    }

    public func linearize(at point: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>) throws -> Double {
        keptPoint.base.update(from: point, count: count)
        w.set(keptPoint.base, transposes: true)
        var sum = 0.0, adds = false
        func add(_ linearisation: Linearisation<S>, _ range: Range<Int>) {
            let (x, targets) = rows(range)
            sum += linearisation.move(to: w, x: x, targets, gradient: gradient, adds: adds)
            adds = true
        }
        // Rows that products do not see come first: where all rows fit, they go through the memory of the kept ones.
        for range in others(in: 0..<share.rows.count) { add(scratch ?? kept, range) }
        if !keptRows.isEmpty { add(kept, keptRows) }
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
        if !keptRows.isEmpty { add(kept) }
        for range in others(in: 0..<share.curvatureRows) {
            let (x, targets) = rows(range)
            _ = scratch!.move(to: w, x: x, targets, gradient: nil, adds: false)
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
        let sum = try communicator.allreduce(evaluation.loss(x: x, targets), .sum)
        return sum / Double(share.samples) + (l2 > 0 ? 0.5 * l2 * S.dot(count, point, point) : 0)
    }

    /// The name of the first layer, over all ranks, whose output is not finite at a point on the loaded batch.
    public func firstLayerNotFinite(at point: UnsafePointer<S>) throws -> String? {
        evaluation.factors.set(point, transposes: false)
        let none = network.nodes.count
        let (x, _) = rows(0..<share.rows.count)
        let first = try communicator.allreduce(evaluation.firstNotFinite(x: x) ?? none, .min)
        return first < none ? network.nodes[first].name : nil
    }
}
