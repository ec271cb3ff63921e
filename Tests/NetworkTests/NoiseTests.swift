import NewtonCG
import Testing

/// Noise of a step: one function for gradient, products and trial losses, by any blocks and threads.
@Suite struct NoiseTests {
    private static let model = try! Sequential {
        Dense(23)
        Tanh()
        Dropout(0.3)
        Dense(17)
        Dropout(0.5)
        Dense(3)
    }
    private let rows = 37

    private func problem() throws -> SmallProblem<Double> {
        var random = Numbers(seed: 3)
        return try SmallProblem<Double>(
            Self.model, .crossEntropy, input: [5], rows: rows, inputs: random.normal(rows * 5),
            labels: (0..<rows).map { Int32($0 % 3) })
    }

    @Test func aStepSeesOneFunction() throws {
        let problem = try problem()
        var random = Numbers(seed: 9)
        let w = random.normal(problem.count).map { 0.5 * $0 }, v = random.normal(problem.count)
        let key = NoiseKey(seed: 7, step: 12)
        let whole = try problem.objective()
        whole.noise = key
        let expected = try whole.values(at: w, along: v)
        let point = Buffer(w), trial = try withExtendedLifetime(point) { try whole.loss(at: point.vector) }
        #expect(abs(trial - expected.loss) < 1e-14)
        let limit = try problem.smallestLimit()
        for (threads, limit) in [(1, limit), (3, 1 << 30), (2, 2 * limit)] {
            let other = try problem.objective(limit: limit, order: Array((0..<rows).reversed()), threads: threads)
            other.noise = key
            let got = try other.values(at: w, along: v)
            #expect(abs(got.loss - expected.loss) < 1e-14)
            #expect(relativeError(got.gradient, expected.gradient) < 1e-12)
            #expect(relativeError(got.hessianProduct, expected.hessianProduct) < 1e-12)
            #expect(relativeError(got.gaussNewtonProduct, expected.gaussNewtonProduct) < 1e-12)
        }
        // Another step draws anew; the same one again the same.
        whole.noise = NoiseKey(seed: 7, step: 13)
        #expect(try whole.values(at: w, along: v).loss != expected.loss)
        whole.noise = key
        #expect(try whole.values(at: w, along: v).gradient == expected.gradient)
    }
}
