/// Newton-CG, or Hessian-free optimisation (Martens 2010): each step minimises a damped quadratic model, with products
/// of the curvature and without its matrix.
///
///     g = ∇L(w),   p from φ(p) = gᵀp + ½pᵀ(B + τI)p by a `StepSolver`,   B the exact Hessian or Gauss–Newton
///     p does not descend:   p ← −g
///     ρ = (L(w + p) − L(w)) / (gᵀp + ½pᵀB·p),   τ by ρ
///     α from the learning rate on by Armijo's rule,   w ← w + αp
///
/// ρ is evaluated, and τ follows it, in every `damping.every`-th step. Without a line search the other steps are taken
/// without a look at the loss where they lead.
///
/// pᵀB·p costs no product: solvers know φ(p), and gᵀp + ½pᵀB·p = φ(p) − ½τ‖p‖².
///
/// Where p ← −g or where no step is taken, τ grows whatever ρ was, and the next solve begins anew: the direction that
/// failed would lead back to where it did.
public final class NewtonCG<S: Scalar>: Optimizer {
    private let settings: NewtonCGSettings
    private let objective: any CurvatureProducts<S>
    /// How the vectors of a solve lie on the ranks; each has `n` values here.
    private let space: any VectorSpace<S>
    private let n: Int
    private let solver: any StepSolver<S>
    private let preconditioner: (any StepPreconditioner<S>)?
    /// −g.
    private let descent: Buffer<S>
    private var damping: Damping
    /// Whether the step at hand has come to its model: before, there is nothing to take back.
    private var hasModel = false

    /// - Parameters:
    ///   - solver: made for this objective, as the preconditioner is.
    init(
        _ settings: NewtonCGSettings, minimising objective: any CurvatureProducts<S>, solver: any StepSolver<S>,
        preconditioner: (any StepPreconditioner<S>)?
    ) {
        (self.settings, self.objective, space, n) = (settings, objective, objective.space, objective.space.ownCount)
        (self.solver, self.preconditioner) = (solver, preconditioner)
        descent = Buffer(count: n)
        damping = Damping(settings.damping)
    }

    public var curvatureBatch: Double { settings.curvatureBatch }
    public var dividesVectors: Bool { space.isDivided }
    /// Vectors of the space that are kept: those of CG and its stored iterates, −g, the solution and
    /// its start, the preconditioner's.
    private var keptVectors: Int {
        let iterates =
            settings.cg.backtracking ? ConjugateGradient<S>.spacedIterations(upTo: settings.cg.maxIterations).count : 0
        return 6 + iterates + (preconditioner == nil ? 0 : 3)
    }

    /// What the preconditioner holds on each rank, where that is more than some vectors.
    public var preconditionerMemory: String? { preconditioner?.memory }

    public var memory: [String] {
        var lines = preconditionerMemory.map { ["preconditioner of a rank: \($0)"] } ?? []
        guard space.isDivided else { return lines }
        func size(_ values: Int) -> String { readable(keptVectors * values * MemoryLayout<S>.stride) }
        lines.append(
            "CG's \(keptVectors) vectors of \(space.count) values are divided over the ranks: "
                + "\(size(space.ownCount)) on rank 0 in place of \(size(space.count))")
        return lines
    }

    public func step(from w: MutableVector<S>, at progress: Progress) throws -> StepReport {
        hasModel = false
        let rate = settings.learningRate.rate(at: progress.epoch)
        let gradient = space.isDivided ? space.work.mutable : descent.mutable
        var report = try self.gradient(of: objective, at: w.vector, into: gradient, rate: rate)
        space.take(gradient.vector, into: descent.mutable)
        S.Kernels.scale(count: n, -1, descent.base, descent.base)
        report.damping = damping.value
        if report.gradientNorm == 0 {
            report.stepLength = 0
            report.remark = "no step: the gradient is zero"
            return report
        }

        let problem = StepProblem(
            objective: objective, w: w.vector, descent: descent.vector, damping: damping.value, progress: progress,
            preconditioner: preconditioner, space: space)
        hasModel = true
        let note = try preconditioner.flatMap { one in try Phase.preconditioner.measure { try one.update(problem) } }
        var direction = try solver.solve(problem)
        report.cgIterations = direction.iterations
        report.cgStatus = direction.status
        report.remark = direction.remark

        var slope = try -space.dot(descent.vector, direction.p)
        let norm = try space.dot(direction.p, direction.p).squareRoot()
        if !descends(slope: slope, gradientNorm: report.gradientNorm, norm: norm) {
            (direction.p, direction.model, direction.loss) = (descent.vector, nil, nil)
            slope = -report.gradientNorm * report.gradientNorm
            report.remark = "the direction does not descend: the negative gradient is taken"
        }

        /// L(w + αp), with the value at α = 1 kept: Armijo and Levenberg–Marquardt share it.
        func loss(at alpha: Double) throws -> Double {
            if alpha == 1, let known = direction.loss { return known }
            let loss = try problem.loss(along: direction.p, by: alpha)
            if alpha == 1 { direction.loss = loss }
            return loss
        }

        let isDue = (progress.step + 1) % settings.damping.every == 0
        if damping.adapts, isDue, let model = direction.model {
            let predicted = model - 0.5 * damping.value * norm * norm
            if predicted < 0 { report.rho = (try loss(at: 1) - report.loss) / predicted }
        }
        let length = try stepLength(rate: rate, report: report, slope: slope, isChecked: isDue, trial: loss)
        if let length {
            S.Kernels.axpy(count: w.count, S(length), try space.whole(direction.p).base, w.base)
        } else {
            report.add(remark: noStep)
        }
        if let note { report.add(remark: note) }
        report.stepLength = length ?? 0
        conclude(followedModel: direction.model != nil && length != nil, isDue: isDue, rho: report.rho)
        return report
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
        rate: Double, report: StepReport, slope: Double, isChecked: Bool, trial: (Double) throws -> Double
    ) throws -> Double? {
        if rate == 0 { return 0 }
        guard let armijo = settings.lineSearch else {
            return try !isChecked || trial(rate) < .infinity ? rate : nil
        }
        return try armijo.stepLength(from: rate, loss: report.loss, slope: slope, trial: trial)
    }

    private var noStep: String {
        if let armijo = settings.lineSearch {
            "no step: the loss did not fall enough after \(armijo.most) shrinks"
        } else {
            "no step: the loss at the new parameters is not finite"
        }
    }

    /// The damping and the start of the next step.
    private func conclude(followedModel: Bool, isDue: Bool, rho: Double?) {
        solver.conclude(followed: followedModel)
        guard damping.adapts, isDue || !followedModel else { return }
        if followedModel, let rho { damping.update(ratio: rho) } else { damping.grow() }
    }

    public var state: OptimizerState<S> {
        var state = OptimizerState<S>()
        state.numbers["damping"] = damping.value
        solver.write(to: &state)
        preconditioner?.write(to: &state)
        return state
    }

    /// Divided vectors are gathered.
    public func wholeState() throws -> OptimizerState<S> {
        var state = state
        guard space.isDivided else { return state }
        for name in state.vectors.keys.sorted() {
            let own = Buffer(state.vectors[name]!)
            state.vectors[name] = try space.whole(own.vector).values
        }
        return state
    }

    public func restore(_ whole: OptimizerState<S>) throws {
        let state = whole.part(of: space)
        try preconditioner?.restore(state)
        try solver.restore(state)
        damping.restore(try state.number("damping"))
    }

    public func takeBack() {
        guard hasModel else { return }
        preconditioner?.takeBack()
        solver.takeBack()
    }
}
