import MPI

/// Sums over samples, divided, as arrays: the objective that training uses, with the vectors that it reads.
final class ArrayObjective {
    struct Sums {
        var loss: Double
        var gradient, hessian, gaussNewton: [Double]
    }

    let memory: BatchMemory
    private let objective: ShardedObjective<Double>
    // The objective reads the point as long as products are taken at it.
    private let point, vector, result: Buffer<Double>

    /// - Parameters:
    ///   - rows: the most rows of a batch on this rank.
    ///   - limit: bytes for kept activations.
    init(
        _ network: Network<Double>, _ loss: any Loss<Double>, l2: Double, _ samples: Shard<Double>, rows: Int,
        limit: Int = .max, _ communicator: Communicator = .single
    ) throws {
        objective = try ShardedObjective(
            network, loss: loss, l2: l2, shard: samples, batchRows: rows, curvatureRows: rows, limit: limit,
            communicator: communicator)
        memory = objective.memory
        let count = network.parameterCount
        (point, vector, result) = (Buffer(count: count), Buffer(count: count), Buffer(count: count))
    }

    /// - Parameters:
    ///   - rows: those of this rank.
    ///   - all: the number of samples over all ranks.
    func load(_ rows: [Int32], of all: Int) {
        objective.load(
            BatchShare(rows: rows, curvatureRows: rows.count, samples: all, curvatureSamples: all))
    }

    func loss(at w: [Double]) throws -> Double {
        vector.base.update(from: w, count: w.count)
        return try objective.loss(at: vector.base)
    }

    /// Loss and gradient at a point, where products are taken from then on.
    func linearize(at w: [Double]) throws -> (loss: Double, gradient: [Double]) {
        point.base.update(from: w, count: w.count)
        let loss = try objective.linearize(at: point.base, gradient: result.base)
        return (loss, result.values)
    }

    func product(_ curvature: Curvature, _ v: [Double]) throws -> [Double] {
        vector.base.update(from: v, count: v.count)
        try objective.product(curvature, vector.base, into: result.base)
        return result.values
    }

    func sums(at w: [Double], along v: [Double]) throws -> Sums {
        let (loss, gradient) = try linearize(at: w)
        return try Sums(
            loss: loss, gradient: gradient, hessian: product(.hessian, v), gaussNewton: product(.gaussNewton, v))
    }
}
