/// ℓ = ‖d‖₂ with d = y − t (the poster's L_RMSE); ∇ℓ = d/‖d‖; ∇²ℓ·u = (u − d (dᵀu)/‖d‖²)/‖d‖; both 0 at d = 0.
/// Keeps d. With one output ∇²ℓ = 0.
public struct NormError<S: Scalar>: UnaryLoss {
    public static var takesLabels: Bool { false }

    public init(_ options: Options, output: Shape) throws { try options.only() }

    public func value(y: Matrix<S>, _ targets: Targets<S>, kept: Target<S>) -> Double {
        S.normError(y.rows, y.columns, y.base, targets.values.base, kept.base)
    }

    public func gradient(_ targets: Targets<S>, kept: Matrix<S>, gy: Target<S>) {
        S.normErrorFirst(kept.rows, kept.columns, kept.base, 1, gy.base)
    }

    public func hessianProduct(_ targets: Targets<S>, kept: Matrix<S>, u: Matrix<S>, ru: Target<S>) {
        S.normErrorSecond(u.rows, u.columns, kept.base, u.base, 1, ru.base)
    }

    /// R = (1 − d dᵀ/‖d‖²)/√‖d‖; 0 at d = 0.
    public func curvatureRoot(_ targets: Targets<S>, kept: Matrix<S>, s: Matrix<S>, gy: Target<S>) {
        S.normErrorRoot(s.rows, s.columns, kept.base, s.base, gy.base)
    }
}
