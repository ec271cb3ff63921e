extension LossKind {
    static let meanSquaredError = LossKind("mean_squared_error", MeanSquaredErrorMaker())
}
private struct MeanSquaredErrorMaker: LossMaker {
    func loss<S: Scalar>(of: S.Type) -> any Loss<S>.Type { MeanSquaredError<S>.self }
}

/// ℓ = ‖y − t‖² / k for k outputs; ∇ℓ = 2(y − t)/k; ∇²ℓ·u = 2u/k. Keeps y − t.
public struct MeanSquaredError<S: Scalar>: UnaryLoss {
    public static var takesLabels: Bool { false }

    public init(_ options: Options, output: Shape) throws {}

    public func value(y: Matrix<S>, _ targets: Targets<S>, kept: Target<S>) -> Double {
        S.Kernels.squaredError(count: y.count, y: y.base, targets: targets.values.base, difference: kept.base)
            / Double(y.columns)
    }

    public func gradient(_ targets: Targets<S>, kept: Matrix<S>, gy: Target<S>) {
        S.Kernels.scale(count: kept.count, 2 / S(kept.columns), kept.base!, gy.base!)
    }

    public func hessianProduct(_ targets: Targets<S>, kept: Matrix<S>, u: Matrix<S>, ru: Target<S>) {
        S.Kernels.scale(count: u.count, 2 / S(u.columns), u.base!, ru.base!)
    }

    /// R = √(2/k).
    public func curvatureRoot(_ targets: Targets<S>, kept: Matrix<S>, s: Matrix<S>, gy: Target<S>) {
        S.Kernels.scale(count: s.count, (2 / S(s.columns)).squareRoot(), s.base!, gy.base!)
    }

    public static var hasWhiteResidual: Bool { true }

    /// r̃ = √(2/k)(y − t).
    public func whiteResidual(_ targets: Targets<S>, kept: Matrix<S>, r: Target<S>) {
        S.Kernels.scale(count: kept.count, (2 / S(kept.columns)).squareRoot(), kept.base!, r.base!)
    }
}
