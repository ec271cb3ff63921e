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
    /// Whether this rank is asked to stop; nil: nobody asks, on any rank. What one rank knows travels with the
    /// reductions of a step, and all ranks throw `Stopped` after the same one.
    public var stopRequest: (() -> Bool)?
    /// Room for a short vector and the request to stop.
    private let message = Buffer<S>(count: 1 + 4096)

    private let shard: Shard<S>
    private let gathered: Shard<S>
    /// Where the loaded batch's rows lie: in the shard itself, or gathered.
    private var source: Shard<S>
    private var share = BatchShare()

    /// The kept point, and a product's direction or a trial point: each is packed anew where it is used.
    private let w, v: Factors<S>
    /// The kept point: a copy, so that products do not depend on what the caller does with his.
    private let keptPoint: Buffer<S>
    private let team: ThreadTeam
    /// By thread: its sums, and the vectors of all but the first, which writes to the result.
    private let sums: [LocalSums<S>]
    private let vectors: [Buffer<S>]
    /// By thread: its Σ ℓ.
    private let losses: Buffer<Double>
    /// Statistics of the last linearisation, summed over groups, and the number of groups.
    private let statistics: Buffer<Double>

    public var count: Int { network.parameterCount }
    public var batchSamples: Int { share.samples }

    /// - Parameters:
    ///   - shard: this rank's rows of the training part.
    ///   - batchRows: the most rows of this rank in a batch, `curvatureRows` of them seen by products.
    ///   - groups: how those rows are grouped; nil: every row is a group of its own.
    ///   - limit: bytes for kept activations.
    ///   - threads: they share the parameters and divide the rows.
    public init(
        _ network: Network<S>, loss: any Loss<S>, l2: Double, shard: Shard<S>, batchRows: Int, curvatureRows: Int,
        groups: BatchMemory.Groups? = nil, limit: Int, threads: Int = 1, communicator: Communicator
    ) throws {
        (self.network, self.l2, self.shard, self.communicator) = (network, l2, shard, communicator)
        func most(_ count: Int) -> Int { (count + threads - 1) / threads }
        let part = groups.map {
            BatchMemory.Groups(count: most($0.count), curvature: most($0.curvature), rows: $0.rows)
        }
        let memory = try BatchMemory(
            network, rows: part.map { min(batchRows, $0.count * $0.rows) } ?? most(batchRows),
            curvatureRows: part.map { min(curvatureRows, $0.curvature * $0.rows) } ?? most(curvatureRows), groups: part,
            limit: limit / threads)
        statistics = Buffer(count: network.stateCount + 1)
        let (w, v) = (Factors(network), Factors(network))
        (self.memory, self.w, self.v) = (memory, w, v)
        team = ThreadTeam(count: threads)
        sums = (0..<threads).map { _ in
            LocalSums(network, loss: loss, memory, w: w, v: v)
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
        let groups = share.groups, seen = share.curvatureGroups
        for (t, sums) in sums.enumerated() {
            sums.load(
                source, groups, seen: (0..<seen).part(t, of: team.count),
                others: (seen..<groups.count).part(t, of: team.count))
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
        if network.stateCount > 0 { try reduceStatistics() }
        try communicator.allreduce(gradient, count: count, .sum)
        let sum = try reducedLoss(), n = Double(share.samples)
        S.scale(count, 1 / S(n), gradient, gradient)
        guard l2 > 0 else { return sum / n }
        S.axpy(count, S(l2), point, gradient)
        return sum / n + 0.5 * l2 * S.dot(count, point, point)
    }

    /// Σ over threads and ranks of what the threads left in `losses`; a request to stop travels with it.
    private func reducedLoss() throws -> Double {
        let loss = losses.values.reduce(0, +)
        guard let stopRequest else { return try communicator.allreduce(loss, .sum) }
        return try withUnsafeTemporaryAllocation(of: Double.self, capacity: 2) { sums in
            (sums[0], sums[1]) = (loss, stopRequest() ? 1 : 0)
            try communicator.allreduce(sums.baseAddress!, count: 2, .sum)
            if sums[1] > 0 { throw Stopped() }
            return sums[0]
        }
    }

    /// Sums a vector over the ranks. A request to stop travels in the same message, or in one of its own where that
    /// is small beside the vector's.
    private func reduce(_ vector: UnsafeMutablePointer<S>) throws {
        guard let stopRequest else { return try communicator.allreduce(vector, count: count, .sum) }
        let isShort = count < message.count, flag = isShort ? count : 0
        message.base[flag] = stopRequest() ? 1 : 0
        if isShort && communicator.size > 1 {
            message.base.update(from: vector, count: count)
            try communicator.allreduce(message.base, count: count + 1, .sum)
            vector.update(from: message.base, count: count)
        } else {
            try communicator.allreduce(vector, count: count, .sum)
            try communicator.allreduce(message.base, count: 1, .sum)
        }
        if message.base[flag] > 0 { throw Stopped() }
    }

    public func product(
        _ curvature: Curvature, _ vector: UnsafePointer<S>, into product: UnsafeMutablePointer<S>
    ) throws {
        v.set(vector, transposes: curvature == .hessian)
        sumVectors(into: product) { _, sums, part in sums.product(curvature, into: part, count: count) }
        try reduce(product)
        S.scale(count, 1 / S(share.curvatureSamples), product, product)
        if l2 > 0 { S.axpy(count, S(l2), vector, product) }
    }

    public func loss(at point: UnsafePointer<S>) throws -> Double {
        v.set(point, transposes: false)
        team.run { t in losses.base[t] = sums[t].loss() }
        let sum = try reducedLoss()
        return sum / Double(share.samples) + (l2 > 0 ? 0.5 * l2 * S.dot(count, point, point) : 0)
    }

    /// Sums the statistics of a linearisation over threads and ranks, and the groups that they are of.
    private func reduceStatistics() throws {
        statistics.base.update(repeating: 0, count: statistics.count)
        for sums in sums {
            for i in 0..<network.stateCount { statistics.base[i] += sums.statistics.base[i] }
        }
        statistics.base[network.stateCount] = Double(share.groups.count)
        try communicator.allreduce(statistics.base, count: statistics.count, .sum)
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
        v.set(point, transposes: false)
        let none = network.nodes.count
        let first = try communicator.allreduce(sums.compactMap { $0.firstNotFinite() }.min() ?? none, .min)
        return first < none ? network.nodes[first].name : nil
    }
}
