import NewtonCG
import Testing

/// The kernels of layer normalisation against its definition, row by row, with tangents by dual numbers.
@Suite struct LayerNormTests {
    /// Rows of so many features, and all that the passes read, as a float holds it.
    struct Case {
        let rows, features: Int
        let x, rx, gy, rgy: [Double]
        let scale, shift, vscale, vshift: [Double]
        let epsilon = 1e-3

        init(_ rows: Int, _ features: Int, mean: Double = 0) {
            var samples = Samples(seed: UInt64(rows * 1000 + features))
            (self.rows, self.features) = (rows, features)
            x = samples.normal(rows * features).map { Double(Float(mean + $0)) }
            (rx, gy, rgy) = (
                samples.normal(rows * features), samples.normal(rows * features), samples.normal(rows * features)
            )
            (scale, shift) = (samples.normal(features), samples.normal(features))
            (vscale, vshift) = (samples.normal(features), samples.normal(features))
        }
        func row<T>(_ values: [T], _ i: Int) -> [T] { Array(values[i * features..<(i + 1) * features]) }
    }

    // MARK: The definition

    /// x̂ and 1/√(variance + ε) of a row.
    private static func normalised<N: Number>(_ x: [N], _ epsilon: Double) -> (x: [N], inverse: N) {
        let n = N(Double(x.count)), mean = x.sum() / n
        let inverse = N(1) / (x.map { ($0 - mean) * ($0 - mean) }.sum() / n + N(epsilon)).squareRoot()
        return (x.map { ($0 - mean) * inverse }, inverse)
    }
    private static func forward<N: Number>(_ c: Case, _ x: [N], _ scale: [N], _ shift: [N]) -> [N] {
        (0..<c.rows).flatMap { i in
            let row = normalised(c.row(x, i), c.epsilon).x
            return row.indices.map { scale[$0] * row[$0] + shift[$0] }
        }
    }
    private static func backward<N: Number>(_ c: Case, _ x: [N], _ scale: [N], _ gy: [N]) -> (
        x: [N], scale: [N], shift: [N]
    ) {
        var gx: [N] = [], gscale = scale.map { _ in N(0) }, gshift = gscale
        for i in 0..<c.rows {
            let (hat, inverse) = normalised(c.row(x, i), c.epsilon), own = c.row(gy, i), n = N(Double(c.features))
            let g = own.indices.map { scale[$0] * own[$0] }
            let a = g.sum() / n, b = g.indices.map { g[$0] * hat[$0] }.sum() / n
            gx += g.indices.map { inverse * (g[$0] - a - hat[$0] * b) }
            for j in own.indices {
                gscale[j] = gscale[j] + own[j] * hat[j]
                gshift[j] = gshift[j] + own[j]
            }
        }
        return (gx, gscale, gshift)
    }

    /// Strips of vectors and what is left of them, and sums of parameters on both sides of a panel of 256.
    static let sizes = [(1, 5), (7, 3), (5, 8), (3, 15), (4, 16), (9, 17), (2, 64), (33, 70), (6, 256), (5, 300)]

    private func tolerance<S: Scalar>(_: S.Type) -> Double { 64 * S.roundoff }

    // MARK: Tests

    @Test(arguments: sizes) func theDefinitionIsConsistent(rows: Int, features: Int) {
        // What the kernels are compared with: backward is the transpose of the dual numbers' derivative.
        let c = Case(rows, features)
        let ry = Self.forward(c, dual(c.x, c.rx), dual(c.scale, c.vscale), dual(c.shift, c.vshift)).map(\.b)
        let g = Self.backward(c, c.x, c.scale, c.gy)
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { $0 * $1 }.sum() }
        let left = dot(c.gy, ry), right = dot(g.x, c.rx) + dot(g.scale, c.vscale) + dot(g.shift, c.vshift)
        #expect(abs(left - right) < 1e-12 * Double(rows * features))
    }

    private func check<S: Scalar>(_ c: Case, _: S.Type) {
        let (m, n, tolerance) = (c.rows, c.features, tolerance(S.self))
        let x = S.of(c.x), scale = S.of(c.scale), rx = S.of(c.rx), gy = S.of(c.gy), rgy = S.of(c.rgy)
        let vscale = S.of(c.vscale), vshift = S.of(c.vshift)
        var kept = [S](repeating: .nan, count: 2 * m), y = [S](repeating: .nan, count: m * n), moments = kept
        S.Kernels.layerNorm(
            rows: m, features: n, epsilon: c.epsilon, x: x, scale: scale, shift: S.of(c.shift), kept: &kept, y: &y)
        #expect(relativeError(y, Self.forward(c, c.x, c.scale, c.shift)) < tolerance)

        // Each of the two results alone, and added to what is there.
        let g = Self.backward(c, c.x, c.scale, c.gy)
        for adds in [false, true] {
            let start: S = adds ? 2 : .nan, was = adds ? 2.0 : 0
            var gx = [S](repeating: start, count: m * n), gscale = [S](repeating: start, count: n), gshift = gscale
            let add: Int32 = adds ? 1 : 0
            S.Kernels.layerNormBack(
                rows: m, features: n, x: x, kept: kept, scale: scale, gy: gy, adds: add, gx: &gx, addsParameters: add,
                gscale: &gscale, gshift: &gshift)
            #expect(relativeError(gx, g.x.map { was + $0 }) < tolerance)
            #expect(relativeError(gscale, g.scale.map { was + $0 }) < tolerance)
            #expect(relativeError(gshift, g.shift.map { was + $0 }) < tolerance)
            let (whole, wholeScale) = (gx, gscale)
            gx = gx.map { _ in start }
            S.Kernels.layerNormBack(
                rows: m, features: n, x: x, kept: kept, scale: scale, gy: gy, adds: add, gx: &gx, addsParameters: 0,
                gscale: nil, gshift: nil)
            #expect(gx == whole)
            gscale = gscale.map { _ in start }
            S.Kernels.layerNormBack(
                rows: m, features: n, x: x, kept: kept, scale: scale, gy: gy, adds: 0, gx: nil, addsParameters: add,
                gscale: &gscale, gshift: nil)
            #expect(gscale == wholeScale)
        }

        // Along x alone, along the parameters alone, along both; of data no tangent comes.
        for (along, parameters) in [(true, true), (true, false), (false, true)] {
            let v = parameters ? (c.vscale, c.vshift) : nil, tangent = along ? c.rx : nil
            let wanted = Self.forward(c, dual(c.x, tangent), dual(c.scale, v?.0), dual(c.shift, v?.1)).map(\.b)
            var ry = [S](repeating: .nan, count: m * n)
            func run(_ rx: [S]?, _ vscale: [S]?, _ vshift: [S]?) {
                S.Kernels.layerNormR(
                    rows: m, features: n, x: x, kept: kept, scale: scale, rx: rx, vscale: vscale, vshift: vshift,
                    moments: &moments, ry: &ry)
            }
            run(along ? rx : nil, parameters ? vscale : nil, parameters ? vshift : nil)
            #expect(relativeError(ry, wanted) < tolerance, "ry along x: \(along), along parameters: \(parameters)")

            let second = Self.backward(c, dual(c.x, tangent), dual(c.scale, v?.0), dual(c.gy, c.rgy))
            for adds in [false, true] {
                let start: S = adds ? 2 : .nan, was = adds ? 2.0 : 0
                var rgx = [S](repeating: start, count: m * n), rgscale = [S](repeating: start, count: n)
                var rgshift = rgscale
                func run(_ rx: [S]?, _ vscale: [S]?) {
                    S.Kernels.layerNormRBack(
                        rows: m, features: n, x: x, kept: kept, scale: scale, rx: rx, moments: moments, vscale: vscale,
                        gy: gy, rgy: rgy, adds: adds ? 1 : 0, rgx: &rgx, addsParameters: adds ? 1 : 0,
                        rgscale: &rgscale, rgshift: &rgshift)
                }
                run(along ? rx : nil, parameters ? vscale : nil)
                let place = "along x: \(along), along parameters: \(parameters), adds: \(adds)"
                #expect(relativeError(rgx, second.x.map { was + $0.b }) < tolerance, "rgx \(place)")
                #expect(relativeError(rgscale, second.scale.map { was + $0.b }) < tolerance, "rgscale \(place)")
                #expect(relativeError(rgshift, second.shift.map { was + $0.b }) < tolerance, "rgshift \(place)")
            }
        }
    }

    @Test(arguments: sizes) func agreesWithTheDefinition(rows: Int, features: Int) {
        check(Case(rows, features), Double.self)
        check(Case(rows, features), Float.self)
    }

    /// Where the mean is large, the variance has its digits all the same: as many as x has behind its mean.
    @Test func aLargeMeanCancelsNothing() {
        let c = Case(5, 37, mean: 1e4)
        func error<S: Scalar>(_: S.Type) -> Double {
            var kept = [S](repeating: 0, count: 10), y = [S](repeating: 0, count: 5 * 37)
            S.Kernels.layerNorm(
                rows: 5, features: 37, epsilon: c.epsilon, x: S.of(c.x), scale: S.of(c.scale), shift: S.of(c.shift),
                kept: &kept, y: &y)
            return relativeError(y, Self.forward(c, c.x, c.scale, c.shift))
        }
        #expect(error(Double.self) < 1e4 * Double.roundoff * 16)
        #expect(error(Float.self) < 1e4 * Float.roundoff * 16)
    }
}
