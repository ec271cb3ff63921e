/// Newton-CG, or Hessian-free optimisation (Martens 2010): each step solves the damped Newton equation by
/// conjugate gradients, with products of the curvature and without its matrix.
///
///     g = ∇L(w),   (B + τI) p = −g by CG,   B the exact Hessian or Gauss–Newton
///     p does not descend, or CG found no positive curvature at once:   p ← −g
///     ρ = (L(w + p) − L(w)) / (gᵀp + ½pᵀB·p),   τ by ρ
///     α from the learning rate on by Armijo's rule,   w ← w + αp
///
/// pᵀB·p costs no product: CG knows φ(p) = ½pᵀ(B + τI)p + gᵀp, so that gᵀp + ½pᵀB·p = φ(p) − ½τ‖p‖².
///
/// Where p ← −g or where no step is taken, τ grows whatever ρ was, and the next solve starts from zero: a
/// warm start would lead back to the direction that failed.
public final class NewtonCG<S: Scalar>: Optimizer {
    private let settings: NewtonCGSettings
    /// How the vectors of a solve lie on the ranks; each has `n` values here.
    private let space: any VectorSpace<S>
    private let n: Int
    private let solver: ConjugateGradient<S>
    private let options: ConjugateGradient<S>.Options
    private let preconditioner: GradientSquares<S>?
    /// −g, the right-hand side.
    private let descent: Buffer<S>
    /// The solution of CG, and the start of the next one.
    private let solution: Buffer<S>
    private var damping: Damping
    private var hasSolution = false

    /// For whole vectors of `count` parameters.
    public convenience init(_ settings: NewtonCGSettings, count: Int) {
        self.init(settings, in: WholeVectors(count: count))
    }

    /// - Parameter space: that of the objective's products.
    public init(_ settings: NewtonCGSettings, in space: any VectorSpace<S>) {
        let n = space.ownCount
        (self.settings, self.space, self.n) = (settings, space, n)
        let cg = settings.cg
        solver = ConjugateGradient(
            count: n, maxIterations: cg.maxIterations, storesIterates: cg.backtracking)
        options =
            switch cg.stop {
            case .residual: .init(maxIterations: cg.maxIterations, tolerance: cg.tolerance)
            case .relativeProgress: .init(maxIterations: cg.maxIterations, progress: cg.tolerance)
            }
        preconditioner = settings.preconditioner.map {
            GradientSquares(count: n, decay: $0.decay, power: $0.power)
        }
        descent = Buffer(count: n)
        solution = Buffer(count: n)
        damping = Damping(settings.damping)
    }

    public var curvatureBatch: Double { settings.curvatureBatch }
    public var dividesVectors: Bool { space.isDivided }
    /// Vectors of the space that are kept: those of CG and its stored iterates, −g, the solution, the preconditioner's.
    package var keptVectors: Int { 5 + solver.storedIterations.count + (preconditioner == nil ? 0 : 2) }

    public func step(
        _ objective: any Objective<S>, from w: UnsafeMutablePointer<S>, at progress: Progress
    ) throws -> StepReport {
        let rate = settings.learningRate.rate(at: progress.epoch)
        let gradient = space.isDivided ? space.work.base : descent.base
        var report = try self.gradient(of: objective, at: w, into: gradient, rate: rate)
        space.take(gradient, into: descent.base)
        S.scale(n, -1, descent.base, descent.base)
        report.damping = damping.value
        if report.gradientNorm == 0 {
            report.stepLength = 0
            report.remark = "no step: the gradient is zero"
            return report
        }

        let result = try solve(objective)
        report.cgIterations = result.iterations
        report.cgStatus = result.status.rawValue

        var direction = Direction(p: solution.base, model: result.model, loss: nil)
        if settings.cg.backtracking, direction.model != nil {
            direction = try bestIterate(objective, from: w, last: direction)
        }
        var slope = try -space.dot(descent.base, direction.p)
        let norm = try space.dot(direction.p, direction.p).squareRoot()
        if !descends(slope: slope, gradientNorm: report.gradientNorm, norm: norm) {
            direction = Direction(p: descent.base, model: nil, loss: nil)
            slope = -report.gradientNorm * report.gradientNorm
            report.remark = "the direction does not descend: the negative gradient is taken"
        } else if direction.model == nil {
            report.remark = "CG ended at once (\(result.status.rawValue)): the negative gradient is taken"
        }

        /// L(w + αp), with the value at α = 1 kept: Armijo and Levenberg–Marquardt share it.
        func loss(at alpha: Double) throws -> Double {
            if alpha == 1, let known = direction.loss { return known }
            let loss = try self.loss(objective, from: w, along: direction.p, by: alpha)
            if alpha == 1 { direction.loss = loss }
            return loss
        }

        if damping.adapts, let model = direction.model {
            let predicted = model - 0.5 * report.damping! * norm * norm
            if predicted < 0 { report.rho = (try loss(at: 1) - report.loss) / predicted }
        }
        let length = try stepLength(rate: rate, report: report, slope: slope, trial: loss)
        if let length {
            S.axpy(space.count, S(length), try space.whole(direction.p), w)
        } else {
            report.remark = noStep(after: report.remark)
        }
        report.stepLength = length ?? 0
        conclude(followedModel: direction.model != nil && length != nil, rho: report.rho)
        return report
    }

    /// A direction with the model value φ(p), nil for −g, and L(w + p) where it is known.
    private struct Direction {
        var p: UnsafePointer<S>
        var model: Double?
        var loss: Double?

        init(p: UnsafePointer<S>, model: Double?, loss: Double?) {
            (self.p, self.model, self.loss) = (p, model, loss)
        }
        init(p: UnsafeMutablePointer<S>, model: Double?, loss: Double?) {
            self.init(p: UnsafePointer(p), model: model, loss: loss)
        }
    }

    /// CG on (B + τI) p = −g, into `solution`.
    private func solve(_ objective: any Objective<S>) throws -> ConjugateGradient<S>.Result {
        if let preconditioner {
            Phase.preconditioner.measure {
                preconditioner.update(
                    gradient: descent.base, samples: objective.batchSamples, damping: damping.value)
            }
        }
        let warm = hasSolution && settings.cg.warmStart != 0
        if warm { S.scale(n, S(settings.cg.warmStart), solution.base, solution.base) }
        let tau = S(damping.value)
        return try solver.solve(
            { v, product in
                try objective.product(settings.curvature, v, into: product)
                S.axpy(n, tau, v, product)
                Phase.count(operations: 2 * n, bytes: 3 * n * MemoryLayout<S>.stride)
            },
            b: descent.base, x: solution.base, startsFromZero: !warm,
            preconditioner: preconditioner, options: options, reduce: { try space.reduce($0) })
    }

    /// The best by loss of the stored iterates and the last one (Martens 2010, section 4.6).
    private func bestIterate(
        _ objective: any Objective<S>, from w: UnsafePointer<S>, last: Direction
    ) throws -> Direction {
        var best = last
        best.loss = try loss(objective, from: w, along: last.p, by: 1)
        for j in (0..<solver.stored).reversed() {
            let iteration = solver.storedIterations[j]
            if iteration == solver.models.count - 1 { continue }  // the last one itself
            let p = solver.iterate(j)
            let loss = try loss(objective, from: w, along: p, by: 1)
            if loss < best.loss! { best = Direction(p: p, model: solver.models[iteration], loss: loss) }
        }
        return best
    }

    /// L(w + αp); a loss that is not finite counts as +∞.
    private func loss(
        _ objective: any Objective<S>, from w: UnsafePointer<S>, along p: UnsafePointer<S>, by alpha: Double
    ) throws -> Double {
        let whole = try space.whole(p), trial = space.work.base
        if whole == UnsafePointer(trial) {
            S.xpby(space.count, w, S(alpha), trial)
        } else {
            S.waxpy(space.count, S(alpha), whole, w, trial)
        }
        let loss = try objective.loss(at: trial)
        return loss.isFinite ? loss : .infinity
    }

    /// NaN does not descend.
    private func descends(slope: Double, gradientNorm: Double, norm: Double) -> Bool {
        switch settings.descentCheck {
        case .relative: slope < -Double(S.ulpOfOne) * gradientNorm * norm
        case .poster: slope <= damping.value && norm.isFinite
        }
    }

    /// The factor on the direction; nil: no step. A rate of 0, as a warm-up begins, leaves nothing to try.
    private func stepLength(
        rate: Double, report: StepReport, slope: Double, trial: (Double) throws -> Double
    ) throws -> Double? {
        if rate == 0 { return 0 }
        guard let armijo = settings.lineSearch else { return try trial(rate) < .infinity ? rate : nil }
        return try armijo.stepLength(from: rate, loss: report.loss, slope: slope, trial: trial)
    }

    private func noStep(after remark: String?) -> String {
        let sentence =
            if let armijo = settings.lineSearch {
                "no step: the loss did not fall enough after \(armijo.most) shrinks"
            } else {
                "no step: the loss at the new parameters is not finite"
            }
        return remark.map { $0 + "; " + sentence } ?? sentence
    }

    /// The damping and the warm start of the next step.
    private func conclude(followedModel: Bool, rho: Double?) {
        hasSolution = followedModel
        guard damping.adapts else { return }
        if followedModel, let rho { damping.update(ratio: rho) } else { damping.grow() }
    }

    public var state: OptimizerState<S> {
        var state = OptimizerState<S>()
        state.numbers["damping"] = damping.value
        state.numbers["has_solution"] = hasSolution ? 1 : 0
        if hasSolution, settings.cg.warmStart != 0 { state.write("solution", solution) }
        if let preconditioner {
            state.write("gradient_squares", preconditioner.squares)
            state.numbers["gradient_squares_decayed"] = preconditioner.decayed
        }
        return state
    }

    /// Divided vectors are gathered.
    public func wholeState() throws -> OptimizerState<S> {
        var state = state
        guard space.isDivided else { return state }
        for name in state.vectors.keys.sorted() {
            _ = try space.whole(state.vectors[name]!)
            state.vectors[name] = space.work.values
        }
        return state
    }

    public func restore(_ whole: OptimizerState<S>) throws {
        let state = whole.part(of: space)
        if let preconditioner {
            try state.read("gradient_squares", into: preconditioner.squares)
            preconditioner.decayed = try state.number("gradient_squares_decayed")
        }
        hasSolution = try state.number("has_solution") == 1
        if hasSolution, settings.cg.warmStart != 0 { try state.read("solution", into: solution) }
        damping.restore(try state.number("damping"))
    }
}
