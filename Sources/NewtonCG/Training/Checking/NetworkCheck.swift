import MPI

/// Checks a whole network with its loss on a few samples, through the objective that training uses.
///
/// Loss and gradient at the point, and both products along one direction, are what batch orders, micro-batches and
/// ranks are compared by.
struct NetworkCheck {
    struct Sums {
        var loss: Double
        var gradient, hessian, gaussNewton: [Double]
    }

    let network: Network<Double>
    let loss: any Loss<Double>
    let l2: Double
    let samples: Shard<Double>
    /// The point, and how far each parameter moves, about.
    let w, sizes: [Double]
    private let u, v: [Double]
    private let objective: ShardedObjective<Double>
    /// On the samples in file order.
    private let sums: Sums

    init(
        _ network: Network<Double>, loss: any Loss<Double>, l2: Double, samples: Shard<Double>, w: [Double],
        sizes: [Double], from stream: inout RandomStream
    ) throws {
        (self.network, self.loss, self.l2, self.samples) = (network, loss, l2, samples)
        (self.w, self.sizes) = (w, sizes)
        u = zip(stream.normals(w.count), sizes).map { $0 * $1 }
        v = zip(stream.normals(w.count), sizes).map { $0 * $1 }
        objective = try Self.objective(network, loss, l2, samples, rows: samples.count)
        objective.load(BatchShare(all: samples.count))
        sums = try Self.sums(objective, w, v)
    }

    private static func objective(
        _ network: Network<Double>, _ loss: any Loss<Double>, _ l2: Double, _ samples: Shard<Double>, rows: Int,
        limit: Int = .max, _ communicator: Communicator = .single
    ) throws -> ShardedObjective<Double> {
        try ShardedObjective(
            network, loss: loss, l2: l2, shard: samples, batchRows: rows, curvatureRows: rows, limit: limit,
            communicator: communicator)
    }

    private static func sums(_ objective: ShardedObjective<Double>, _ w: [Double], _ v: [Double]) throws -> Sums {
        let (loss, gradient) = try self.gradient(objective, w)
        return try Sums(
            loss: loss, gradient: gradient, hessian: product(objective, .hessian, v),
            gaussNewton: product(objective, .gaussNewton, v))
    }

    private static func gradient(
        _ objective: ShardedObjective<Double>, _ w: [Double]
    ) throws -> (loss: Double, gradient: [Double]) {
        let gradient = Buffer<Double>(count: w.count), point = Buffer<Double>(w)
        let loss = try objective.linearize(at: point.base, gradient: gradient.base)
        return (loss, gradient.values)
    }

    /// At the point of the last `gradient`.
    private static func product(
        _ objective: ShardedObjective<Double>, _ curvature: Curvature, _ v: [Double]
    ) throws -> [Double] {
        let product = Buffer<Double>(count: v.count)
        try objective.product(curvature, Buffer<Double>(v).base, into: product.base)
        return product.values
    }

    // MARK: Properties on one rank

    func results(from stream: inout RandomStream) throws -> [CheckResult] {
        try differences(from: &stream) + symmetry() + [order(from: &stream), microBatches()]
    }

    /// Gradient and Hessian product against differences, on so few samples that probes find their way between kinks.
    private func differences(from stream: inout RandomStream) throws -> [CheckResult] {
        let values = network.shapes.reduce(0) { $0 + $1.count }
        let rows = min(samples.count, max(2, (1 << 18) / values))
        let few = try Self.objective(network, loss, l2, samples, rows: rows)
        few.load(BatchShare(all: rows))
        let pieces = Pieces(network, samples, rows: rows)
        var first: [Double?] = [], second: [Double?] = []
        for _ in 0..<2 {
            let slope = try Differences.alongRandom(
                of: { w in (try [few.loss(at: Buffer<Double>(w).base)], pieces.chosen(at: w)) },
                at: w, sizes: sizes, from: &stream)
            let gradient = try Self.gradient(few, w).gradient
            first.append(slope.map { relativeError([dot(gradient, $0.direction)], $0.derivative, scale: $0.scale) })
            let curvature = try Differences.alongRandom(
                of: { w in (try Self.gradient(few, w).gradient, pieces.chosen(at: w)) },
                at: w, sizes: sizes, from: &stream)
            _ = try Self.gradient(few, w)
            second.append(
                try curvature.map {
                    relativeError(
                        try Self.product(few, .hessian, $0.direction), $0.derivative, scale: $0.scale)
                })
        }
        return [
            property("gradient = differences of the loss", worst(first), CheckTolerance.differences),
            property("Hv = differences of the gradient", worst(second), CheckTolerance.differences),
        ]
    }

    private func symmetry() throws -> [CheckResult] {
        _ = try Self.gradient(objective, w)
        let scale = negligible(u, sums.gradient)
        let Hu = try Self.product(objective, .hessian, u), Gu = try Self.product(objective, .gaussNewton, u)
        let vGv = dot(v, sums.gaussNewton)
        let size = max(zip(v, sums.gaussNewton).reduce(0) { $0 + ($1.0 * $1.1).magnitude }, scale)
        return [
            property(
                "uᵀHv = vᵀHu", relativeError(dot(v, Hu), ofDot: u, sums.hessian, scale: scale),
                CheckTolerance.identities),
            property(
                "uᵀGv = vᵀGu", relativeError(dot(v, Gu), ofDot: u, sums.gaussNewton, scale: scale),
                CheckTolerance.identities),
            property("vᵀGv ≥ 0", vGv >= 0 ? 0 : -vGv / size, CheckTolerance.identities),
        ]
    }

    /// The same samples in another order.
    private func order(from stream: inout RandomStream) throws -> CheckResult {
        var share = BatchShare(all: samples.count)
        share.rows.shuffle(using: &stream)
        objective.load(share)
        let error = difference(try Self.sums(objective, w, v))
        return property("any order of the samples", error, CheckTolerance.identities)
    }

    /// So little memory that most blocks are recomputed in every product.
    private func microBatches() throws -> CheckResult {
        let block = max(1, samples.count / 8)
        let limit = 2 * Linearisation.plan(network, block: block).perBlock * MemoryLayout<Double>.stride
        let small = try Self.objective(network, loss, l2, samples, rows: samples.count, limit: limit)
        small.load(BatchShare(all: samples.count))
        let error = difference(try Self.sums(small, w, v))
        let recomputed = samples.count - small.memory.keptRows
        return property(
            "micro-batches", error, CheckTolerance.identities,
            note: "\(recomputed) of \(samples.count) samples recomputed")
    }

    // MARK: Ranks

    /// The samples divided over all ranks against what each rank has on its own; collective.
    func ranks(_ world: Communicator) throws -> CheckResult {
        let name = "ranks agree"
        guard world.size > 1 else {
            return CheckResult(
                name: name, kind: "", measurements: [], note: "1 rank (run it under mpirun -n K to compare K ranks)")
        }
        let own = world.rank * samples.count / world.size..<(world.rank + 1) * samples.count / world.size
        let sharded = try world.agree {
            try Self.objective(network, loss, l2, samples, rows: own.count, world)
        }
        var share = BatchShare(all: samples.count)
        (share.rows, share.curvatureRows) = (own.map(Int32.init), own.count)
        sharded.load(share)
        let error = difference(try Self.sums(sharded, w, v))
        // A maximum loses what is not a number.
        let worst = try world.allreduce(error.isFinite ? error : .infinity, .max)
        return property(name, worst, CheckTolerance.identities, note: "\(world.size) ranks")
    }

    /// The largest error of other sums over the same samples.
    private func difference(_ other: Sums) -> Double {
        let scale = 1e-4 * largest(sums.gradient)
        return largest([
            relativeError([other.loss], [sums.loss]), relativeError(other.gradient, sums.gradient),
            relativeError(other.hessian, sums.hessian, scale: scale),
            relativeError(other.gaussNewton, sums.gaussNewton, scale: scale),
        ])
    }

    private func property(_ name: String, _ error: Double?, _ tolerance: Double, note: String = "") -> CheckResult {
        CheckResult(
            name: name, kind: "", measurements: [Measurement("error", error, tolerance: tolerance)], note: note)
    }
}

/// Which pieces the piecewise linear layers of a network choose on a few samples.
private struct Pieces {
    private let network: Network<Double>
    private let probes: [LayerProbe]
    private let x: [Double]

    init(_ network: Network<Double>, _ samples: Shard<Double>, rows: Int) {
        self.network = network
        probes = network.nodes.map { node in
            LayerProbe(node.layer, inputs: node.inputs.map { network.shapes[$0] }, rows: rows)
        }
        x = Array(UnsafeBufferPointer(start: samples.inputs.base, count: rows * samples.inputCount))
    }

    func chosen(at w: [Double]) -> [UInt8] {
        var values = [x], choices: [UInt8] = []
        for (node, probe) in zip(network.nodes, probes) {
            let share = w[node.offset..<node.offset + probe.parameterCount]
            let (y, pieces) = probe.forward(node.inputs.flatMap { values[$0] } + share)
            values.append(y)
            choices += pieces
        }
        return choices
    }
}

extension BatchShare {
    /// All of `count` samples, in order, on one rank.
    fileprivate init(all count: Int) {
        self.init(
            rows: (0..<Int32(count)).map { $0 }, curvatureRows: count, samples: count, curvatureSamples: count)
    }
}
