import Foundation
import NewtonCG
import TestSupport
import Testing

/// Networks that read tokens, with a loss over those that are not padding.
@Suite struct TokenTests {
    /// Sentences and their targets, position by position; 0 is padding.
    private static let sentences: [[Int32]] = [[4, 2, 5, 4], [3, 1], [5, 5, 2]]
    private static let targets: [[Int32]] = [[1, 3, 2, 4], [2, 2], [4, 1]]

    private struct Problem {
        let network: Network<Double>
        let objective: ShardedObjective<Double>
        let length: Int

        init(_ model: ModelSpec, length: Int, smoothing: Double = 0, copies: Int = 1) throws {
            self.length = length
            let columns = [
                Column(Column.input, .tokens, [length], vocabulary: 6, padding: 0),
                Column(Column.target, .tokens, [length], vocabulary: 5, padding: 0),
            ]
            network = try Network(model, columns: columns)
            let loss: any Loss<Double> = try LossSpec(
                .init(named: "cross_entropy"), options: Options(["label_smoothing": .number(smoothing)])
            ).make(outputs: network.outputShapes)
            func padded(_ lists: [[Int32]]) -> ColumnMemory<Double> {
                let one = lists.flatMap { $0 + [Int32](repeating: 0, count: length - $0.count) }
                return .tokens(Buffer((0..<copies).flatMap { _ in one }))
            }
            let rows = copies * sentences.count
            objective = try ShardedObjective(
                network, loss: loss,
                shard: Shard(range: 0..<rows, columns: columns, memory: [padded(sentences), padded(targets)]),
                batchRows: rows, curvatureRows: rows, limit: 1 << 24, communicator: .single)
            try objective.load(
                BatchShare(
                    rows: (0..<Int32(rows)).map { $0 }, curvatureRows: rows, samples: rows, curvatureSamples: rows))
        }
    }

    private func point(_ count: Int, seed: UInt64) -> [Double] {
        var generator = SplitMix(state: seed)
        return (0..<count).map { _ in generator.next() }
    }

    private let deep: @Sendable () throws -> ModelSpec = {
        try Sequential {
            Embedding(vocabulary: 6, features: 4, scale: true); PositionalEncoding(); LayerNorm(); Dense(3); Tanh()
            Dense(5)
        }
    }

    /// The loss, its gradient and the products are means over tokens: how long the padding is does not matter.
    @Test(arguments: [0, 0.1]) func paddingIsNothing(smoothing: Double) throws {
        let short = try Problem(try deep(), length: 4, smoothing: smoothing)
        let long = try Problem(try deep(), length: 7, smoothing: smoothing)
        let n = short.network.parameterCount, w = point(n, seed: 1), v = point(n, seed: 2)
        let a = try short.objective.values(at: w, along: v), b = try long.objective.values(at: w, along: v)
        #expect(a.loss > 0 && relativeError([b.loss], [a.loss]) < 1e-14)
        #expect(relativeError(b.gradient, a.gradient) < 1e-13)
        #expect(relativeError(b.hessianProduct, a.hessianProduct) < 1e-13)
        #expect(relativeError(b.gaussNewtonProduct, a.gaussNewtonProduct) < 1e-13)
        // Copies of all sentences change no mean.
        let three = try Problem(try deep(), length: 5, smoothing: smoothing, copies: 3).objective.values(
            at: w, along: v)
        #expect(relativeError([three.loss], [a.loss]) < 1e-14)
        #expect(relativeError(three.gradient, a.gradient) < 1e-13)
    }

    /// −log p of each token that counts, by hand.
    @Test func lossIsTheMeanOverTokens() throws {
        let model = try Sequential { Embedding(vocabulary: 6, features: 5) }
        let problem = try Problem(model, length: 6)
        let w = point(30, seed: 3)
        var sum = 0.0, count = 0.0, gradient = [Double](repeating: 0, count: 30)
        for (sentence, targets) in zip(Self.sentences, Self.targets) {
            for (token, target) in zip(sentence, targets) {
                let logits = Array(w[Int(token) * 5..<Int(token) * 5 + 5]).map { exp($0) }, total = logits.reduce(0, +)
                sum -= log(logits[Int(target)] / total)
                count += 1
                for j in 0..<5 {
                    gradient[Int(token) * 5 + j] += logits[j] / total - (j == Int(target) ? 1 : 0)
                }
            }
        }
        try problem.objective.at(w) { loss, got in
            #expect(relativeError([loss], [sum / count]) < 1e-14)
            #expect(relativeError(got, gradient.map { $0 / count }) < 1e-13)
        }
    }

    /// Factors of an embedding and of the dense layer after it: sums over tokens that are not padding, by hand.
    @Test func kroneckerFactorsLeavePaddingOut() throws {
        let model = try Sequential {
            Embedding(vocabulary: 6, features: 2, scale: true); Dense(5, bias: true)
        }
        let problem = try Problem(model, length: 6), network = problem.network
        let w = point(network.parameterCount, seed: 4)
        var settings = KroneckerSettings()
        (settings.decay, settings.sample, settings.updateEvery, settings.cotangents) = (0, 1, 1, .data)
        let preconditioner = try KroneckerPreconditioner(problem.objective, settings)
        var state = OptimizerState<Double>()
        try problem.objective.at(w) { _, _ in
            _ = try preconditioner.renew(damping: 0.01, step: 0, seed: 1)
            preconditioner.write(to: &state)
        }

        // By position: what the dense layer reads, its cotangent, and that of the embedding's output.
        let W = Array(w[12..<22]), b = Array(w[22..<27]), scale = 2.0.squareRoot()
        var counts = [Double](repeating: 0, count: 6), terms = 0.0, tokens = 0.0
        var A = [Double](repeating: 0, count: 6), G = [Double](repeating: 0, count: 15)
        var embedded = [Double](repeating: 0, count: 3)
        func add(_ x: [Double], to triangle: inout [Double]) {
            var next = 0
            for i in x.indices {
                for j in 0...i {
                    triangle[next] += x[i] * x[j]
                    next += 1
                }
            }
        }
        for (sentence, targets) in zip(Self.sentences, Self.targets) {
            for (t, token) in sentence.enumerated() {
                let x = (0..<2).map { scale * w[Int(token) * 2 + $0] }
                counts[Int(token)] += 1
                tokens += 1
                add(x + [1], to: &A)
                guard t < targets.count else { continue }
                terms += 1
                let e = (0..<5).map { exp(x[0] * W[$0] + x[1] * W[5 + $0] + b[$0]) }, total = e.reduce(0, +)
                let g = (0..<5).map { e[$0] / total - ($0 == Int(targets[t]) ? 1 : 0) }
                add(g, to: &G)
                add((0..<2).map { i in (0..<5).reduce(0) { $0 + W[5 * i + $1] * g[$1] } }, to: &embedded)
            }
        }
        let wanted =
            counts.map { 2 * $0 / terms } + embedded.map { $0 / tokens } + A.map { $0 / terms } + G.map { $0 / tokens }
        let got = try #require(state.vectors["kronecker_factors"])
        #expect(relativeError(got, wanted) < 1e-13)

        // M⁻¹ of the embedding: rows by the diagonal, columns by the inverse of G.
        let r = Buffer(point(network.parameterCount, seed: 5)), z = Buffer<Double>(count: r.count)
        _ = try preconditioner.apply(r.vector, into: z.mutable)
        let a = counts.map { 2 * $0 / terms }, γ = settings.dampingFactor * 0.1
        let π = ((a.reduce(0, +) / 6) / ((embedded[0] + embedded[2]) / tokens / 2)).squareRoot()
        let (p, q, s) = (embedded[0] / tokens + γ / π, embedded[1] / tokens, embedded[2] / tokens + γ / π)
        var solved: [Double] = []
        for t in 0..<6 {
            let (x, y) = (r.base[2 * t] / (a[t] + π * γ), r.base[2 * t + 1] / (a[t] + π * γ)), det = p * s - q * q
            solved += [(s * x - q * y) / det, (p * y - q * x) / det]
        }
        #expect(relativeError(Array(z.values.prefix(12)), solved) < 1e-12)
    }

    @Test func whatDoesNotSuitIsRefused() throws {
        func message(_ model: ModelSpec, vocabulary: Int? = 6) -> String {
            let columns = [Column(Column.input, .tokens, [4], vocabulary: vocabulary, padding: 0)]
            do {
                _ = try Network<Double>(model, columns: columns)
                return ""
            } catch { return "\(error)" }
        }
        #expect(try message(Sequential { Dense(3) }).contains("'input' has tokens: put an embedding between them"))
        #expect(
            try message(Sequential { Embedding(vocabulary: 5, features: 2) }).contains("let 'vocabulary' be 6"))
        #expect(try message(Sequential { Embedding(vocabulary: 7, features: 2) }) == "")
        #expect(try message(Sequential { Embedding(vocabulary: 5, features: 2) }, vocabulary: nil) == "")
        #expect(
            try message(
                Sequential {
                    Embedding(vocabulary: 6, features: 2); Flatten(); PositionalEncoding()
                }
            )
            .contains("it needs a sequence (positions, features)"))
        let numbers = [Column(Column.input, .numbers, [4])]
        #expect(throws: ModelError.self) {
            try Network<Double>(Sequential { Embedding(vocabulary: 6, features: 2) }, columns: numbers)
        }
    }
}
