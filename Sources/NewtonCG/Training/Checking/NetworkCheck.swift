import MPI

/// Checks a whole network with its loss on a few samples, through the objective that training uses.
///
/// Loss and gradient at the point, and both products along one direction, are what batch orders, micro-batches and
/// ranks are compared by.
struct NetworkCheck {
    let network: Network<Double>
    let loss: any Loss<Double>
    let penalties: Penalties
    let samples: Shard<Double>
    /// Of the samples: as in training, but smaller, so that there are several.
    let groups: RowGroups
    /// The point, and how far each parameter moves, about.
    let w, sizes: [Double]
    /// The values of layers that are not trained: they stay where they are.
    let held: [Double]
    private let frozen: FrozenValues<Double>?
    private let u, v: [Double]
    private let objective: ArrayObjective
    /// On the samples in file order.
    private let sums: ArrayObjective.Sums

    init(
        _ network: Network<Double>, loss: any Loss<Double>, penalties: Penalties, samples: Shard<Double>, w: [Double],
        sizes: [Double], held: [Double], group: Int, from stream: inout RandomStream
    ) throws {
        (self.network, self.loss, self.penalties, self.samples) = (network, loss, penalties, samples)
        groups = network.groups(of: samples.count, size: min(group, max(4, samples.count / 8)))
        (self.w, self.sizes, self.held) = (w, sizes, held)
        frozen = held.isEmpty ? nil : FrozenValues(network)
        frozen?.set(Buffer(held), state: Buffer(network.initialState))
        u = zip(stream.normals(w.count), sizes).map { $0 * $1 }
        v = zip(stream.normals(w.count), sizes).map { $0 * $1 }
        objective = try ArrayObjective(network, loss, penalties: penalties, samples, frozen: frozen, groups: groups)
        try objective.loadAll()
        sums = try objective.sums(at: w, along: v)
    }

    // MARK: Properties on one rank

    func results(from stream: inout RandomStream) throws -> [CheckResult] {
        try differences(from: &stream) + symmetry() + [order(from: &stream), microBatches()]
    }

    /// Gradient and Hessian product against differences, on so few samples that probes find their way between kinks.
    /// The inputs are moved a little: on a flat background pixels tie, and rounding alone would choose the winners.
    private func differences(from stream: inout RandomStream) throws -> [CheckResult] {
        let values = network.shapes.reduce(0) { $0 + $1.count }
        // A group of one or two samples would hardly vary.
        let rows = min(samples.count, max(network.usesGroups ? 8 : 1, (1 << 16) / values))
        let moved = samples.moved(rows: rows, inputs: network.columns.count, from: &stream)
        let groups = network.groups(of: rows, size: 8)
        let few = try ArrayObjective(network, loss, penalties: penalties, moved, frozen: frozen, groups: groups)
        try few.loadAll()
        let pieces = Pieces(network, moved, groups: groups, held: held, frozen: frozen)
        var first: [Double?] = [], second: [Double?] = []
        for _ in 0..<2 {
            let slope = try Differences.alongRandom(
                of: { w in (try [few.loss(at: w)], pieces.chosen(at: w)) },
                at: w, sizes: sizes, from: &stream)
            let gradient = try few.linearize(at: w).gradient
            first.append(slope.map { relativeError([inner(gradient, $0.direction)], $0.derivative, scale: $0.scale) })
            let curvature = try Differences.alongRandom(
                of: { w in (try few.linearize(at: w).gradient, pieces.chosen(at: w)) },
                at: w, sizes: sizes, from: &stream)
            _ = try few.linearize(at: w)
            second.append(
                try curvature.map {
                    relativeError(try few.product(.hessian, $0.direction), $0.derivative, scale: $0.scale)
                })
        }
        return [
            property("gradient = differences of the loss", worst(first), CheckTolerance.differences),
            property("Hv = differences of the gradient", worst(second), CheckTolerance.differences),
        ]
    }

    private func symmetry() throws -> [CheckResult] {
        try objective.loadAll()
        _ = try objective.linearize(at: w)
        let scale = negligible(u, sums.gradient)
        let Hu = try objective.product(.hessian, u), Gu = try objective.product(.gaussNewton, u)
        let vGv = inner(v, sums.gaussNewton)
        let size = max(zip(v, sums.gaussNewton).reduce(0) { $0 + ($1.0 * $1.1).magnitude }, scale)
        return [
            property(
                "uᵀHv = vᵀHu", relativeError(inner(v, Hu), ofDot: u, sums.hessian, scale: scale),
                CheckTolerance.identities),
            property(
                "uᵀGv = vᵀGu", relativeError(inner(v, Gu), ofDot: u, sums.gaussNewton, scale: scale),
                CheckTolerance.identities),
            property("vᵀGv ≥ 0", vGv >= 0 ? 0 : -vGv / size, CheckTolerance.identities),
        ]
    }

    /// The same samples in another order, in the same groups.
    private func order(from stream: inout RandomStream) throws -> CheckResult {
        var random = stream
        let order = (0..<groups.count).shuffled(using: &random)
        try objective.load(order) { $0.shuffled(using: &random) }
        stream = random
        let error = difference(try objective.sums(at: w, along: v))
        return property("any order of the samples", error, CheckTolerance.identities)
    }

    /// So little memory that most blocks are recomputed in every product.
    private func microBatches() throws -> CheckResult {
        let size = objective.memory.groups.rows, block = max(1, samples.count / 8 / size) * size
        let limit =
            2 * Linearisation.plan(network, for: .hessian, block: block, groupRows: size).perBlock
            * MemoryLayout<Double>.stride
        let small = try ArrayObjective(
            network, loss, penalties: penalties, samples, frozen: frozen, groups: groups, limit: limit)
        try small.loadAll()
        let error = difference(try small.sums(at: w, along: v))
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
        let own = world.rank * groups.count / world.size..<(world.rank + 1) * groups.count / world.size
        let sharded = try world.agree {
            try ArrayObjective(network, loss, penalties: penalties, samples, frozen: frozen, groups: groups, world)
        }
        try sharded.load(Array(own))
        let error = difference(try sharded.sums(at: w, along: v))
        // A maximum loses what is not a number.
        let worst = try world.allreduce(error.isFinite ? error : .infinity, .max)
        return property(name, worst, CheckTolerance.identities, note: "\(world.size) ranks")
    }

    /// The largest error of other sums over the same samples.
    private func difference(_ other: ArrayObjective.Sums) -> Double {
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

extension Network {
    /// Samples in groups as training makes them of a full batch: each alone where no layer needs more.
    fileprivate func groups(of samples: Int, size: Int) -> RowGroups {
        guard usesGroups else { return RowGroups(rows: samples) }
        let lanes = max(1, samples / size)
        return RowGroups(sizes: (0..<lanes).map { ($0 + 1) * samples / lanes - $0 * samples / lanes })
    }
}

extension Shard<Double> {
    /// A copy of the first rows, each number of the first `inputs` columns moved by about a tenth of their root mean square.
    fileprivate func moved(rows: Int, inputs: Int, from stream: inout RandomStream) -> Shard {
        let copy = batch(capacity: rows)
        copy.gather((0..<Int32(rows)).map { $0 }, from: self)
        for case .numbers(let values) in copy.memory.prefix(inputs) {
            let squares = Double.Kernels.dot(count: values.count, values.base, values.base)
            let size = squares == 0 ? 0.1 : 0.1 * (squares / Double(values.count)).squareRoot()
            for i in 0..<values.count { values.base[i] += size * stream.normal() }
        }
        return copy
    }
}
