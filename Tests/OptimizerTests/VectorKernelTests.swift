import NewtonCG
import Testing

/// The kernels against plain loops, bit by bit: Swift neither contracts nor reorders, so that equality here
/// is equality on every processor.
@Suite struct VectorKernelTests {
    static let sizes = [0, 1, 15, 16, 17, 1003]

    func vector<S: Scalar>(_ n: Int, _ seed: UInt64, _ type: S.Type) -> [S] {
        values(n, seed: seed).map { S($0) }
    }

    func sixteenSums(_ n: Int, _ term: (Int) -> Double) -> Double {
        var sums = Array(repeating: 0.0, count: 16)
        for i in 0..<n { sums[i % 16] += term(i) }
        return sums.reduce(0, +)
    }

    func checkAlgebra<S: Scalar>(_ n: Int, _ type: S.Type) {
        let (x, y, z) = (vector(n, 1, S.self), vector(n, 2, S.self), vector(n, 3, S.self))
        let a = S(0.37)
        #expect(S.Kernels.dot(count: n, x, y) == sixteenSums(n) { Double(x[$0]) * Double(y[$0]) })

        var o = y
        S.Kernels.axpy(count: n, a, x, &o)
        #expect(o == (0..<n).map { y[$0] + a * x[$0] })
        var fused = y
        #expect(S.Kernels.axpyDot(count: n, a, x, &fused, z) == S.Kernels.dot(count: n, z, o) && fused == o)
        o = y
        S.Kernels.xpby(count: n, x, a, &o)
        #expect(o == (0..<n).map { x[$0] + a * y[$0] })
        o = y
        S.Kernels.axpby(count: n, a, x, -2, &o)
        #expect(o == (0..<n).map { a * x[$0] + -2 * y[$0] })
        S.Kernels.scale(count: n, a, x, &o)
        #expect(o == x.map { a * $0 })
        S.Kernels.waxpy(count: n, a, x, y, &o)
        #expect(o == (0..<n).map { y[$0] + a * x[$0] })
        o = y
        S.Kernels.lerp(count: n, a, x, &o)
        #expect(o == (0..<n).map { y[$0] + a * (x[$0] - y[$0]) })

        let product = S.Kernels.multiplyDot(count: n, x, y, &o)
        #expect(o == (0..<n).map { x[$0] * y[$0] })
        #expect(product == sixteenSums(n) { Double(y[$0]) * Double(x[$0] * y[$0]) })

        var three = [0.0, 0, 0]
        S.Kernels.threeDots(count: n, x, y, &three)
        #expect(three == [S.Kernels.dot(count: n, x, y), S.Kernels.dot(count: n, x, x), S.Kernels.dot(count: n, y, y)])

        var (solution, residual) = (z, y)
        let rr = S.Kernels.cgStep(count: n, a, x, z, &solution, &residual)
        #expect(solution == (0..<n).map { z[$0] + a * x[$0] })
        #expect(residual == (0..<n).map { y[$0] - a * z[$0] })
        #expect(rr == S.Kernels.dot(count: n, residual, residual))
    }

    @Test(arguments: sizes) func linearAlgebra(n: Int) {
        checkAlgebra(n, Float.self)
        checkAlgebra(n, Double.self)
    }

    func checkSquares<S: Scalar>(_ n: Int, power: Double, _ type: S.Type) {
        let g = vector(n, 1, S.self)
        var (s, d) = (vector(n, 2, S.self).map { $0 * $0 }, Array(repeating: S(0), count: n))
        let before = s
        S.Kernels.gradientSquares(count: n, decay: 0.75, g, &s, factor: 3, lambda: 0.25, power: power, &d)
        #expect(s == (0..<n).map { S(0.75) * before[$0] + S(0.25) * (g[$0] * g[$0]) })
        let base = s.map { 3 * $0 + S(0.25) }
        for i in 0..<n {
            let expected: S? =
                switch power {
                case 0: 1
                case 0.5: 1 / base[i].squareRoot()
                case 0.75: 1 / (base[i].squareRoot() * base[i].squareRoot().squareRoot())
                case 1: 1 / base[i]
                default: nil
                }
            if let expected {
                #expect(d[i] == expected)
            } else {
                // power = 0.7: d¹⁰·base⁷ = 1.
                let (d, b) = (Double(d[i]), Double(base[i]))
                let d5 = d * d * d * d * d
                #expect(abs(d5 * d5 * b * b * b * b * b * b * b - 1) < 300 * Double(S.ulpOfOne))
            }
        }
    }

    @Test(arguments: sizes, [0, 0.5, 0.7, 0.75, 1]) func gradientSquares(n: Int, power: Double) {
        checkSquares(n, power: power, Float.self)
        checkSquares(n, power: power, Double.self)
    }

    @Test func squaresOfNothing() {
        var (s, d): ([Float], [Float]) = ([0, 4], [0, 0])
        Float.Kernels.gradientSquares(count: 2, decay: 1, [0, 0], &s, factor: 1, lambda: 0, power: 0.5, &d)
        #expect(d == [1, 0.5])
    }

    func checkRules<S: Scalar>(_ n: Int, _ type: S.Type) {
        let (g, w) = (vector(n, 1, S.self), vector(n, 2, S.self))
        let m = vector(n, 3, S.self)
        let v = m.map { $0 * $0 }
        let (rate, mu, decay) = (S(0.1), S(0.9), S(0.01))

        for nesterov in [false, true] {
            var (velocity, o) = (m, w)
            S.Kernels.sgd(
                count: n, rate: 0.1, momentum: 0.9, nesterov: nesterov ? 1 : 0, weightDecay: 0.01, g, &velocity, &o)
            let h = (0..<n).map { g[$0] + decay * w[$0] }
            #expect(velocity == (0..<n).map { mu * m[$0] + h[$0] })
            #expect(o == (0..<n).map { w[$0] - rate * (nesterov ? h[$0] + mu * velocity[$0] : velocity[$0]) })
        }
        var o = w
        S.Kernels.sgd(count: n, rate: 0.1, momentum: 0, nesterov: 0, weightDecay: 0.01, g, nil, &o)
        #expect(o == (0..<n).map { w[$0] - rate * (g[$0] + decay * w[$0]) })

        var squares = v
        o = w
        S.Kernels.adaGrad(count: n, rate: 0.1, epsilon: 1e-3, g, &squares, &o)
        #expect(squares == (0..<n).map { v[$0] + g[$0] * g[$0] })
        #expect(o == (0..<n).map { w[$0] - rate * g[$0] / (squares[$0].squareRoot() + S(1e-3)) })

        var (first, second) = (m, v)
        o = w
        S.Kernels.adam(
            count: n, rate: 0.1, beta1: 0.9, beta2: 0.99, root: 1.5, epsilon: 1e-3, l2: 0.01, shrink: 0.02, g,
            &first,
            &second, &o)
        let h = (0..<n).map { g[$0] + decay * w[$0] }
        #expect(first == (0..<n).map { mu * m[$0] + S(1 - 0.9) * h[$0] })
        #expect(second == (0..<n).map { S(0.99) * v[$0] + S(1 - 0.99) * (h[$0] * h[$0]) })
        for i in 0..<n {
            let step = rate * first[i] / (second[i].squareRoot() * S(1.5) + S(1e-3))
            #expect(o[i] == w[i] - (S(0.02) * w[i] + step))
        }
    }

    @Test(arguments: sizes) func rules(n: Int) {
        checkRules(n, Float.self)
        checkRules(n, Double.self)
    }
}
