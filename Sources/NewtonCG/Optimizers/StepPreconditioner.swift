/// A preconditioner of Newton steps, with what it carries from step to step.
protocol StepPreconditioner<S>: Preconditioner {
    /// Takes in the loaded batch, linearised at w, for a solve with damping τ. (`problem.preconditioner` is itself.)
    /// Returns a sentence where something was not as usual.
    func update(_ problem: StepProblem<S>) throws -> String?
    /// Sees a direction of the step's solve by conjugate gradients, and its product with B + τI. M must stay what it is
    /// until the next `update`.
    func observe(_ p: Vector<S>, product: Vector<S>)
    /// Makes what changed in this step what it was before; the step will be done again.
    func takeBack()
    /// What it holds and how much memory that takes, where that is more than some vectors of parameters.
    var memory: String? { get }
    func write(to state: inout OptimizerState<S>)
    func restore(_ state: OptimizerState<S>) throws
}

extension StepPreconditioner {
    var memory: String? { nil }
    func observe(_ p: Vector<S>, product: Vector<S>) {}
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
        try renew(damping: problem.damping, step: problem.progress.runStep, seed: problem.progress.seed)
    }
}

extension NystromPreconditioner: StepPreconditioner {
    func update(_ problem: StepProblem<S>) throws -> String? {
        try renew(damping: problem.damping, step: problem.progress.runStep, seed: problem.progress.seed)
        return nil
    }
}
