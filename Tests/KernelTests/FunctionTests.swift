import CKernels
import Foundation
import NewtonCG
import Testing

/// Elementwise functions: values against the C library's, derivatives against differences, clipping at its kinks.
@Suite struct FunctionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let kernel: ck_function
        /// Its derivatives are computed from y.
        var fromOutput = false
        let value: @Sendable (Double) -> Double
        var testDescription: String { name }
    }
    static let cases = [
        Case(name: "tanh", kernel: ck_tanh, fromOutput: true) { tanh($0) },
        Case(name: "sigmoid", kernel: ck_sigmoid, fromOutput: true) { 1 / (1 + exp(-$0)) },
        Case(name: "softplus", kernel: ck_softplus) { max($0, 0) + log1p(exp(-abs($0))) },
        Case(name: "gelu", kernel: ck_gelu) { $0 / 2 * erfc(-$0 / 2.0.squareRoot()) },
        Case(name: "gelu_tanh", kernel: ck_gelu_tanh) {
            $0 / (1 + exp(-2 * (2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
        },
        Case(name: "swish", kernel: ck_swish) { $0 / (1 + exp(-$0)) },
    ]
    /// No multiple of a vector's length, up to where every function is saturated in float32.
    static let points = stride(from: -40.0, through: 40, by: 0.0625).map { $0 }

    private func run<S: Scalar>(_ c: Case, _ x: [Double], _: S.Type) -> (y: [Double], first: [Double], second: [Double])
    {
        let n = x.count, x = S.of(x)
        let ones = Array(repeating: S(1), count: n), zeros = Array(repeating: S(0), count: n)
        var y = zeros, first = zeros, second = zeros
        S.Kernels.apply(c.kernel, count: n, x: x, y: &y)
        let s = c.fromOutput ? y : x
        S.Kernels.applyFirst(c.kernel, count: n, kept: s, a: ones, adds: 0, to: &first)
        S.Kernels.applySecond(c.kernel, count: n, kept: s, a: zeros, r: ones, g: ones, adds: 0, to: &second)
        return (y.map { Double($0) }, first.map { Double($0) }, second.map { Double($0) })
    }

    @Test(arguments: cases) func valuesAndDerivatives(c: Case) {
        let got = run(c, Self.points, Double.self), single = run(c, Self.points, Float.self), h = 1e-4
        for (i, x) in Self.points.enumerated() {
            let f = c.value
            #expect(abs(got.y[i] - f(x)) <= 4e-15 * max(1, abs(f(x))), "at \(x)")
            // Differences of fourth order.
            let first = (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)
            let second = (16 * (f(x + h) + f(x - h)) - (f(x + 2 * h) + f(x - 2 * h)) - 30 * f(x)) / (12 * h * h)
            #expect(abs(got.first[i] - first) <= 1e-10 * max(1, abs(x)), "φ' at \(x)")
            #expect(abs(got.second[i] - second) <= 2e-6 * max(1, abs(x)), "φ'' at \(x)")
            #expect(abs(single.y[i] - got.y[i]) <= 5e-7 * max(1, abs(got.y[i])), "float32 at \(x)")
            #expect(abs(single.first[i] - got.first[i]) <= 2e-6, "float32 φ' at \(x)")
            #expect(abs(single.second[i] - got.second[i]) <= 4e-6, "float32 φ'' at \(x)")
        }
    }

    @Test(arguments: cases) func notANumberStaysOne(c: Case) {
        #expect(run(c, [.nan, 1], Float.self).y[0].isNaN)
        #expect(run(c, [.nan, 1], Double.self).y[0].isNaN)
    }

    private func clip<S: Scalar>(_ x: [S], _ limit: S) -> (y: [S], slope: [S]) {
        var y = x, bits = Array(repeating: UInt16.max, count: (x.count + 15) / 16)
        S.Kernels.clip(count: x.count, limit: limit, x: x, y: &y, bits: &bits)
        var slope = y
        S.Kernels.select(
            count: x.count, bits: bits, scale: 1, from: Array(repeating: S(1), count: x.count), adds: 0, to: &slope)
        return (y, slope)
    }

    private func checkClip<S: Scalar>(_: S.Type) {
        let x: [S] = [-S.infinity, -2, -0.0, 0, S.leastNonzeroMagnitude, 1, 6, S(6).nextDown, 7, .infinity]
        let sixteen = Array(repeating: x, count: 5).flatMap { $0 }
        let relu = clip(sixteen, .infinity), relu6 = clip(sixteen, 6)
        #expect(relu.y == sixteen.map { max($0, 0) })
        #expect(relu.slope == sixteen.map { $0 > 0 && $0 < .infinity ? 1 : 0 })
        #expect(relu6.y == sixteen.map { min(max($0, 0), 6) })
        #expect(relu6.slope == sixteen.map { $0 > 0 && $0 < 6 ? 1 : 0 })
        for at in [0, 5, 16, 30] {
            var values = Array(repeating: S(1), count: 31)
            values[at] = .nan
            #expect(clip(values, .infinity).y[at].isNaN && clip(values, 6).y[at].isNaN)
            #expect(S.Kernels.firstNotFinite(count: 31, in: values) == at)
            values[at] = -.infinity
            #expect(S.Kernels.firstNotFinite(count: 31, in: values) == at)
            values[at] = 0
            #expect(S.Kernels.firstNotFinite(count: 31, in: values) == 31)
        }
    }

    @Test func clipping() {
        checkClip(Float.self)
        checkClip(Double.self)
    }
}
