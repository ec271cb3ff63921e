extension LossKind {
    static let normError = LossKind("norm_error", NormErrorMaker())
}
private struct NormErrorMaker: LossMaker {
    func loss<S: Scalar>(of: S.Type) -> any Loss<S>.Type { NormError<S>.self }
}

/// ℓ = ‖d‖₂ with d = y − t (the poster's L_RMSE); ∇ℓ = d/‖d‖; ∇²ℓ·u = (u − d (dᵀu)/‖d‖²)/‖d‖; both 0 at d = 0.
/// Keeps d. With one output ∇²ℓ = 0.
public struct NormError<S: Scalar>: UnaryLoss {
    public static var takesLabels: Bool { false }

    public init(_ options: Options, output: Shape) throws {}

    public func value(y: Matrix<S>, _ targets: Targets<S>, kept: Target<S>) -> Double {
        S.Kernels.normError(
            rows: y.rows, columns: y.columns, y: y.base, targets: targets.values.base, difference: kept.base)
    }

    public func gradient(_ targets: Targets<S>, kept: Matrix<S>, gy: Target<S>) {
        S.Kernels.normErrorFirst(rows: kept.rows, columns: kept.columns, difference: kept.base, scale: 1, to: gy.base)
    }

    public func hessianProduct(_ targets: Targets<S>, kept: Matrix<S>, u: Matrix<S>, ru: Target<S>) {
        S.Kernels.normErrorSecond(
            rows: u.rows, columns: u.columns, difference: kept.base, u: u.base, scale: 1, to: ru.base)
    }

    /// R = (1 − d dᵀ/‖d‖²)/√‖d‖; 0 at d = 0.
    public func curvatureRoot(_ targets: Targets<S>, kept: Matrix<S>, s: Matrix<S>, gy: Target<S>) {
        S.Kernels.normErrorRoot(rows: s.rows, columns: s.columns, difference: kept.base, s: s.base, to: gy.base)
    }
}
