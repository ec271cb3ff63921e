import MPI
import NewtonCG

/// A network with a loss and a batch of samples on one rank: what the tests of this folder evaluate.
struct SmallProblem<S: TrainingScalar> {
    let network: Network<S>
    let loss: any Loss<S>
    let l2: Double
    let shard: Shard<S>
    let rows: Int
    /// The rows of each group that batch normalisation sees, one after another.
    let groups: [Int]
    /// With what dropouts keep, where that is given.
    private let noise: NoiseKey?

    /// - Parameters:
    ///   - group: the size of a group in each of the `times` repetitions that the rows consist of.
    ///   - input: the shape of a sample.
    ///   - masks: by name of a dropout what it keeps, rows × values; none: it draws nothing.
    ///   - inputs: rows × sample, or `tokens` of a vocabulary, 0 padding; `labels` one a row, or one a token with 0
    ///     padding, or `values` as many as outputs.
    init(
        _ model: ModelSpec, _ spec: LossSpec, l2: Double = 0, input: [Int], rows: Int, inputs: [Double],
        tokens: [Int32]? = nil, vocabulary: Int? = nil, labels: [Int32]? = nil, values: [Double]? = nil, group: Int = 1,
        times: Int = 1,
        masks: [String: [Double]] = [:], convolution: ConvolutionChoice = .fast
    ) throws {
        network = try Network<S>(model, columns: [Self.input(input, vocabulary)], convolution: convolution)
        loss = try spec.make(outputs: network.outputShapes)
        self.l2 = l2
        self.rows = rows
        noise = masks.isEmpty ? nil : Self.noise(network, masks)
        let lanes = try Lanes(rows: rows / times, batch: nil, group: group)
        groups = (0..<times).flatMap { _ in (0..<lanes.count).map { lanes.lane($0).count } }
        let width = labels.map { $0.count / rows } ?? network.output.count
        shard = Shard(
            range: 0..<rows,
            columns: [
                Self.input(input, vocabulary),
                Column(Column.target, labels == nil ? .numbers : .tokens, [width], padding: width > 1 ? 0 : nil),
            ],
            memory: [
                tokens.map { .tokens(Buffer($0)) } ?? .numbers(Buffer(inputs.map { S($0) })),
                labels.map { .tokens(Buffer($0)) } ?? .numbers(Buffer(values!.map { S($0) })),
            ])
    }

    /// The column of inputs: numbers, or tokens of a vocabulary.
    static func input(_ shape: [Int], _ vocabulary: Int?) -> Column {
        vocabulary.map { Column(Column.input, .tokens, Shape(shape), vocabulary: $0, padding: 0) }
            ?? Column(Column.input, .numbers, Shape(shape))
    }

    /// A key with given masks. Their memory stays to the end: objectives outlive problems.
    private static func noise(_ network: Network<S>, _ masks: [String: [Double]]) -> NoiseKey {
        let places = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: network.nodes.count)
        places.initialize(repeating: nil, count: network.nodes.count)
        for node in network.nodes {
            guard let mask = masks[node.name] else { continue }
            let own = UnsafeMutablePointer<S>.allocate(capacity: mask.count)
            own.initialize(from: mask.map { S($0) }, count: mask.count)
            places[node.number] = UnsafeRawPointer(own)
        }
        var key = NoiseKey()
        key.given = UnsafePointer(places)
        return key
    }

    var count: Int { network.parameterCount }

    /// The objective on the whole batch, loaded in this order of rows.
    /// - Parameter limit: bytes for kept activations.
    /// - Parameter penalties: nil: that of `l2`.
    /// - Parameter order: of the groups; the rows of each are turned round with it.
    func objective(
        limit: Int = 1 << 30, order: [Int]? = nil, directions: Int = 1, threads: Int = 1,
        curvature: Curvature = .hessian, penalties: Penalties? = nil, dividesVectors: Bool = false
    ) throws -> ShardedObjective<S> {
        let objective = try ShardedObjective(
            network, loss: loss, penalties: penalties ?? .l2(l2, over: network.parameterCount), shard: shard,
            batchRows: rows,
            curvatureRows: rows, curvature: curvature,
            groups: .init(count: groups.count, curvature: groups.count, rows: groups.max()!), limit: limit,
            directions: directions, threads: threads, dividesVectors: dividesVectors,
            communicator: .single)
        if let noise { objective.noise = noise }
        let starts = groups.indices.map { groups[..<$0].reduce(0, +) }
        let chosen = (order ?? Array(groups.indices)).map { i in
            let rows = (starts[i]..<starts[i] + groups[i]).map { Int32($0) }
            return order == nil ? rows : rows.reversed()
        }
        try objective.load(
            BatchShare(
                rows: chosen.flatMap { $0 }, curvatureRows: rows, samples: rows, curvatureSamples: rows,
                groupRows: chosen.map(\.count)))
        return objective
    }

    /// The smallest limit, to within a twentieth, that the objective accepts.
    func smallestLimit(for curvature: Curvature = .hessian) throws -> Int {
        var limit = 64.0
        while limit < 1e9 {
            do {
                _ = try objective(limit: Int(limit), curvature: curvature)
                return Int(limit)
            } catch let error as ModelError where error.key == "memory" {
                limit *= 1.05
            }
        }
        throw TestError("no limit was enough")
    }
}

extension ShardedObjective {
    /// Loss, gradient and both products.
    func values(at w: [Double], along v: [Double]) throws -> GoldenCase.Values {
        try at(w) { loss, gradient in
            GoldenCase.Values(
                loss: loss, gradient: gradient, hessianProduct: try product(.hessian, v),
                gaussNewtonProduct: try product(.gaussNewton, v))
        }
    }

    /// Linearises at w and does `body` while w lives, as the objective reads it when it recomputes.
    func at<R>(_ w: [Double], _ body: (_ loss: Double, _ gradient: [Double]) throws -> R) throws -> R {
        let w = Buffer(w.map { S($0) }), gradient = Buffer<S>(count: count)
        return try withExtendedLifetime(w) {
            let loss = try linearize(at: w.vector, gradient: gradient.mutable)
            accept()
            return try body(loss, gradient.values.map { Double($0) })
        }
    }

    /// The loss alone.
    func loss(at w: [Double]) throws -> Double {
        let w = Buffer(w.map { S($0) })
        return try withExtendedLifetime(w) { try loss(at: w.vector) }
    }

    func product(_ curvature: Curvature, _ v: Buffer<S>) throws -> [S] {
        // What the vector held before must not matter.
        let result = Buffer<S>(Array(repeating: S.nan, count: count))
        try product(curvature, v.vector, into: result.mutable)
        return result.values
    }

    func product(_ curvature: Curvature, _ v: [Double]) throws -> [Double] {
        try product(curvature, Buffer(v.map { S($0) })).map { Double($0) }
    }
}

/// The largest difference, relative to the largest entry wanted; infinite where a value is not a number.
func relativeError(_ got: [Double], _ wanted: [Double], scale: Double? = nil) -> Double {
    guard got.count == wanted.count else { return .infinity }
    let largest = scale ?? wanted.map(abs).max() ?? 0
    var worst = 0.0
    for (a, b) in zip(got, wanted) {
        guard a.isFinite else { return .infinity }
        worst = max(worst, abs(a - b))
    }
    return worst == 0 ? 0 : worst / largest
}
