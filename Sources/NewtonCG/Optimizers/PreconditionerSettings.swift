/// The choice of a preconditioner with its numbers.
public enum PreconditionerSettings: Equatable, Sendable {
    /// Diagonal: (mean squared gradient · batch + τ)^power.
    case gradientSquares(NewtonCGSettings.GradientSquares)
    /// Kronecker factors of the layers' curvature.
    case kronecker(KroneckerSettings)

    /// The preconditioner of an objective; its memory is allocated here.
    func make<S: Scalar>(count: Int, objective: (any Objective<S>)?) -> any SteppedPreconditioner<S> {
        switch self {
        case .gradientSquares(let settings):
            return GradientSquares(count: count, decay: settings.decay, power: settings.power)
        case .kronecker(let settings):
            guard let preconditioner = objective?.kroneckerPreconditioner(settings) else {
                preconditionFailure("Kronecker factors are those of an objective over a network's layers")
            }
            return preconditioner
        }
    }
}
