/// A Newton step by conjugate gradients (Martens 2010): (B + τI) p = −g, with products and without the matrix, from a
/// part of the last solution on.
final class ConjugateGradientSolver<S: Scalar>: StepSolver {
    private let objective: any CurvatureProducts<S>
    /// B.
    private let curvature: Curvature
    private let settings: NewtonCGSettings.ConjugateGradients
    private let count: Int
    private let solver: ConjugateGradient<S>
    private let options: ConjugateGradient<S>.Options
    /// The solution of CG, and the start of the next one.
    private let solution: Buffer<S>
    private var hasSolution = false
    /// The solution before this step's solve.
    private let before: Buffer<S>
    private var isSolving = false

    init(
        _ settings: NewtonCGSettings.ConjugateGradients, _ curvature: Curvature,
        minimising objective: any CurvatureProducts<S>
    ) {
        let count = objective.space.ownCount
        (self.settings, self.curvature, self.objective, self.count) = (settings, curvature, objective, count)
        solver = ConjugateGradient(
            count: count, maxIterations: settings.maxIterations, storesIterates: settings.backtracking)
        options =
            switch settings.stop {
            case .residual: .init(maxIterations: settings.maxIterations, tolerance: settings.tolerance)
            case .relativeProgress: .init(maxIterations: settings.maxIterations, progress: settings.tolerance)
            }
        (solution, before) = (Buffer(count: count), Buffer(count: count))
    }

    func solve(_ problem: StepProblem<S>) throws -> StepDirection<S> {
        let warm = hasSolution && settings.warmStart != 0
        isSolving = true
        before.mutable.update(from: solution.vector)
        if warm { S.Kernels.scale(count: count, S(settings.warmStart), solution.base, solution.base) }
        let tau = S(problem.damping)
        let result = try solver.solve(
            { v, product in
                try objective.product(curvature, v, into: product)
                S.Kernels.axpy(count: count, tau, v.base, product.base)
                Phase.count(operations: 2 * count, bytes: 3 * count * MemoryLayout<S>.stride)
            },
            b: problem.descent, x: solution.mutable, startsFromZero: !warm, preconditioner: problem.preconditioner,
            options: options, reduce: { try problem.space.reduce($0) },
            observe: { p, product in
                guard let preconditioner = problem.preconditioner else { return }
                Phase.preconditioner.measure { preconditioner.observe(p, product: product) }
            })
        var direction = StepDirection<S>(
            p: solution.vector, model: result.model, iterations: result.iterations,
            status: result.status.rawValue)
        if result.model == nil {
            direction.remark = "CG ended at once (\(result.status.rawValue)): the negative gradient is taken"
        } else if settings.backtracking {
            try backtrack(&direction, problem)
        }
        return direction
    }

    /// Takes the best by loss of the last iterate and the stored ones (Martens 2010, section 4.6).
    private func backtrack(_ direction: inout StepDirection<S>, _ problem: StepProblem<S>) throws {
        var best = try problem.loss(along: direction.p, by: 1)
        for j in (0..<solver.stored).reversed() {
            let iteration = solver.storedIterations[j]
            if iteration == solver.models.count - 1 { continue }  // the last one itself
            let p = solver.iterate(j)
            let loss = try problem.loss(along: p, by: 1)
            if loss < best { (best, direction.p, direction.model) = (loss, p, solver.models[iteration]) }
        }
        direction.loss = best
    }

    func conclude(followed: Bool) { (hasSolution, isSolving) = (followed, false) }

    func takeBack() {
        if isSolving { solution.mutable.update(from: before.vector) }
        isSolving = false
    }

    func write(to state: inout OptimizerState<S>) {
        state.numbers["has_solution"] = hasSolution ? 1 : 0
        if hasSolution, settings.warmStart != 0 { state.write("solution", solution) }
    }

    func restore(_ state: OptimizerState<S>) throws {
        hasSolution = try state.number("has_solution") == 1
        if hasSolution, settings.warmStart != 0 { try state.read("solution", into: solution) }
    }
}
