extension LossKind {
    static let binaryCrossEntropy = LossKind("binary_cross_entropy", BinaryCrossEntropyMaker())
}
private struct BinaryCrossEntropyMaker: LossMaker {
    func loss<S: Scalar>(of: S.Type) -> any Loss<S>.Type { BinaryCrossEntropy<S>.self }
}

/// ℓ = −Σ_j (t_j log σ(y_j) + (1 − t_j) log(1 − σ(y_j))) / k for k logits y; ∇ℓ = (σ − t)/k;
/// ∇²ℓ·u = σ(1 − σ)u/k. Keeps σ(y).
public struct BinaryCrossEntropy<S: Scalar>: UnaryLoss {
    public static var takesLabels: Bool { false }

    public init(_ options: Options, output: Shape) throws {}

    public func value(y: Matrix<S>, _ targets: Targets<S>, kept: Target<S>) -> Double {
        S.Kernels.logistic(count: y.count, logits: y.base, targets: targets.values.base, p: kept.base)
            / Double(y.columns)
    }

    public func gradient(_ targets: Targets<S>, kept σ: Matrix<S>, gy: Target<S>) {
        S.Kernels.logisticFirst(
            count: σ.count, p: σ.base, targets: targets.values.base, scale: 1 / S(σ.columns), to: gy.base)
    }

    public func hessianProduct(_ targets: Targets<S>, kept σ: Matrix<S>, u: Matrix<S>, ru: Target<S>) {
        S.Kernels.logisticSecond(count: u.count, p: σ.base, u: u.base, scale: 1 / S(u.columns), to: ru.base)
    }

    /// R = diag(√(σ(1 − σ)/k)).
    public func curvatureRoot(_ targets: Targets<S>, kept σ: Matrix<S>, s: Matrix<S>, gy: Target<S>) {
        S.Kernels.logisticRoot(count: σ.count, p: σ.base, s: s.base, scale: 1 / S(σ.columns), to: gy.base)
    }

    /// (σ − t)/√k, t drawn from {0, 1} with probability σ of 1.
    public func sampledGradient(_ targets: Targets<S>, kept σ: Matrix<S>, words: UnsafePointer<UInt32>, gy: Target<S>) {
        S.Kernels.logisticSampled(
            rows: σ.rows, columns: σ.columns, p: σ.base, words: words, scale: (1 / S(σ.columns)).squareRoot(),
            to: gy.base)
    }

    public static var hasWhiteResidual: Bool { true }

    /// r̃ = (σ − t)/√(kσ(1 − σ)).
    public func whiteResidual(_ targets: Targets<S>, kept σ: Matrix<S>, r: Target<S>) {
        S.Kernels.logisticWhite(
            count: σ.count, p: σ.base, targets: targets.values.base, scale: (1 / S(σ.columns)).squareRoot(), to: r.base)
    }
}
