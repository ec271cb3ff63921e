import NewtonCG

/// An objective of few parameters from closures in Double, which counts what is asked of it.
final class FunctionObjective<S: Scalar>: CurvatureProducts, GaussNewtonForms {
    let count: Int
    private(set) lazy var space: any VectorSpace<S> = WholeVectors(count: count)
    var batchSamples = 10
    var isWhole = true
    var value: ([Double]) -> Double
    var gradient: ([Double]) -> [Double]
    /// The matrix of products, row by row.
    var curvature: ([Double]) -> [[Double]]
    private(set) var losses = 0
    private(set) var linearisations = 0
    private(set) var products = 0
    private(set) var forms = 0
    private(set) var curvatures: [Curvature] = []
    private var matrix: [[Double]] = []

    init(
        count: Int, value: @escaping ([Double]) -> Double, gradient: @escaping ([Double]) -> [Double],
        curvature: @escaping ([Double]) -> [[Double]]
    ) {
        (self.count, self.value, self.gradient, self.curvature) = (count, value, gradient, curvature)
    }

    private func doubles(_ w: Vector<S>) -> [Double] { w.values.map { Double($0) } }

    func linearize(at w: Vector<S>, gradient g: MutableVector<S>) -> Double {
        let point = doubles(w)
        linearisations += 1
        for (i, value) in gradient(point).enumerated() { g[i] = S(value) }
        matrix = curvature(point)
        return value(point)
    }

    func product(_ curvature: Curvature, _ v: Vector<S>, into product: MutableVector<S>) {
        products += 1
        curvatures.append(curvature)
        for (i, value) in (matrix * doubles(v)).enumerated() { product[i] = S(value) }
    }

    func gaussNewtonForms(_ a: Vector<S>, _ b: Vector<S>?) -> QuadraticForms {
        forms += 1
        let a = doubles(a), b = b.map(doubles) ?? Array(repeating: 0, count: count)
        return QuadraticForms(aa: dot(a, matrix * a), ab: dot(a, matrix * b), bb: dot(b, matrix * b))
    }

    func loss(at w: Vector<S>) -> Double {
        losses += 1
        return value(doubles(w))
    }
}

func * (matrix: [[Double]], v: [Double]) -> [Double] {
    matrix.map { row in zip(row, v).reduce(0) { $0 + $1.0 * $1.1 } }
}
func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
func norm(_ x: [Double]) -> Double { dot(x, x).squareRoot() }

/// Numbers between −1 and 1, the same in every run.
func values(_ n: Int, seed: UInt64) -> [Double] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<n).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int64(bitPattern: state) >> 11) / 0x1p52
    }
}

/// CᵀC/n + shift·I with C random: symmetric and, with shift > 0, positive definite.
func spdMatrix(_ n: Int, shift: Double, seed: UInt64 = 3) -> [[Double]] {
    var A = diagonal(Array(repeating: shift, count: n))
    for k in 0..<n {
        let row = values(n, seed: seed + UInt64(k))
        for i in 0..<n {
            for j in 0..<n { A[i][j] += row[i] * row[j] / Double(n) }
        }
    }
    return A
}

func diagonal(_ values: [Double]) -> [[Double]] {
    var A = Array(repeating: Array(repeating: 0.0, count: values.count), count: values.count)
    for i in values.indices { A[i][i] = values[i] }
    return A
}

/// ½wᵀA·w − bᵀw.
func quadratic<S: Scalar>(_ A: [[Double]], b: [Double], as type: S.Type = S.self) -> FunctionObjective<S> {
    FunctionObjective(
        count: b.count, value: { 0.5 * dot($0, A * $0) - dot(b, $0) },
        gradient: { zip(A * $0, b).map { $0 - $1 } }, curvature: { _ in A })
}

/// 100(y − x²)² + (1 − x)² with its exact Hessian, which is indefinite where y > x² + 1/200.
func rosenbrock() -> FunctionObjective<Double> {
    FunctionObjective(
        count: 2,
        value: { w in
            let (x, y) = (w[0], w[1])
            return 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x)
        },
        gradient: { w in
            let (x, y) = (w[0], w[1])
            return [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)]
        },
        curvature: { w in
            let (x, y) = (w[0], w[1])
            return [[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200]]
        })
}

/// Σ ¼w⁴ + a·w.
func quartic<S: Scalar>(as type: S.Type = S.self) -> FunctionObjective<S> {
    let a = [0.3, -0.1, 0.7]
    return FunctionObjective(
        count: 3,
        value: { w in
            let squares = w.map { $0 * $0 }
            return dot(squares, squares) / 4 + dot(a, w)
        },
        gradient: { w in zip(w, a).map { $0 * $0 * $0 + $1 } },
        curvature: { w in diagonal(w.map { 3 * $0 * $0 }) })
}

/// One parameter.
func scalarFunction(
    _ value: @escaping (Double) -> Double, gradient: @escaping (Double) -> Double,
    curvature: @escaping (Double) -> Double
) -> FunctionObjective<Double> {
    FunctionObjective(
        count: 1, value: { value($0[0]) }, gradient: { [gradient($0[0])] },
        curvature: { [[curvature($0[0])]] })
}
