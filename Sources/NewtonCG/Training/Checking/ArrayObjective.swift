import MPI

/// The objective that training uses, with arrays for vectors.
final class ArrayObjective {
    struct Sums {
        var loss: Double
        var gradient, hessian, gaussNewton: [Double]
    }

    let memory: BatchMemory
    /// Of the whole set of samples.
    let groups: RowGroups
    private let objective: ShardedObjective<Double>
    private let result: Buffer<Double>

    /// - Parameters:
    ///   - samples: all of them.
    ///   - frozen: the values of layers that are not trained; nil: there are none.
    ///   - groups: those of the samples; a batch takes whole ones.
    ///   - limit: bytes for kept activations.
    init(
        _ network: Network<Double>, _ loss: any Loss<Double>, penalties: Penalties, _ samples: Shard<Double>,
        frozen: FrozenValues<Double>?, groups: RowGroups, limit: Int = .max, _ communicator: Communicator = .single
    ) throws {
        self.groups = groups
        let rows = groups.rows, largest = (0..<groups.count).map { groups.rows(of: $0..<$0 + 1).count }.max() ?? 1
        objective = try ShardedObjective(
            network, loss: loss, penalties: penalties, shard: samples, batchRows: rows, curvatureRows: rows,
            groups: .init(count: groups.count, curvature: groups.count, rows: largest), limit: limit,
            frozen: frozen, communicator: communicator)
        memory = objective.memory
        result = Buffer(count: network.parameterCount)
    }

    /// Takes a batch: this rank's groups in this order, the rows of each in the order that `arrange` gives them. All
    /// samples are in the batches of all ranks together.
    func load(_ chosen: [Int], arrange: ([Int32]) -> [Int32] = { $0 }) throws {
        let parts = chosen.map { arrange(groups.rows(of: $0..<$0 + 1).map(Int32.init)) }
        let rows = parts.flatMap { $0 }
        try objective.load(
            BatchShare(
                rows: rows, curvatureRows: rows.count, samples: groups.rows, curvatureSamples: groups.rows,
                groupRows: parts.map(\.count)))
    }
    func loadAll() throws { try load(Array(0..<groups.count)) }

    func loss(at w: [Double]) throws -> Double {
        let w = Buffer(w)
        return try objective.loss(at: w.vector)
    }

    /// Loss and gradient at a point, where products are taken from then on.
    func linearize(at w: [Double]) throws -> (loss: Double, gradient: [Double]) {
        let w = Buffer(w)
        let loss = try objective.linearize(at: w.vector, gradient: result.mutable)
        return (loss, result.values)
    }

    func product(_ curvature: Curvature, _ v: [Double]) throws -> [Double] {
        let v = Buffer(v)
        try objective.product(curvature, v.vector, into: result.mutable)
        return result.values
    }

    func sums(at w: [Double], along v: [Double]) throws -> Sums {
        let (loss, gradient) = try linearize(at: w)
        return try Sums(
            loss: loss, gradient: gradient, hessian: product(.hessian, v), gaussNewton: product(.gaussNewton, v))
    }
}
