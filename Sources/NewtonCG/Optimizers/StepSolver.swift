/// What a Newton step is sought for: the damped quadratic model around w, on the loaded batch,
///
///     φ(p) = gᵀp + ½pᵀ(B + τI)p
struct StepProblem<S: Scalar> {
    let objective: any Objective<S>
    let w: Vector<S>
    /// −g.
    let descent: Vector<S>
    /// τ.
    let damping: Double
    let progress: Progress
    /// M of the preconditioned step −M⁻¹g, up to date; nil: M is 1.
    let preconditioner: (any StepPreconditioner<S>)?
    /// How the vectors of the solve lie on the ranks.
    let space: any VectorSpace<S>

    /// Room for a point beside w.
    var trial: Buffer<S> { space.work }

    /// L(w + αp); a loss that is not finite counts as +∞.
    func loss(along p: Vector<S>, by alpha: Double) throws -> Double {
        let whole = try space.whole(p)
        if whole.base == UnsafePointer(trial.base) {
            S.Kernels.xpby(count: w.count, w.base, S(alpha), trial.base)
        } else {
            S.Kernels.waxpy(count: w.count, S(alpha), whole.base, w.base, trial.base)
        }
        let loss = try objective.loss(at: trial.vector)
        return loss.isFinite ? loss : .infinity
    }
}

/// The direction that a solver found.
struct StepDirection<S: Scalar> {
    /// It lives until the solver's next solve.
    var p: Vector<S>
    /// φ(p); nil where p is −g, of a length that no model gave.
    var model: Double?
    /// L(w + p), where it is known.
    var loss: Double?
    /// How many iterations were made, by a solver that makes any.
    var iterations: Int?
    /// How the solve ended.
    var status: String
    /// A sentence where it did not end in the ordinary way.
    var remark: String?
}

/// A way from the model to a direction, with what it carries from step to step.
protocol StepSolver<S>: AnyObject {
    associatedtype S: Scalar
    func solve(_ problem: StepProblem<S>) throws -> StepDirection<S>
    /// The end of the step: whether it went along the solver's direction. Otherwise that direction failed, and must
    /// not lead the next solve.
    func conclude(followed: Bool)
    /// Forgets the solve of a step that was stopped.
    func takeBack()
    func write(to state: inout OptimizerState<S>)
    func restore(_ state: OptimizerState<S>) throws
}
