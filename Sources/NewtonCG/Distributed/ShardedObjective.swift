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

    private let w, v, trial: Factors<S>
    /// The kept point: a copy, so that products do not depend on what the caller does with his.
    private let keptPoint: Buffer<S>
    private let team: ThreadTeam
    /// By thread: its sums, and the vectors of all but the first, which writes to the result.
    private let sums: [LocalSums<S>]
    private let vectors: [Buffer<S>]
    /// By thread: its Σ ℓ.
    private let losses: Buffer<Double>

    public var count: Int { network.parameterCount }
    public var batchSamples: Int { share.samples }

    /// - Parameters:
    ///   - shard: this rank's rows of the training part.
    ///   - batchRows: the most rows of this rank in a batch, `curvatureRows` of them seen by products.
    ///   - limit: bytes for kept activations.
    ///   - threads: they share the parameters and divide the rows.
    public init(
        _ network: Network<S>, loss: any Loss<S>, l2: Double, shard: Shard<S>, batchRows: Int, curvatureRows: Int,
        limit: Int, threads: Int = 1, communicator: Communicator
    ) throws {
        (self.network, self.l2, self.shard, self.communicator) = (network, l2, shard, communicator)
        func most(_ rows: Int) -> Int { (rows + threads - 1) / threads }
        let memory = try BatchMemory(
            network, rows: most(batchRows), curvatureRows: most(curvatureRows), limit: limit / threads)
        let factors = (0..<3).map { _ in Factors(network) }
        (self.memory, w, v, trial) = (memory, factors[0], factors[1], factors[2])
        team = ThreadTeam(count: threads)
        sums = (0..<threads).map { _ in
            LocalSums(network, loss: loss, memory, w: factors[0], v: factors[1], trial: factors[2])
        }
        vectors = (1..<threads).map { _ in Buffer(count: network.parameterCount) }
        losses = Buffer(count: threads)
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
        for (t, sums) in sums.enumerated() {
            sums.load(
                source, seen: (0..<share.curvatureRows).part(t, of: team.count),
                others: (share.curvatureRows..<share.rows.count).part(t, of: team.count))
        }
    }

    /// Sums vectors of all threads into `result`: each thread writes its own, then adds up a part of all.
    private func sumVectors(
        into result: UnsafeMutablePointer<S>, _ body: (Int, LocalSums<S>, UnsafeMutablePointer<S>) -> Void
    ) {
        team.run { t in body(t, sums[t], t == 0 ? result : vectors[t - 1].base) }
        guard team.count > 1 else { return }
        team.run { t in
            let part = (0..<count).part(t, of: team.count)
            for vector in vectors {
                S.axpy(part.count, 1, vector.base + part.lowerBound, result + part.lowerBound)
            }
        }
    }

    public func linearize(at point: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>) throws -> Double {
        keptPoint.base.update(from: point, count: count)
        w.set(keptPoint.base, transposes: true)
        sumVectors(into: gradient) { t, sums, vector in
            losses.base[t] = sums.linearize(gradient: vector, count: count)
        }
        try communicator.allreduce(gradient, count: count, .sum)
        let sum = try communicator.allreduce(totalLoss, .sum), n = Double(share.samples)
        S.scale(count, 1 / S(n), gradient, gradient)
        guard l2 > 0 else { return sum / n }
        S.axpy(count, S(l2), point, gradient)
        return sum / n + 0.5 * l2 * S.dot(count, point, point)
    }

    /// Σ of what the threads left in `losses`.
    private var totalLoss: Double { losses.values.reduce(0, +) }

    public func product(
        _ curvature: Curvature, _ vector: UnsafePointer<S>, into product: UnsafeMutablePointer<S>
    ) throws {
        v.set(vector, transposes: curvature == .hessian)
        sumVectors(into: product) { _, sums, part in sums.product(curvature, into: part, count: count) }
        try communicator.allreduce(product, count: count, .sum)
        S.scale(count, 1 / S(share.curvatureSamples), product, product)
        if l2 > 0 { S.axpy(count, S(l2), vector, product) }
    }

    public func loss(at point: UnsafePointer<S>) throws -> Double {
        trial.set(point, transposes: false)
        team.run { t in losses.base[t] = sums[t].loss() }
        let sum = try communicator.allreduce(totalLoss, .sum)
        return sum / Double(share.samples) + (l2 > 0 ? 0.5 * l2 * S.dot(count, point, point) : 0)
    }

    /// The name of the first layer, over all ranks, whose output is not finite at a point on the loaded batch.
    public func firstLayerNotFinite(at point: UnsafePointer<S>) throws -> String? {
        trial.set(point, transposes: false)
        let none = network.nodes.count
        let first = try communicator.allreduce(sums.compactMap { $0.firstNotFinite() }.min() ?? none, .min)
        return first < none ? network.nodes[first].name : nil
    }
}
