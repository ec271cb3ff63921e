/// A preconditioner of Newton steps, with what it carries from step to step.
protocol StepPreconditioner<S>: Preconditioner {
    /// Takes in the loaded batch, linearised at w, for a solve with damping τ. (`problem.preconditioner` is itself.)
    /// Returns a sentence where something was not as usual.
    func update(_ problem: StepProblem<S>) throws -> String?
    /// Sees a direction of the step's solve by conjugate gradients, and its product with B + τI. M must stay what it is
    /// until the next `update`.
    func observe(_ p: UnsafePointer<S>, product: UnsafePointer<S>)
    /// Makes what changed in this step what it was before; the step will be done again.
    func takeBack()
    /// What it holds and how much memory that takes, where that is more than some vectors of parameters.
    var memory: String? { get }
    func write(to state: inout OptimizerState<S>)
    func restore(_ state: OptimizerState<S>) throws
}

extension StepPreconditioner {
    var memory: String? { nil }
    func observe(_ p: UnsafePointer<S>, product: UnsafePointer<S>) {}
}

/// The preconditioner of these settings, for vectors that have `count` values on this rank; nil: none.
/// - Parameter objective: what will be minimised, for preconditioners that look into it.
func makeStepPreconditioner<S: Scalar>(
    _ settings: NewtonCGSettings, count: Int, objective: (any Objective<S>)?, of type: S.Type
) -> (any StepPreconditioner<S>)? {
    switch settings.preconditioner {
    case nil: return nil
    case .gradientSquares(let settings):
        return GradientSquares<S>(count: count, decay: settings.decay, power: settings.power)
    case .nystrom(let settings):
        return NystromStep<S>(settings, count: count)
    case .lbfgs(let pairs):
        precondition(settings.solve == .cg, "the pairs of L-BFGS are those of solves by conjugate gradients")
        return LBFGSStep<S>(pairs, count: count, iterations: settings.cg.maxIterations)
    case .kronecker(let settings):
        guard let made = objective?.kroneckerPreconditioner(settings) as? any StepPreconditioner<S> else {
            preconditionFailure("Kronecker factors are those of an objective over a network's layers")
        }
        return made
    }
}

extension GradientSquares: StepPreconditioner {
    func update(_ problem: StepProblem<S>) -> String? {
        update(gradient: problem.descent, samples: problem.objective.batchSamples, damping: problem.damping)
        return nil
    }

    func write(to state: inout OptimizerState<S>) {
        state.write("gradient_squares", squares)
        state.numbers["gradient_squares_decayed"] = decayed
    }

    func restore(_ state: OptimizerState<S>) throws {
        try state.read("gradient_squares", into: squares)
        decayed = try state.number("gradient_squares_decayed")
    }
}

extension KroneckerPreconditioner: StepPreconditioner {
    func update(_ problem: StepProblem<S>) throws -> String? {
        try renew(damping: problem.damping, step: problem.progress.step, seed: problem.progress.seed)
    }
}
