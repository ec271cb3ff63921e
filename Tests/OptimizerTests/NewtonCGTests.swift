import CAllocationCount
import Glibc
import NewtonCG
import Testing

/// Settings of an exact Newton step: undamped, CG to the end, full step.
func exact(_ change: (inout NewtonCGSettings) -> Void = { _ in }) -> NewtonCGSettings {
    var settings = NewtonCGSettings()
    settings.damping.rule = .fixed
    settings.damping.initial = 0
    settings.cg.tolerance = 1e-13
    settings.cg.maxIterations = 50
    settings.cg.warmStart = 0
    change(&settings)
    return settings
}

func adaptive(_ change: (inout NewtonCGSettings) -> Void = { _ in }) -> NewtonCGSettings {
    exact {
        $0.damping.rule = .levenbergMarquardt
        $0.damping.initial = 0.5
        change(&$0)
    }
}

@Suite struct NewtonCGTests {
    @Test func oneStepLandsOnTheMinimiserOfAQuadratic() throws {
        let A = spdMatrix(8, shift: 0.2)
        let solution = values(8, seed: 21)
        let objective = quadratic(A, b: A * solution, as: Double.self)
        let optimizer = try NewtonCG<Double>(exact(), minimising: objective)
        var w = values(8, seed: 22)
        let report = try optimizer.step(from: &w)
        for i in 0..<8 { #expect(abs(w[i] - solution[i]) < 1e-11) }
        #expect(report.stepLength == 1)
        #expect(report.cgStatus == "residual small enough")
        #expect(report.damping == 0 && report.rho == nil && report.remark == nil)
        #expect(objective.products == report.cgIterations)
        #expect(objective.curvatures.allSatisfy { $0 == .gaussNewton })
    }

    @Test func posterPresetMinimisesRosenbrockFromAnIndefiniteStart() throws {
        var settings = NewtonCGSettings.poster
        settings.damping.initial = 1e-3
        let objective = rosenbrock()
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        var w = [0.2, 1.0]
        let first = try optimizer.step(from: &w)
        #expect(first.cgStatus == "nonpositive curvature")
        var loss = first.loss
        for _ in 0..<300 {
            let report = try optimizer.step(from: &w)
            #expect(report.damping == 1e-3)
            #expect(report.loss <= loss || report.loss < 1e-9)
            loss = report.loss
        }
        #expect(loss < 1e-8)
        #expect(objective.curvatures.allSatisfy { $0 == .hessian })
    }

    @Test func nonpositiveCurvatureAtOnceTakesTheNegativeGradient() throws {
        // L = cos w around 0.3: the curvature −cos w is negative.
        let objective = scalarFunction({ cos($0) }, gradient: { -sin($0) }, curvature: { -cos($0) })
        let optimizer = try NewtonCG<Double>(adaptive(), minimising: objective)
        var w = [0.3]
        let report = try optimizer.step(from: &w)
        #expect(abs(w[0] - (0.3 + sin(0.3))) < 1e-15)
        #expect(report.cgStatus == "nonpositive curvature")
        #expect(report.remark == "CG ended at once (nonpositive curvature): the negative gradient is taken")
        #expect(report.rho == nil)
        #expect(optimizer.state.numbers["damping"] == 0.75)
        #expect(optimizer.state.numbers["has_solution"] == 0)
    }

    @Test func ratioIsOneOnAQuadraticWhateverCGDid() throws {
        // Damped, cut short, started warm, preconditioned: ρ compares with the undamped model of p itself.
        let A = spdMatrix(12, shift: 0.05)
        let settings = adaptive {
            $0.cg.maxIterations = 3
            $0.cg.warmStart = 0.9
            $0.preconditioner = .gradientSquares(.init())
            $0.learningRate = .constant(0.4)
        }
        let objective = quadratic(A, b: A * values(12, seed: 21), as: Double.self)
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        var w = values(12, seed: 22)
        var damping = 0.5
        for step in 0..<8 {
            let report = try optimizer.step(from: &w)
            #expect(abs(report.rho! - 1) < 1e-9)
            #expect(abs(report.damping! - damping) < 1e-15)
            #expect(report.stepLength == 0.4)
            #expect(report.cgIterations == 3)
            // A warm start costs one product more.
            #expect(objective.products == 3 + 4 * step)
            damping *= 2.0 / 3
        }
    }

    /// L = ½w², but products are c·v: ρ = (½(w+p)² − ½w²)/(wp + ½cp²) with p = −w/(c + τ).
    func misjudged(_ c: Double) -> FunctionObjective<Double> {
        scalarFunction({ 0.5 * $0 * $0 }, gradient: { $0 }, curvature: { _ in c })
    }

    @Test(arguments: [(0.1, 1.5), (0.667, 1.0), (0.72, 1.0), (0.9, 2.0 / 3), (2.0, 2.0 / 3)])
    func dampingFollowsLevenbergAndMarquardt(c: Double, factor: Double) throws {
        let tau = 1e-3
        let optimizer = try NewtonCG<Double>(adaptive { $0.damping.initial = tau }, minimising: misjudged(c))
        var w = [2.0]
        let report = try optimizer.step(from: &w)
        let p = -2 / (c + tau)
        let rho = (0.5 * (2 + p) * (2 + p) - 2) / (2 * p + 0.5 * c * p * p)
        #expect(abs(report.rho! - rho) < 1e-12)
        #expect(abs(optimizer.state.numbers["damping"]! - tau * factor) < 1e-15)
    }

    @Test func dampingStaysWithinItsBounds() throws {
        var w = [1.0]
        let low = try NewtonCG<Double>(
            adaptive { ($0.damping.initial, $0.damping.minimum) = (0.1, 0.09) }, minimising: misjudged(1))
        _ = try low.step(from: &w)
        #expect(low.state.numbers["damping"] == 0.09)
        w = [1]
        let high = try NewtonCG<Double>(
            adaptive { ($0.damping.initial, $0.damping.maximum) = (0.1, 0.11) }, minimising: misjudged(0.1))
        _ = try high.step(from: &w)
        #expect(high.state.numbers["damping"] == 0.11)
    }

    @Test func armijoShrinksAndTheRatioIsThatOfTheFullStep() throws {
        // p = −10w: 1 → 81, ½ → 16, ¼ → 2.25 and ⅛ → 0.0625 times the loss.
        var w = [2.0]
        let objective = misjudged(0.1)
        let optimizer = try NewtonCG<Double>(adaptive { $0.damping.initial = 1e-12 }, minimising: objective)
        let report = try optimizer.step(from: &w)
        #expect(report.stepLength == 0.125)
        #expect(abs(w[0] + 0.5) < 1e-9)
        #expect(abs(report.rho! + 8) < 1e-9)
        // L(w + p) serves ρ and Armijo both.
        #expect(objective.losses == 4)
    }

    @Test func lossesThatAreNotFiniteCountAsInfinite() throws {
        // L = w − ln w at 3: p = −6, w + αp = −3 (NaN), 0 (∞), 1.5.
        let objective = scalarFunction(
            { $0 < 0 ? .nan : $0 == 0 ? .infinity : $0 - log($0) }, gradient: { 1 - 1 / $0 },
            curvature: { 1 / ($0 * $0) })
        let optimizer = try NewtonCG<Double>(adaptive { $0.damping.initial = 1e-12 }, minimising: objective)
        var w = [3.0]
        let report = try optimizer.step(from: &w)
        #expect(report.stepLength == 0.25)
        #expect(abs(w[0] - 1.5) < 1e-9)
        #expect(report.rho == -.infinity)
        #expect(optimizer.state.numbers["damping"] == 1.5e-12)
    }

    @Test func noStepAfterTheLastShrink() throws {
        let settings = adaptive {
            $0.cg.warmStart = 0.9
            $0.lineSearch?.most = 3
        }
        let objective = scalarFunction({ $0 == -1 ? 0 : 1 }, gradient: { $0 }, curvature: { _ in 1 })
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        var w = [-1.0]
        let report = try optimizer.step(from: &w)
        #expect(w == [-1])
        #expect(report.stepLength == 0)
        #expect(report.remark == "no step: the loss did not fall enough after 3 shrinks")
        #expect(objective.losses == 4)
        #expect(optimizer.state.numbers["damping"] == 0.75)
        // The next solve starts from zero: no product for its residual.
        let products = objective.products
        _ = try optimizer.step(from: &w)
        #expect(objective.products == products + 1)
    }

    @Test func rejectedStepsGrowTheDampingThoughTheRatioWasGood() throws {
        // The full step is good, the twice as long one that the learning rate asks for is not.
        let settings = adaptive {
            $0.learningRate = .constant(3)
            $0.lineSearch?.most = 0
        }
        let optimizer = try NewtonCG<Double>(settings, minimising: misjudged(0.9))
        var w = [1.0]
        let report = try optimizer.step(from: &w)
        #expect(report.rho! > 0.75)
        #expect(w == [1])
        #expect(optimizer.state.numbers["damping"] == 0.75)
    }

    @Test func withoutLineSearchOnlyALossThatIsNotFiniteStops() throws {
        let settings = exact { $0.lineSearch = nil }
        var w = [2.0]
        let objective = misjudged(0.1)
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        var report = try optimizer.step(from: &w)
        #expect(abs(w[0] + 18) < 1e-12)
        #expect(report.stepLength == 1 && report.remark == nil)
        #expect(objective.losses == 1)
        objective.value = { $0[0] == -18 ? 1 : .nan }
        w = [-18]
        report = try optimizer.step(from: &w)
        #expect(w == [-18])
        #expect(report.remark == "no step: the loss at the new parameters is not finite")
    }

    @Test func aRateOfZeroTriesNothing() throws {
        let settings = exact { $0.learningRate = Schedule(.constant(1), warmup: 2) }
        let objective = misjudged(1)
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        var w = [2.0]
        let report = try optimizer.step(from: &w)
        #expect(w == [2] && report.stepLength == 0 && report.remark == nil)
        #expect(objective.losses == 0)
        _ = try optimizer.step(from: &w, epoch: 1)
        #expect(abs(w[0] - 1) < 1e-15)
    }

    @Test func zeroGradient() throws {
        let optimizer = try NewtonCG<Double>(adaptive(), minimising: misjudged(1))
        var w = [0.0]
        let report = try optimizer.step(from: &w)
        #expect(w == [0])
        #expect(report.remark == "no step: the gradient is zero")
        #expect(optimizer.state.numbers["damping"] == 0.5)
    }

    @Test(arguments: [NewtonCGSettings.DescentCheck.relative, .poster])
    func directionsThatDoNotDescend(check: NewtonCGSettings.DescentCheck) throws {
        // Step 1: g = 4, p = −4. Step 2: g = −4 with the tolerance met by x₀ = −4 at once: gᵀp = 16.
        for (tau, takesGradient) in [(0.0, true), (0.25, true), (20, check == .relative)] {
            let settings = exact {
                $0.damping.initial = tau
                $0.cg.warmStart = 1
                $0.cg.tolerance = 10
                $0.lineSearch = nil
                $0.descentCheck = check
            }
            let objective = scalarFunction({ _ in 1 }, gradient: { _ in 4 }, curvature: { _ in 1 - tau })
            let optimizer = try NewtonCG<Double>(settings, minimising: objective)
            var solved = optimizer.state
            solved.numbers = ["damping": tau, "has_solution": 1]
            solved.vectors = ["solution": [-4]]
            try optimizer.restore(solved)
            objective.gradient = { _ in [-4] }
            var w = [0.0]
            let report = try optimizer.step(from: &w)
            #expect(report.cgIterations == 0)
            #expect(w == [takesGradient ? 4 : -4])
            #expect(
                report.remark
                    == (takesGradient
                        ? "the direction does not descend: the negative gradient is taken" : nil))
            #expect(optimizer.state.numbers["has_solution"] == (takesGradient ? 0 : 1))
        }
    }

    @Test func backtrackingTakesTheBestStoredIterate() throws {
        // The loss of a quartic well under a quadratic model that ignores it: late iterates go too far.
        let n = 10
        let A = diagonal((1...n).map { 1 / Double($0) })
        let b = Array(repeating: -1.0, count: n)
        @Sendable func loss(_ w: [Double]) -> Double {
            let squares = w.map { $0 * $0 }
            return 0.5 * dot(w, A * w) - dot(b, w) + 0.002 * dot(squares, squares)
        }
        let objective = FunctionObjective<Double>(
            count: n, value: loss, gradient: { w in zip(A * w, b).map { $0 - $1 } }, curvature: { _ in A })
        let settings = adaptive {
            $0.damping.initial = 1e-3
            $0.cg.backtracking = true
            $0.cg.maxIterations = 8
        }
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        var w = Array(repeating: 0.0, count: n)
        let report = try optimizer.step(from: &w)

        // The candidates by a solver of our own.
        let solver = ConjugateGradient<Double>(count: n, maxIterations: 8, storesIterates: true)
        var last = Array(repeating: 0.0, count: n)
        let result = try solver.solve(
            { v, product in for i in 0..<n { product[i] = A[i][i] * v[i] + 1e-3 * v[i] } }, b: b, x: &last,
            startsFromZero: true, options: .init(maxIterations: 8, tolerance: 1e-13))
        #expect(report.cgIterations == result.iterations)
        let stored = (0..<solver.stored).map { solver.iterate($0).values }
        let candidates = stored + [last]
        let best = candidates.min { loss($0) < loss($1) }!
        #expect(loss(best) < loss(last))
        #expect(w == best)
        let predicted = 0.5 * dot(best, A * best) - dot(b, best)
        #expect(abs(report.rho! - loss(best) / predicted) < 1e-9)
        // Six stored iterates and the last one; Armijo and ρ need no more.
        #expect(solver.storedIterations == [1, 2, 3, 4, 5, 7])
        #expect(objective.losses == 7)
    }

    @Test func theCurvatureBatchIsPassedOn() throws {
        let optimizer = try NewtonCG<Float>(exact { $0.curvatureBatch = 0.25 }, minimising: quartic(as: Float.self))
        #expect(optimizer.curvatureBatch == 0.25)
    }

    /// Σ i·w⁴/4 + ½w² − w on a diagonal, without a heap.
    final class DiagonalObjective: CurvatureProducts, GaussNewtonForms {
        let count = 64
        let space: any VectorSpace<Float> = WholeVectors(count: 64)
        let batchSamples = 5
        let isWhole = true
        let point = Buffer<Float>(count: 64)

        func linearize(at w: Vector<Float>, gradient g: MutableVector<Float>) -> Double {
            for i in 0..<count {
                point.base[i] = w[i]
                g[i] = Float(i) * w[i] * w[i] * w[i] + w[i] - 1
            }
            return loss(at: w)
        }
        func product(
            _ curvature: Curvature, _ v: Vector<Float>, into product: MutableVector<Float>
        ) {
            for i in 0..<count { product[i] = (3 * Float(i) * point.base[i] * point.base[i] + 1) * v[i] }
        }
        func gaussNewtonForms(_ a: Vector<Float>, _ b: Vector<Float>?) -> QuadraticForms {
            var forms = QuadraticForms()
            for i in 0..<count {
                let c = Double(3 * Float(i) * point.base[i] * point.base[i] + 1)
                let (x, y) = (Double(a[i]), b.map { Double($0[i]) } ?? 0)
                forms = QuadraticForms(aa: forms.aa + c * x * x, ab: forms.ab + c * x * y, bb: forms.bb + c * y * y)
            }
            return forms
        }
        func loss(at w: Vector<Float>) -> Double {
            var sum = 0.0
            for i in 0..<count {
                let x = Double(w[i])
                sum += Double(i) * x * x * x * x / 4 + 0.5 * x * x - x
            }
            return sum
        }
    }

    static let everything: NewtonCGSettings = {
        var settings = NewtonCGSettings()
        settings.cg.backtracking = true
        settings.preconditioner = .gradientSquares(.init())
        settings.learningRate = Schedule(.cosine(initial: 1, final: 0.5, epochs: 3))
        return settings
    }()

    /// More iterations than pairs are kept.
    static let pairsOfSolves: NewtonCGSettings = {
        var settings = NewtonCGSettings(), pairs = NewtonCGSettings.LBFGS()
        (pairs.memory, settings.cg.tolerance, settings.cg.warmStart) = (3, 1e-4, 0)
        settings.preconditioner = .lbfgs(pairs)
        return settings
    }()

    static let subspaceStep: NewtonCGSettings = {
        var settings = NewtonCGSettings()
        (settings.solve, settings.preconditioner) = (.subspace, .gradientSquares(.init()))
        return settings
    }()

    #if !DEBUG  // Unoptimised code keeps captured variables on the heap.
        @Test(
            arguments: [
                OptimizerSettings.newtonCG(NewtonCGSettings()), .newtonCG(everything), .newtonCG(subspaceStep),
                .newtonCG(pairsOfSolves),
                .lbfgs(LBFGSSettings()), .sgd(SGDSettings()), .adaGrad(AdaGradSettings()),
                .adam(AdamSettings(), decoupled: false),
            ])
        func stepsAllocateNothing(settings: OptimizerSettings) throws {
            let objective: any Objective<Float> = DiagonalObjective()
            let optimizer = try makeOptimizer(settings, minimising: objective)
            let w = Buffer<Float>((0..<64).map { Float($0) / 64 })
            let first = try optimizer.step(from: w.mutable, at: Progress(step: 0, epoch: 0))
            let before = allocation_count()
            for step in 1..<6 {
                _ = try optimizer.step(from: w.mutable, at: Progress(step: step, epoch: Double(step)))
            }
            #expect(allocation_count() == before)
            #expect(try objective.loss(at: w.vector) < first.loss)
        }
    #endif
}
