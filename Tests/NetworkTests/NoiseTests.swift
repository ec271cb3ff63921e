import CKernels
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

    /// The bits are those of `Philox4x32`, row by row, and are set as often as they should be.
    @Test func masksAreOfPhilox() {
        let rows = 200, count = 77, rate = 0.3, seed: UInt64 = 0x1234_5678_9ABC_DEF0, step: UInt64 = 41
        let numbers = (0..<rows).map { Int32(3 * $0 + 1) }
        var bits = [UInt16](repeating: 0xFFFF, count: (rows * count + 15) / 16)
        ck_keep_bits(rows, count, seed, 5, step, numbers, rate, &bits)
        let philox = Philox4x32(key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        var kept = 0, wrong = 0
        for i in 0..<rows {
            for j in 0..<count {
                let block = philox.block((UInt32(j / 64 * 16 + j % 16), UInt32(numbers[i]), UInt32(step), 5))
                let word = [block.0, block.1, block.2, block.3][j / 16 % 4]
                let place = i * count + j, isKept = bits[place / 16] >> (place % 16) & 1 == 1
                if isKept != (word >= UInt32(rate * 4_294_967_296)) { wrong += 1 }
                if isKept { kept += 1 }
            }
        }
        #expect(wrong == 0)
        #expect(abs(Double(kept) / Double(rows * count) - 0.7) < 0.02)
    }
}
