/// A preconditioner of Newton steps, with what it carries from step to step.
protocol StepPreconditioner<S>: Preconditioner {
    /// Takes in the loaded batch, linearised at w, for a solve with damping τ. (`problem.preconditioner` is itself.)
    func update(_ problem: StepProblem<S>) throws
    func write(to state: inout OptimizerState<S>)
    func restore(_ state: OptimizerState<S>) throws
}

/// The preconditioner of these settings, for `count` parameters; nil: none.
func makeStepPreconditioner<S: Scalar>(
    _ settings: NewtonCGSettings.Preconditioner?, count: Int, of type: S.Type
) -> (any StepPreconditioner<S>)? {
    switch settings {
    case nil: nil
    case .gradientSquares(let settings):
        GradientSquares<S>(count: count, decay: settings.decay, power: settings.power)
    case .nystrom(let settings): NystromStep<S>(settings, count: count)
    }
}

extension GradientSquares: StepPreconditioner {
    func update(_ problem: StepProblem<S>) {
        update(gradient: problem.descent, samples: problem.objective.batchSamples, damping: problem.damping)
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
