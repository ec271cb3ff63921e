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
    /// How the vectors of products lie on the ranks.
    public let space: any VectorSpace<S>
    /// Where they are divided: the space again; and a whole vector for this rank's sums, where ranks share none.
    private let divided: DividedVectors<S>?
    private lazy var wholeSums = Buffer<S>(count: count)
    let communicator: Communicator
    public let l2: Double
    private let operations: Operations
    /// Whether this rank is asked to stop; nil: nobody asks, on any rank. What one rank knows travels with the
    /// reductions of a step, and all ranks throw `Stopped` after the same one.
    public var stopRequest: (() -> Bool)?
    /// Room for a short vector and the request to stop.
    private let message = Buffer<S>(count: 1 + 4096)

    let shard: Shard<S>
    private let gathered: Shard<S>
    /// Where the loaded batch's rows lie: in the shard itself, or gathered.
    private var source: Shard<S>
    private(set) var share = BatchShare()

    /// The kept point, and the directions of products, the first of them also a trial point: each is packed anew where
    /// it is used.
    private let w: Factors<S>
    let v: [Factors<S>]
    /// The second vector of quadratic forms; few optimizers take any.
    private lazy var second = Factors(network, transposes: false, threads: team.count)
    /// The kept point: a copy, so that products do not depend on what the caller does with his.
    private let keptPoint: Buffer<S>
    let team: ThreadTeam
    /// By thread: memory to look at some of the rows, once that was asked for.
    var subsamples: [Subsample<S>] = []
    /// By thread: its sums, and the vectors of all but the first, which writes to the result.
    let sums: [LocalSums<S>]
    private let vectors: [Buffer<S>]
    /// Where sums are reduced while they are made: on several ranks, for vectors of more than one piece.
    private let overlapped: OverlappedSums<S>?
    /// Where ranks share a node: their sums over the batch, in memory of all; nil also before the first linearisation,
    /// when all ranks come together.
    private var shared: SharedSums<S>?
    private var mayShare: Bool
    private let directions: Int
    /// By thread: its Σ ℓ; its quadratic forms, all added up in the first three.
    private let losses, forms: Buffer<Double>
    /// Statistics of the last linearisation, summed over groups, and the number of groups.
    let statistics: Buffer<Double>
    /// For solves in the space of the batch's residuals.
    let sampleSpace: SampleSpace<S>?

    public var sampleSpacePlan: SampleSpacePlan<S>? { sampleSpace?.plan }

    public var count: Int { network.parameterCount }
    public var batchSamples: Int { share.samples }
    public var isWhole: Bool { share.isWhole }
    /// What a rank holds beside activations and flat vectors: the packed copies of weights and directions, and each
    /// thread's inner values of convolutions.
    public var kernelMemory: String {
        "packed weights \(readable(v.reduce(w.bytes) { $0 + $1.bytes })), "
            + "inner values of convolutions \(readable(team.count * network.convolutionBytes))"
            + (mayShare ? ", sums that ranks of a node share \(readable(sharedCount * MemoryLayout<S>.stride))" : "")
    }
    private var sharedCount: Int { directions * count }

    /// - Parameters:
    ///   - shard: this rank's rows of the training part.
    ///   - batchRows: the most rows of this rank in a batch, `curvatureRows` of them seen by products.
    ///   - curvature: which products will be taken: memory for those with the exact Hessian serves both.
    ///   - groups: how those rows are grouped; nil: every row is a group of its own.
    ///   - limit: bytes for kept activations.
    ///   - directions: the most vectors of a block product that go through a block of samples together.
    ///   - sampleSpace: the most samples of a batch over all ranks, for sample-space solves; nil: there are none.
    ///   - threads: they share the parameters and divide the rows.
    ///   - dividesVectors: products take and give vectors that are divided over the ranks.
    ///   - reduction: when gradients and whole products are summed over the ranks.
    public init(
        _ network: Network<S>, loss: any Loss<S>, l2: Double, shard: Shard<S>, batchRows: Int, curvatureRows: Int,
        curvature: Curvature = .hessian, groups: BatchMemory.Groups? = nil, limit: Int, directions: Int = 1,
        sampleSpace: Int? = nil, threads: Int = 1, dividesVectors: Bool = false,
        reduction: ReductionSchedule = .atEnd, communicator: Communicator
    ) throws {
        (self.network, self.l2, self.shard, self.communicator) = (network, l2, shard, communicator)
        let memory = try Self.plan(
            network, for: curvature, batchRows: batchRows, curvatureRows: curvatureRows, groups: groups, limit: limit,
            threads: threads)
        statistics = Buffer(count: network.stateCount + 1)
        keptPoint = Buffer(count: network.parameterCount)
        let w = Factors(network, transposes: true, threads: threads, at: UnsafePointer(keptPoint.base))
        let v = (0..<directions).map { _ in
            Factors(network, transposes: curvature == .hessian, threads: threads)
        }
        (self.memory, self.w, self.v) = (memory, w, v)
        team = ThreadTeam(count: threads)
        sums = (0..<threads).map { _ in
            LocalSums(network, loss: loss, memory, w: w, v: v)
        }
        vectors = (1..<threads).map { _ in Buffer(count: directions * network.parameterCount) }
        let piece = Communicator.pieceBytes / MemoryLayout<S>.stride
        overlapped =
            reduction == .overlapped && communicator.size > 1 && network.parameterCount > piece
            ? OverlappedSums(count: network.parameterCount, vectors: directions, others: vectors, communicator) : nil
        self.directions = directions
        // Short vectors travel with a request to stop.
        mayShare = reduction == .atEnd && communicator.size > 1 && network.parameterCount >= message.count
        losses = Buffer(count: threads)
        self.sampleSpace = try sampleSpace.map {
            let plan = try SampleSpacePlan(
                network, loss: loss, samples: $0, ownSamples: batchRows, threads: threads, limit: limit)
            return SampleSpace(plan, network, block: memory.block, threads: threads, communicator)
        }
        forms = Buffer(count: 3 * threads)
        operations = Operations(of: network)
        if dividesVectors {
            let space = DividedVectors<S>(count: network.parameterCount, over: communicator)
            (self.space, divided) = (space, space)
        } else {
            (space, divided) = (WholeVectors(count: network.parameterCount), nil)
        }
        gathered = shard.batch(capacity: batchRows)
        source = gathered
    }

    /// The memory of each of a rank's threads; the arguments are those of `init`.
    static func plan(
        _ network: Network<S>, for curvature: Curvature, batchRows: Int, curvatureRows: Int,
        groups: BatchMemory.Groups?, limit: Int, threads: Int
    ) throws -> BatchMemory {
        func most(_ count: Int) -> Int { (count + threads - 1) / threads }
        let part = groups.map {
            BatchMemory.Groups(count: most($0.count), curvature: most($0.curvature), rows: $0.rows)
        }
        return try BatchMemory(
            network, for: curvature, rows: part.map { min(batchRows, $0.count * $0.rows) } ?? most(batchRows),
            curvatureRows: part.map { min(curvatureRows, $0.curvature * $0.rows) } ?? most(curvatureRows), groups: part,
            limit: limit / threads)
    }

    /// Takes a batch: its rows, those of products first.
    public func load(_ share: BatchShare) {
        self.share = share
        if share.rows.count == shard.count, share.rows.enumerated().allSatisfy({ Int($1) == $0 }) {
            source = shard
        } else {
            gathered.gather(share.rows, from: shard)
            Phase.count(bytes: share.rows.count * shard.inputCount * MemoryLayout<S>.stride)
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
    func sumVectors(
        into result: UnsafeMutablePointer<S>, vectors number: Int = 1,
        _ body: (Int, LocalSums<S>, UnsafeMutablePointer<S>) -> Void
    ) {
        team.run { t in body(t, sums[t], t == 0 ? result : vectors[t - 1].base) }
        guard team.count > 1 else { return }
        team.run { t in
            let part = (0..<number * count).part(t, of: team.count)
            for vector in vectors {
                S.axpy(part.count, 1, vector.base + part.lowerBound, result + part.lowerBound)
            }
        }
    }

    /// Sums vectors of all threads into `result`, and those of all ranks where that is overlapped.
    private func sumsOfPass(
        into result: UnsafeMutablePointer<S>, vectors number: Int = 1,
        _ body: (Int, LocalSums<S>, UnsafeMutablePointer<S>, Linearisation<S>.Finished?) -> Void
    ) throws {
        if let overlapped {
            try overlapped.total(into: result, vectors: number, team: team) { body($0, sums[$0], $1, $2) }
        } else {
            sumVectors(into: result, vectors: number) { body($0, $1, $2, nil) }
        }
    }

    public func linearize(at point: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>) throws -> Double {
        let outer = Phase.gradient.begin()
        defer { outer.end() }
        Phase.count(operations: operations.gradient * share.rows.count)
        w.set(copyOf: point, at: keptPoint.base, transposes: true, team: team)
        if mayShare, shared == nil {
            shared = try SharedSums(count: sharedCount, over: communicator)
            mayShare = shared != nil
            divided?.shared = shared
        }
        try sumsOfPass(into: try shared?.vector() ?? gradient) { t, sums, vector, finished in
            losses.base[t] = sums.linearize(gradient: vector, count: count, finished: finished)
        }
        if network.stateCount > 0 { try reduceStatistics() }
        let n = Double(share.samples)
        if let shared {
            try total(shared, into: gradient, count: count, scale: 1 / S(n), penaltyAt: point)
        } else {
            if overlapped == nil { try communicator.total(gradient, count: count) }
            finish(gradient, count: count, scale: 1 / S(n), penaltyAt: point)
        }
        let sum = try reducedLoss()
        return sum / n + (l2 > 0 ? 0.5 * l2 * S.dot(count, point, point) : 0)
    }

    /// result ← scale · result + λ · point
    private func finish(
        _ result: UnsafeMutablePointer<S>, count: Int, scale: S, penaltyAt point: UnsafePointer<S>
    ) {
        team.run { t in finish(result, at: (0..<count).part(t, of: team.count), scale: scale, penaltyAt: point) }
    }

    /// The same at some places.
    private func finish(
        _ result: UnsafeMutablePointer<S>, at places: Range<Int>, scale: S, penaltyAt point: UnsafePointer<S>
    ) {
        let result = result + places.lowerBound
        if l2 > 0 {
            S.axpby(places.count, S(l2), point + places.lowerBound, scale, result)
        } else {
            S.scale(places.count, scale, result, result)
        }
    }

    /// result ← the shared sums of all ranks, finished.
    private func total(
        _ shared: SharedSums<S>, into result: UnsafeMutablePointer<S>, count: Int, scale: S,
        penaltyAt point: UnsafePointer<S>
    ) throws {
        try communicator.waitForAll()
        try communicator.reducing(bytes: count * MemoryLayout<S>.stride) {
            try shared.total(into: result, count: count, team: team) {
                finish(result, at: $0, scale: scale, penaltyAt: point)
            }
        }
    }

    /// Σ over threads and ranks of what the threads left in `losses`; a request to stop travels with it.
    private func reducedLoss() throws -> Double {
        var loss = 0.0
        for t in 0..<losses.count { loss += losses.base[t] }
        guard let stopRequest else { return try communicator.total(loss) }
        return try withUnsafeTemporaryAllocation(of: Double.self, capacity: 2) { sums in
            (sums[0], sums[1]) = (loss, stopRequest() ? 1 : 0)
            try communicator.total(sums.baseAddress!, count: 2)
            if sums[1] > 0 { throw Stopped() }
            return sums[0]
        }
    }

    /// Sums vectors over the ranks. A request to stop travels in the same message, or in one of its own where that is
    /// small beside the vectors'.
    private func total(_ vectors: UnsafeMutablePointer<S>, count: Int) throws {
        guard let stopRequest, count < message.count, communicator.size > 1 else {
            try communicator.total(vectors, count: count)
            return try stopWhereAsked()
        }
        message.base.update(from: vectors, count: count)
        message.base[count] = stopRequest() ? 1 : 0
        try communicator.total(message.base, count: count + 1)
        vectors.update(from: message.base, count: count)
        if message.base[count] > 0 { throw Stopped() }
    }

    private func stopWhereAsked() throws {
        guard let stopRequest else { return }
        message.base[0] = stopRequest() ? 1 : 0
        try communicator.reducing(bytes: MemoryLayout<S>.stride) {
            try communicator.allreduce(message.base, count: 1, .sum)
        }
        if message.base[0] > 0 { throw Stopped() }
    }

    public func product(
        _ curvature: Curvature, _ vector: UnsafePointer<S>, into product: UnsafeMutablePointer<S>
    ) throws {
        try products(curvature, vector, number: 1, into: product)
    }

    public func products(
        _ curvature: Curvature, _ vectors: UnsafePointer<S>, number: Int, into products: UnsafeMutablePointer<S>
    ) throws {
        let outer = Phase.product.begin()
        defer { outer.end() }
        let operations = curvature == .hessian ? operations.hessian : operations.gaussNewton
        Phase.count(operations: number * operations * share.curvatureRows)
        let scale = 1 / S(share.curvatureSamples)
        if let divided {
            try dividedProducts(curvature, vectors, number, into: products, divided)
        } else {
            let n = count
            for first in stride(from: 0, to: number, by: v.count) {
                let some = min(v.count, number - first), result = products + first * n
                for j in 0..<some { v[j].set(vectors + (first + j) * n, transposes: curvature == .hessian, team: team) }
                try sumsOfPass(into: try shared?.vector() ?? result, vectors: some) { _, sums, part, finished in
                    sums.products(curvature, vectors: some, into: part, count: n, finished: finished)
                }
                if let shared {
                    try total(shared, into: result, count: some * n, scale: scale, penaltyAt: vectors + first * n)
                }
            }
            if shared != nil { return try stopWhereAsked() }
            if overlapped == nil { try total(products, count: number * n) } else { try stopWhereAsked() }
        }
        finish(products, count: number * space.ownCount, scale: scale, penaltyAt: vectors)
    }

    /// Sums of products of divided vectors: each vector is gathered, and each sum reduced to parts.
    private func dividedProducts(
        _ curvature: Curvature, _ vectors: UnsafePointer<S>, _ number: Int, into products: UnsafeMutablePointer<S>,
        _ space: DividedVectors<S>
    ) throws {
        for j in 0..<number {
            v[0].set(
                try space.whole(vectors + j * space.ownCount), transposes: curvature == .hessian, team: team)
            let whole = try space.shared?.vector() ?? wholeSums.base
            sumVectors(into: whole) { _, sums, part in
                sums.products(curvature, vectors: 1, into: part, count: count)
            }
            try space.total(whole, into: products + j * space.ownCount)
        }
        try stopWhereAsked()
    }

    public func gaussNewtonForms(_ a: UnsafePointer<S>, _ b: UnsafePointer<S>?) throws -> QuadraticForms {
        let outer = Phase.product.begin()
        defer { outer.end() }
        Phase.count(operations: (b == nil ? 1 : 2) * operations.gaussNewton / 2 * share.curvatureRows)
        v[0].set(a, transposes: false, team: team)
        if let b { second.set(b, transposes: false, team: team) }
        let other = b == nil ? nil : second
        team.run { t in
            let sums = sums[t].gaussNewtonForms(other)
            (forms.base[3 * t], forms.base[3 * t + 1], forms.base[3 * t + 2]) = (sums.aa, sums.ab, sums.bb)
        }
        for i in 3..<forms.count { forms.base[i % 3] += forms.base[i] }
        try communicator.total(forms.base, count: 3)
        let n = Double(share.curvatureSamples)
        var result = QuadraticForms(aa: forms.base[0] / n, ab: forms.base[1] / n, bb: forms.base[2] / n)
        guard l2 > 0 else { return result }
        result.aa += l2 * S.dot(count, a, a)
        if let b {
            result.ab += l2 * S.dot(count, a, b)
            result.bb += l2 * S.dot(count, b, b)
        }
        return result
    }

    public func replicate(_ values: UnsafeMutableRawBufferPointer) throws {
        try communicator.broadcast(values.bindMemory(to: UInt8.self))
    }

    public func loss(at point: UnsafePointer<S>) throws -> Double {
        let outer = Phase.loss.begin()
        defer { outer.end() }
        Phase.count(operations: operations.value * share.rows.count)
        v[0].set(point, transposes: false, team: team)
        team.run { t in losses.base[t] = sums[t].loss() }
        let sum = try reducedLoss()
        return sum / Double(share.samples) + (l2 > 0 ? 0.5 * l2 * S.dot(count, point, point) : 0)
    }

    public func kroneckerPreconditioner(_ settings: KroneckerSettings) -> (any Preconditioner<S>)? {
        KroneckerPreconditioner(self, settings, l2: l2, team: team)
    }

    /// The name of the first layer, over all ranks, whose output is not finite at a point on the loaded batch.
    public func firstLayerNotFinite(at point: UnsafePointer<S>) throws -> String? {
        v[0].set(point, transposes: false)
        let none = network.nodes.count
        let first = try communicator.allreduce(sums.compactMap { $0.firstNotFinite() }.min() ?? none, .min)
        return first < none ? network.nodes[first].name : nil
    }
}
