import NewtonCG
import Testing

/// Layers that are not trained: the blocks of the whole network's derivatives, whether their outputs are kept or not.
@Suite struct FrozenTests {
    private static let images = try! Sequential {
        Conv2D(3, kernel: 3).named("a")
        Tanh()
        Conv2D(4, kernel: 3).named("b")
        Tanh()
        Flatten()
        Dense(6).named("c")
        LayerNorm().named("n")
        Tanh()
        Dense(3).named("d")
    }
    private let rows = 11

    /// An objective over what is trained of a model, frozen at the same point as the whole network's.
    private func trained(
        _ spec: ModelSpec, _ input: [Int], _ trainable: Trainable, inputs: [Double], point: [Double], limit: Int,
        state: [Double]? = nil, group: Int = 1
    ) throws -> (TrainedPart<Double>, ShardedObjective<Double>, [Double]) {
        let network = try Network<Double>(
            spec, columns: [Column(Column.input, .numbers, Shape(input))], trainable: trainable)
        let whole = try Network<Double>(spec, input: Shape(input))
        var w = [Double](repeating: 0, count: network.parameterCount)
        var frozen = [Double](repeating: 0, count: network.frozenCount)
        for (entry, from) in zip(network.allParameters, whole.parameters) {
            if entry.isFrozen {
                frozen.replaceSubrange(entry.range, with: point[from.range])
            } else {
                w.replaceSubrange(entry.range, with: point[from.range])
            }
        }
        let part = TrainedPart(network, lossColumns: 1, rows: rows, limit: limit)
        let raw = Shard<Double>(
            range: 0..<rows, columns: [network.columns[0], Column(Column.target, .tokens, [1])],
            memory: [.numbers(Buffer(inputs)), .tokens(Buffer((0..<rows).map { Int32($0 % 3) }))])
        let shard = part.shard(raw)
        part.freeze(Buffer(frozen), state: Buffer(state ?? network.initialState))
        let objective = try ShardedObjective(
            part.network, loss: LossSpec.crossEntropy.make(outputs: part.network.outputShapes), shard: shard,
            batchRows: rows, curvatureRows: rows,
            groups: group == 1 ? nil : .init(count: 1, curvature: 1, rows: rows), limit: 1 << 30, frozen: part.frozen,
            communicator: .single)
        try objective.load(
            BatchShare(
                rows: (0..<Int32(rows)).map { $0 }, curvatureRows: rows, samples: rows, curvatureSamples: rows,
                groupRows: group == 1 ? [] : [rows], isWhole: true))
        return (part, objective, w)
    }

    /// Images, the whole network's problem on them, and a point.
    private func images(_ random: inout Numbers) throws -> ([Double], SmallProblem<Double>, [Double]) {
        let inputs = random.normal(rows * 72), labels = (0..<rows).map { Int32($0 % 3) }
        let whole = try SmallProblem<Double>(
            Self.images, .crossEntropy, input: [6, 6, 2], rows: rows, inputs: inputs, labels: labels)
        return (inputs, whole, random.normal(whole.count).map { 0.4 * $0 })
    }

    @Test(arguments: [["b"], ["d"], ["a", "c"], ["c", "n"]], [0, 1 << 20])
    func derivativesAreTheBlocksOfTheWhole(layers: [String], limit: Int) throws {
        var random = Numbers(seed: 4)
        let (inputs, whole, point) = try images(&random)
        let (part, objective, w) = try trained(
            Self.images, [6, 6, 2], .layers(layers), inputs: inputs, point: point, limit: limit)
        #expect(objective.count == w.count && w.count < whole.count)
        #expect((part.network.nodes.count < Self.images.nodes.count) == (limit > 0 && !layers.contains("a")))
        let v = random.normal(w.count)
        var direction = [Double](repeating: 0, count: whole.count), chosen: [Int] = []
        for (entry, from) in zip(part.whole.allParameters, whole.network.parameters) where !entry.isFrozen {
            direction.replaceSubrange(from.range, with: v[entry.range])
            chosen += from.range
        }
        let expected = try whole.objective().values(at: point, along: direction)
        let got = try objective.values(at: w, along: v)
        func block(_ vector: [Double]) -> [Double] { chosen.map { vector[$0] } }
        #expect(abs(got.loss - expected.loss) < 1e-13)
        #expect(relativeError(got.gradient, block(expected.gradient)) < 1e-12)
        #expect(relativeError(got.hessianProduct, block(expected.hessianProduct)) < 1e-12)
        #expect(relativeError(got.gaussNewtonProduct, block(expected.gaussNewtonProduct)) < 1e-12)
    }

    /// Kronecker factors are those of trained layers alone, and the same numbers as in the whole network.
    @Test(arguments: [0, 1 << 20]) func factorsAreThoseOfTheTrainedLayers(limit: Int) throws {
        var random = Numbers(seed: 6)
        let (inputs, whole, point) = try images(&random)
        let (_, objective, w) = try trained(
            Self.images, [6, 6, 2], .lastLayer, inputs: inputs, point: point, limit: limit)
        func factors(_ objective: ShardedObjective<Double>, _ w: [Double]) throws -> [Double] {
            var settings = KroneckerSettings(), state = OptimizerState<Double>()
            (settings.decay, settings.sample, settings.updateEvery, settings.cotangents) = (0, 1, 1, .data)
            let preconditioner = try KroneckerPreconditioner(objective, settings)
            try objective.at(w) { _, _ in
                _ = try preconditioner.renew(damping: 0.01, step: 0, seed: 1)
                preconditioner.write(to: &state)
            }
            return try #require(state.vectors["kronecker_factors"])
        }
        let own = try factors(objective, w), all = try factors(whole.objective(), point)
        // Inputs of six features and the bias's one, three outputs.
        #expect(own.count == 7 * 8 / 2 + 3 * 4 / 2)
        #expect(relativeError(own, Array(all.suffix(own.count))) < 1e-12)
    }

    /// A frozen batch_norm above a trained layer works by its running statistics, in every pass.
    @Test func frozenBatchNormIsAffine() throws {
        let spec = try Sequential {
            Dense(5).named("a")
            BatchNorm().named("bn")
            Tanh()
            Dense(3).named("b")
        }
        var random = Numbers(seed: 6)
        let inputs = random.normal(rows * 4), state = random.normal(5) + random.normal(5).map { 0.5 + $0 * $0 }
        let network = try Network<Double>(spec, input: [4]), point = random.normal(network.parameterCount)
        let (_, objective, w) = try trained(
            spec, [4], .layers(["a", "b"]), inputs: inputs, point: point, limit: 0, state: state, group: rows)
        let v = random.normal(w.count), h = 1e-5
        func gradient(_ t: Double) throws -> (Double, [Double]) {
            try objective.at(zip(w, v).map { $0 + t * $1 }) { ($0, $1) }
        }
        let (up, down) = try (gradient(h), gradient(-h))
        let got = try objective.values(at: w, along: v)
        let difference = zip(up.1, down.1).map { ($0 - $1) / (2 * h) }
        #expect(relativeError(got.hessianProduct, difference) < 1e-7)
        #expect(abs((up.0 - down.0) / (2 * h) - zip(got.gradient, v).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-7)
        // As a dense layer does that has the statistics in its weights: outputs do not depend on the other rows.
        let before = try gradient(0)
        #expect(before.1 == got.gradient && before.0 == got.loss)
    }
}
