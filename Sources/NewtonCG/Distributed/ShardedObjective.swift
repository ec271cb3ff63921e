import MPI

/// The objective over the shards of all ranks:
///
///     L(w) = (1/n) Σ_i ℓ(f(x_i; w), y_i) + R(w)
///
/// Every rank sums over its own samples of the batch; one reduction gives all ranks the same global sums, which are
/// then divided by the global count n of samples, or of what else the loss is a mean over. Penalties R are added once, after the reduction. So uneven shards are exact, and
/// a rank without samples takes part with zeros. All of it is as in training: batch normalisation takes its
/// statistics of the batch's groups.
public final class ShardedObjective<S: Scalar & MPIDatatype>: CurvatureProducts, GaussNewtonForms {
    /// What is linearised: the model, or what lies behind its frozen prefix.
    public let network: Network<S>
    public let memory: BatchMemory
    public let space: any VectorSpace<S>
    /// Where they are divided: the space again.
    private let divided: DividedVectors<S>?
    package let communicator: Communicator
    package let sampleLoss: any Loss<S>
    public let penalties: Penalties
    private let operations: Operations
    /// Whether this rank is asked to stop; nil: nobody asks, on any rank. What one rank knows travels with the
    /// reductions of a step, and all ranks throw `Stopped` after the same one.
    public var stopRequest: (() -> Bool)? {
        get { stop.isRaised }
        set { stop.isRaised = newValue }
    }
    private let stop: StopRequest<S>

    let shard: Shard<S>
    private let gathered: Shard<S>
    /// Where the loaded batch's rows lie: in the shard itself, or gathered.
    private var source: Shard<S>
    private(set) var share = BatchShare()
    /// What the loss is a mean over, of all ranks: in the loaded batch, and in what products see of it.
    private var terms = (all: 1, seen: 1)
    /// What the noise of a step is keyed by: the same in gradient, products and trial losses until it is changed.
    public var noise: NoiseKey {
        get { noiseKey.base.pointee }
        set { noiseKey.base.pointee = newValue }
    }
    private let noiseKey = Buffer([NoiseKey()])

    /// The kept point, and the directions of products, the first of them also a trial point: each is packed anew where
    /// it is used.
    private let w: Factors<S>
    let v: [Factors<S>]
    /// How gradients lie, whole on every rank.
    private let wholeSpace: WholeVectors<S>
    /// The second vector of quadratic forms; few optimizers take any.
    private lazy var second = Factors(
        network, transposes: false, threads: team.count, frozen: w.frozen)
    /// The kept point: a copy, so that products do not depend on what the caller does with his.
    private let keptPoint: Buffer<S>
    package let team: ThreadTeam
    /// By thread: memory to look at some of the rows, once that was asked for.
    var subsamples: [Subsample<S>] = []
    /// By thread: its samples.
    let sums: [LocalSums<S>]
    /// How vectors are summed over threads, and over ranks.
    let threadSums: ThreadSums<S>
    private var rankSums: any RankSums<S>
    private var productSums: any RankSums<S> { if let divided { divided } else { rankSums } }
    /// Ranks of one node sum in memory of all: from the first linearisation on, when all ranks come together.
    private var mayShare: Bool
    private var sharedCount: Int { v.count * count }
    /// By thread: its Σ ℓ; its quadratic forms, all added up in the first three.
    private let losses, forms: Buffer<Double>
    /// Statistics of the last linearisation, and of the last that was accepted: summed over groups, and the number of
    /// groups.
    let statistics, accepted: Buffer<Double>
    package let mostRows, mostSamples, memoryLimit: Int

    public var count: Int { network.parameterCount }
    public var batchSamples: Int { share.samples }
    package var batchTerms: Int { terms.all }
    public var isWhole: Bool { share.isWhole }
    /// What a rank holds beside activations and flat vectors: the packed copies of weights and directions, and each
    /// thread's inner values of convolutions.
    public var kernelMemory: String {
        "packed weights \(readable(v.reduce(w.bytes) { $0 + $1.bytes })), "
            + "inner values of convolutions \(readable(team.count * network.convolutionBytes))"
            + (mayShare ? ", sums that ranks of a node share \(readable(sharedCount * MemoryLayout<S>.stride))" : "")
    }

    /// - Parameters:
    ///   - penalties: over ranges of the network's parameters.
    ///   - shard: this rank's rows of the training part.
    ///   - batchRows: the most rows of this rank in a batch, `curvatureRows` of them seen by products.
    ///   - curvature: which products will be taken: memory for those with the exact Hessian serves both.
    ///   - groups: how those rows are grouped; nil: every row is a group of its own.
    ///   - limit: bytes for kept activations.
    ///   - directions: the most vectors of a block product that go through a block of samples together.
    ///   - samples: the most samples of a batch over all ranks; nil: as many as this rank's rows.
    ///   - threads: they share the parameters and divide the rows.
    ///   - frozen: the values of layers that are not trained; nil: there are none.
    ///   - dividesVectors: products take and give vectors that are divided over the ranks.
    ///   - reduction: when gradients and whole products are summed over the ranks.
    public init(
        _ network: Network<S>, loss: any Loss<S>, penalties: Penalties = .none, shard: Shard<S>, batchRows: Int,
        curvatureRows: Int, curvature: Curvature = .hessian, groups: BatchMemory.Groups? = nil, limit: Int,
        directions: Int = 1, samples: Int? = nil, threads: Int = 1, dividesVectors: Bool = false,
        frozen: FrozenValues<S>? = nil, reduction: ReductionSchedule = .atEnd, communicator: Communicator
    ) throws {
        precondition(
            penalties.terms.last.map { $0.range.upperBound <= network.parameterCount } ?? true,
            "penalties of parameters")
        (self.network, self.penalties, self.shard, self.communicator) = (network, penalties, shard, communicator)
        sampleLoss = loss
        (mostRows, mostSamples, memoryLimit) = (batchRows, samples ?? batchRows, limit)
        wholeSpace = WholeVectors(count: network.parameterCount)
        let memory = try Self.plan(
            network, for: curvature, batchRows: batchRows, curvatureRows: curvatureRows, groups: groups, limit: limit,
            threads: threads)
        (statistics, accepted) = (Buffer(count: network.stateCount + 1), Buffer(count: network.stateCount + 1))
        keptPoint = Buffer(count: network.parameterCount)
        let w = Factors(network, transposes: true, threads: threads, at: UnsafePointer(keptPoint.base), frozen: frozen)
        let v = (0..<directions).map { _ in
            Factors(network, transposes: curvature == .hessian, threads: threads, frozen: frozen)
        }
        (self.memory, self.w, self.v) = (memory, w, v)
        team = ThreadTeam(count: threads)
        sums = (0..<threads).map { _ in
            LocalSums(network, loss: loss, memory, w: w, v: v)
        }
        threadSums = ThreadSums(team, count: network.parameterCount, vectors: directions)
        let piece = Communicator.pieceBytes / MemoryLayout<S>.stride
        rankSums =
            if reduction == .overlapped, communicator.size > 1, network.parameterCount > piece {
                OverlappedSums(
                    count: network.parameterCount, vectors: directions, others: threadSums.others, communicator)
            } else {
                SumsAtEnd(communicator)
            }
        stop = StopRequest(communicator)
        // Short vectors travel with a request to stop.
        mayShare =
            reduction == .atEnd && communicator.size > 1 && network.parameterCount > StopRequest<S>.shortVector
        losses = Buffer(count: threads)
        forms = Buffer(count: 3 * threads)
        operations = Operations(of: network)
        divided = dividesVectors ? DividedVectors(count: network.parameterCount, over: communicator) : nil
        space = if let divided { divided } else { wholeSpace }
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

    /// Takes a batch: its rows, those of products first. Collective, where the loss counts what it is a mean over.
    public func load(_ share: BatchShare) throws {
        self.share = share
        if share.rows.count == shard.count, share.rows.enumerated().allSatisfy({ Int($1) == $0 }) {
            source = shard
        } else {
            gathered.gather(share.rows, from: shard)
            Phase.count(bytes: share.rows.count * shard.rowBytes)
            source = gathered
        }
        let samples = Samples<S>(groups: share.groups, noise: UnsafePointer(noiseKey.base))
        let seen = share.curvatureGroups
        for (t, sums) in sums.enumerated() {
            sums.load(
                source, samples, curvatureGroups: (0..<seen).part(t, of: team.count),
                otherGroups: (seen..<samples.groups.count).part(t, of: team.count))
        }
        terms = (share.samples, share.curvatureSamples)
        if let count = sampleLoss.terms {
            func own(_ rows: Range<Int>) -> Int { count(source.targets(after: network.columns.count, rows: rows)) }
            let rows = share.rows.count, seen = own(0..<share.curvatureRows)
            let counts = Buffer([seen + own(share.curvatureRows..<rows), seen])
            try communicator.total(counts.base, count: counts.count)
            // A mean over nothing is 0.
            terms = (max(1, counts.base[0]), max(1, counts.base[1]))
        }
    }

    public func linearize(at point: Vector<S>, gradient: MutableVector<S>) throws -> Double {
        precondition(point.count == count && gradient.count == count, "vectors of the parameters")
        let outer = Phase.gradient.begin()
        defer { outer.end() }
        Phase.count(operations: operations.gradient * share.rows.count)
        w.set(copyOf: point.base, at: keptPoint.base, transposes: true, team: team)
        try shareSums()
        let means = Means(
            result: gradient, terms: terms.all, penalties: penalties, space: wholeSpace, point: point,
            products: nil)
        try rankSums.pass(1, into: means, threadSums) { t, gradient, finished in
            losses.base[t] = sums[t].linearize(gradient: gradient, count: count, finished: finished)
        }
        try rankSums.end(1, into: means, threadSums, nil)
        if network.stateCount > 0 { try reduceStatistics() }
        return try meanLoss(at: point)
    }

    private func shareSums() throws {
        guard mayShare, !(rankSums is SharedSums<S>) else { return }
        guard let shared = try SharedSums<S>(count: sharedCount, over: communicator) else { return mayShare = false }
        rankSums = shared
        divided?.shared = shared
    }

    /// Of what the threads left in `losses`, penalty included.
    private func meanLoss(at point: Vector<S>) throws -> Double {
        var loss = 0.0
        for t in 0..<losses.count { loss += losses.base[t] }
        return try stop.total(loss) / Double(terms.all) + penalties.value(at: point)
    }

    public func product(_ curvature: Curvature, _ v: Vector<S>, into product: MutableVector<S>) throws {
        precondition(v.count == space.ownCount, "a vector of the objective's space")
        try products(curvature, v, into: product)
    }

    public func products(_ curvature: Curvature, _ vectors: Vector<S>, into products: MutableVector<S>) throws {
        let n = space.ownCount
        // A rank's part of a divided vector may be empty.
        let number = n > 0 ? vectors.count / n : 1
        precondition(
            vectors.count == number * n && products.count == vectors.count, "vectors of the objective's space")
        let outer = Phase.product.begin()
        defer { outer.end() }
        let operations = curvature == .hessian ? operations.hessian : operations.gaussNewton
        Phase.count(operations: number * operations * share.curvatureRows)
        let means = Means(
            result: products, terms: terms.seen, penalties: penalties, space: space,
            point: keptPoint.vector, products: (curvature, vectors))
        let rankSums = productSums
        // Divided vectors are gathered one by one, each in the place of the one before.
        for some in (0..<number).blocks(of: space.isDivided ? 1 : v.count) {
            for j in some {
                v[j - some.lowerBound].set(
                    try space.whole(vectors[j * n..<(j + 1) * n]).base, transposes: curvature == .hessian, team: team)
            }
            try rankSums.pass(some.count, into: means.from(some.lowerBound * n), threadSums) { t, products, finished in
                sums[t].products(curvature, vectors: some.count, into: products, count: count, finished: finished)
            }
        }
        try rankSums.end(number, into: means, threadSums, stop)
    }

    public func gaussNewtonForms(_ a: Vector<S>, _ b: Vector<S>?) throws -> QuadraticForms {
        precondition(a.count == count && (b?.count ?? count) == count, "whole vectors of the parameters")
        let outer = Phase.product.begin()
        defer { outer.end() }
        Phase.count(operations: (b == nil ? 1 : 2) * operations.gaussNewton / 2 * share.curvatureRows)
        v[0].set(a.base, transposes: false, team: team)
        if let b { second.set(b.base, transposes: false, team: team) }
        let other = b == nil ? nil : second
        team.run { t in
            let sums = sums[t].gaussNewtonForms(other)
            (forms.base[3 * t], forms.base[3 * t + 1], forms.base[3 * t + 2]) = (sums.aa, sums.ab, sums.bb)
        }
        for i in 3..<forms.count { forms.base[i % 3] += forms.base[i] }
        try communicator.total(forms.base, count: 3)
        let n = Double(terms.seen)
        var result = QuadraticForms(aa: forms.base[0] / n, ab: forms.base[1] / n, bb: forms.base[2] / n)
        result.aa += penalties.form(at: keptPoint.vector, a, a)
        if let b {
            result.ab += penalties.form(at: keptPoint.vector, a, b)
            result.bb += penalties.form(at: keptPoint.vector, b, b)
        }
        return result
    }

    public func replicate(_ values: UnsafeMutableRawBufferPointer) throws {
        try communicator.broadcast(values.bindMemory(to: UInt8.self))
    }

    public func loss(at point: Vector<S>) throws -> Double {
        precondition(point.count == count, "a vector of the parameters")
        let outer = Phase.loss.begin()
        defer { outer.end() }
        Phase.count(operations: operations.value * share.rows.count)
        v[0].set(point.base, transposes: false, team: team)
        team.run { t in losses.base[t] = sums[t].loss() }
        return try meanLoss(at: point)
    }

    /// The name of the first layer, over all ranks, whose output is not finite at a point on the loaded batch.
    public func firstLayerNotFinite(at point: Vector<S>) throws -> String? {
        v[0].set(point.base, transposes: false)
        let none = network.nodes.count
        let first = try communicator.allreduce(sums.compactMap { $0.firstNotFinite() }.min() ?? none, .min)
        return first < none ? network.nodes[first].name : nil
    }
}
