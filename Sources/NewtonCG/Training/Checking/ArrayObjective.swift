import MPI

/// The objective that training uses, with arrays for vectors.
final class ArrayObjective {
    struct Sums {
        var loss: Double
        var gradient, hessian, gaussNewton: [Double]
    }

    let memory: BatchMemory
    private let objective: ShardedObjective<Double>
    private let result: Buffer<Double>

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
        result = Buffer(count: network.parameterCount)
    }

    /// - Parameters:
    ///   - rows: those of this rank.
    ///   - all: the number of samples over all ranks.
    func load(_ rows: [Int32], of all: Int) {
        var share = BatchShare()
        (share.rows, share.curvatureRows) = (rows, rows.count)
        (share.samples, share.curvatureSamples) = (all, all)
        objective.load(share)
    }

    func loss(at w: [Double]) throws -> Double {
        try w.withUnsafeBufferPointer { try objective.loss(at: $0.baseAddress!) }
    }

    /// Loss and gradient at a point, where products are taken from then on.
    func linearize(at w: [Double]) throws -> (loss: Double, gradient: [Double]) {
        let loss = try w.withUnsafeBufferPointer {
            try objective.linearize(at: $0.baseAddress!, gradient: result.base)
        }
        return (loss, result.values)
    }

    func product(_ curvature: Curvature, _ v: [Double]) throws -> [Double] {
        try v.withUnsafeBufferPointer { try objective.product(curvature, $0.baseAddress!, into: result.base) }
        return result.values
    }

    func sums(at w: [Double], along v: [Double]) throws -> Sums {
        let (loss, gradient) = try linearize(at: w)
        return try Sums(
            loss: loss, gradient: gradient, hessian: product(.hessian, v), gaussNewton: product(.gaussNewton, v))
    }
}
