import NewtonCG
import TestSupport
import Testing

func subspace(_ change: (inout NewtonCGSettings) -> Void = { _ in }) -> NewtonCGSettings {
    var settings = NewtonCGSettings()
    settings.solve = .subspace
    settings.damping.initial = 0.3
    settings.damping.rule = .fixed
    settings.lineSearch = nil
    change(&settings)
    return settings
}

/// The minimiser of gᵀp + ½pᵀA·p over the span of some vectors, by an orthonormal basis of it and elimination.
func minimiser(_ A: [[Double]], _ g: [Double], over vectors: [[Double]]) -> [Double] {
    var basis: [[Double]] = []
    for v in vectors {
        var q = v
        for _ in 0..<2 {
            for b in basis {
                let c = dot(q, b)
                q = zip(q, b).map { $0 - c * $1 }
            }
        }
        basis.append(q.map { $0 / norm(q) })
    }
    let reduced = basis.map { a in basis.map { dot(a, A * $0) } }
    let y = solution(reduced, basis.map { -dot(g, $0) })
    return g.indices.map { i in zip(y, basis).reduce(0) { $0 + $1.0 * $1.1[i] } }
}

func damped(_ A: [[Double]], _ tau: Double) -> [[Double]] {
    A.indices.map { i in A.indices.map { A[i][$0] + (i == $0 ? tau : 0) } }
}

@Suite struct SubspaceTests {
    /// Each step is the minimiser over the plane, whatever preconditioner and curvature.
    @Test(arguments: [true, false], Curvature.allCases)
    func stepsAreTheMinimisersFoundDensely(preconditioned: Bool, curvature: Curvature) throws {
        let n = 9, tau = 0.3, A = spdMatrix(n, shift: 0.05), b = values(n, seed: 4)
        let settings = subspace {
            $0.curvature = curvature
            if preconditioned { $0.preconditioner = .gradientSquares(.init()) }
        }
        let objective = quadratic(A, b: b, as: Double.self)
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        let squares = GradientSquares<Double>(count: n, decay: 0.99, power: 0.75)
        var w = values(n, seed: 5), last: [Double]?
        for _ in 0..<6 {
            let before = w, g = zip(A * w, b).map { $0 - $1 }
            var D = g.map { -$0 }
            if preconditioned {
                squares.update(gradient: g, samples: 10, damping: tau)
                let r = D
                _ = squares.apply(r, into: &D)
            }
            let report = try optimizer.step(from: &w)
            let p = zip(w, before).map { $0 - $1 }
            let best = minimiser(damped(A, tau), g, over: [D] + (last.map { [$0] } ?? []))
            for i in 0..<n { #expect(abs(p[i] - best[i]) < 1e-12) }
            #expect(report.cgIterations == nil && report.remark == nil)
            #expect(
                report.cgStatus
                    == (last == nil
                        ? "along the preconditioned gradient: there is no last step" : "minimiser in the plane"))
            last = p
        }
        // Two products a step but for the first, or none where the forms are all that is asked for.
        #expect(objective.products == (curvature == .hessian ? 11 : 0))
        #expect(objective.forms == (curvature == .hessian ? 0 : 6))
    }

    @Test func theRatioIsOneOnAQuadratic() throws {
        let A = spdMatrix(12, shift: 0.05)
        let objective = quadratic(A, b: A * values(12, seed: 21), as: Double.self)
        let optimizer = try NewtonCG<Double>(subspace { $0.damping.rule = .levenbergMarquardt }, minimising: objective)
        var w = values(12, seed: 22), losses: [Double] = []
        for _ in 0..<8 {
            let report = try optimizer.step(from: &w)
            #expect(abs(report.rho! - 1) < 1e-9)
            losses.append(report.loss)
        }
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 })
    }

    /// In two dimensions the plane is everything: without damping the second step ends at the minimum.
    @Test func theThirdStepAddsNothing() throws {
        let A = [[2.0, 0.3], [0.3, 1]]
        var w = [1.0, -2]
        let objective = quadratic(A, b: A * [0.5, 0.25], as: Double.self)
        let optimizer = try NewtonCG<Double>(subspace { $0.damping.initial = 0 }, minimising: objective)
        for _ in 0..<2 { _ = try optimizer.step(from: &w) }
        #expect(abs(w[0] - 0.5) < 1e-14 && abs(w[1] - 0.25) < 1e-14)
    }

    @Test func aDependentLastStepIsLeftOut() throws {
        // One parameter: the last step lies along the gradient.
        let objective = scalarFunction({ 0.5 * $0 * $0 }, gradient: { $0 }, curvature: { _ in 1 })
        let optimizer = try NewtonCG<Double>(subspace(), minimising: objective)
        var w = [2.0]
        _ = try optimizer.step(from: &w)
        let before = w[0]
        let report = try optimizer.step(from: &w)
        #expect(report.cgStatus == "along the preconditioned gradient: the last step adds nothing to it")
        #expect(abs(w[0] - before * (1 - 1 / 1.3)) < 1e-15)
    }

    @Test func nonpositiveCurvature() throws {
        // Along D: −g. In the plane alone: the best along D.
        let objective = quadratic(diagonal([-1, 2]), b: [0, 0], as: Double.self)
        let optimizer = try NewtonCG<Double>(subspace { $0.curvature = .hessian }, minimising: objective)
        var w = [1.0, 0]
        var report = try optimizer.step(from: &w)
        #expect(w == [2, 0])
        #expect(report.cgStatus == "nonpositive curvature")
        #expect(report.remark == "nonpositive curvature: the negative gradient is taken")
        #expect(optimizer.state.numbers["has_last_step"] == 0)

        var state = optimizer.state
        state.numbers["has_last_step"] = 1
        state.vectors["last_step"] = [1, 0]
        try optimizer.restore(state)
        w = [0.1, 1]
        report = try optimizer.step(from: &w)
        #expect(report.cgStatus == "along the preconditioned gradient: nonpositive curvature in the plane")
        let g = [-0.1, 2.0]
        let alpha = dot(g, g) / dot(g, damped(diagonal([-1, 2]), 0.3) * g)
        #expect(abs(w[0] - 0.1 - alpha * 0.1) < 1e-14 && abs(w[1] - 1 + alpha * 2) < 1e-14)
    }

    @Test func curvatureThatIsNotFinite() throws {
        let objective = scalarFunction({ 0.5 * $0 * $0 }, gradient: { $0 }, curvature: { _ in .nan })
        let optimizer = try NewtonCG<Double>(subspace(), minimising: objective)
        var w = [2.0]
        let report = try optimizer.step(from: &w)
        #expect(report.remark == "curvature not finite: the negative gradient is taken")
        #expect(w == [0])
    }

    /// ρ and τ change in every third step only; between them nothing but the gradient is evaluated.
    @Test func dampingEverySteps() throws {
        let A = spdMatrix(6, shift: 0.1)
        let settings = subspace {
            $0.damping.rule = .levenbergMarquardt
            $0.damping.every = 3
        }
        let objective = quadratic(A, b: values(6, seed: 1), as: Double.self)
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        let w = Buffer(values(6, seed: 2))
        var damping = 0.3
        for step in 0..<9 {
            let losses = objective.losses
            let report = try optimizer.step(from: w.mutable, at: Progress(step: step, epoch: 0))
            #expect(abs(report.damping! - damping) < 1e-15)
            let isDue = step % 3 == 2
            #expect((report.rho != nil) == isDue)
            #expect(objective.losses - losses == (isDue ? 1 : 0))
            if isDue { damping *= 2.0 / 3 }
        }
    }

    /// A step along −g does not wait for its turn.
    @Test func dampingGrowsAtOnceWhereTheModelFails() throws {
        let settings = subspace {
            $0.damping.rule = .levenbergMarquardt
            ($0.damping.every, $0.curvature) = (5, .hessian)
        }
        let objective = scalarFunction({ -0.5 * $0 * $0 }, gradient: { -$0 }, curvature: { _ in -1 })
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        var w = [1.0]
        _ = try optimizer.step(from: &w)
        #expect(abs(optimizer.state.numbers["damping"]! - 0.45) < 1e-15)
    }

    @Test func armijoWorksToo() throws {
        let settings = subspace {
            $0.lineSearch = .init()
            $0.damping.rule = .levenbergMarquardt
        }
        let objective = rosenbrock()
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        var w = [-1.2, 1.0], loss = Double.infinity
        for _ in 0..<200 {
            let report = try optimizer.step(from: &w)
            #expect(report.loss <= loss)
            loss = report.loss
        }
        #expect(loss < 1e-8)
    }
}
