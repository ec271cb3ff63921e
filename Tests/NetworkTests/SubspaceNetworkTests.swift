import NewtonCG
import Testing

/// The subspace step on a small network, against the minimiser found densely from the whole Gauss–Newton matrix.
@Suite struct SubspaceNetworkTests {
    @Test(arguments: Curvature.allCases) func stepsAreTheMinimisersFoundDensely(curvature: Curvature) throws {
        let spec = try Sequential {
            Dense(4); Tanh(); Dense(3)
        }
        let rows = 20, tau = 0.5
        var random = Numbers(seed: 11)
        let problem = try SmallProblem<Double>(
            spec, .crossEntropy, l2: 0.01, input: [3], rows: rows, inputs: random.normal(rows * 3),
            labels: (0..<rows).map { Int32($0 % 3) })
        let n = problem.count, objective = try problem.objective()
        var settings = NewtonCGSettings()
        (settings.solve, settings.curvature, settings.lineSearch) = (.subspace, curvature, nil)
        (settings.damping.rule, settings.damping.initial) = (.fixed, tau)
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)

        let w = Buffer(random.normal(n))
        var last: [Double]?
        for step in 0..<5 {
            let before = w.values
            // B column by column, undamped.
            let (gradient, matrix) = try objective.at(before) { _, g in
                (
                    g,
                    try (0..<n).map { j in
                        try objective.product(curvature, (0..<n).map { $0 == j ? 1 : 0 })
                    }
                )
            }
            _ = try optimizer.step(from: w.mutable, at: Progress(step: step, epoch: 0))
            let p = zip(w.values, before).map { $0 - $1 }
            // At the minimiser over the plane the model's gradient (B + τI)p + g is orthogonal to it.
            let residual = (0..<n).map { i in
                (0..<n).reduce(gradient[i] + tau * p[i]) { $0 + matrix[$1][i] * p[$1] }
            }
            let plane = [gradient] + (last.map { [$0] } ?? [])
            for v in plane { #expect(abs(dot(residual, v)) < 1e-13 * norm(v) * norm(gradient)) }
            #expect(distance(p, from: plane) < 1e-12 * norm(p))
            #expect(dot(p, gradient) < 0)
            last = p
        }
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    private func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

    /// The norm of what is left of p when its parts along some vectors are taken away.
    private func distance(_ p: [Double], from vectors: [[Double]]) -> Double {
        var basis: [[Double]] = []
        func rest(_ v: [Double]) -> [Double] {
            basis.reduce(v) { v, b in
                let c = dot(v, b)
                return zip(v, b).map { $0 - c * $1 }
            }
        }
        for v in vectors {
            let q = rest(rest(v))
            basis.append(q.map { $0 / norm(q) })
        }
        return norm(rest(p))
    }
}
