extension LossKind {
    static let crossEntropy = LossKind(
        "cross_entropy",
        options: [
            OptionSpec(
                "label_smoothing", .number(.belowOne), default: 0,
                "ε: the target is ε/C on each of the C classes and 1 − ε more on the true one.")
        ], CrossEntropyMaker())
}
private struct CrossEntropyMaker: LossMaker {
    func loss<S: Scalar>(of: S.Type) -> any Loss<S>.Type { CrossEntropy<S>.self }
}

/// ℓ = −Σ_j t_j log p_j with p = softmax y and t = (1 − ε)·onehot(label) + ε/C; ∇ℓ = p − t;
/// ∇²ℓ·u = p⊙u − p (pᵀu). Keeps p. ε is `label_smoothing` (Szegedy et al. 2016).
///
/// y has a row of C logits for each label: for each sample, or for each of its positions, where labels are tokens. Then
/// the mean is over the tokens of the batch that are not padding, which have neither loss nor derivatives.
public struct CrossEntropy<S: Scalar>: UnaryLoss {
    public static var takesLabels: Bool { true }
    public let actsOnLastAxis = true
    let smoothing: Double
    private let hasPositions: Bool

    public init(_ options: Options, output: Shape) throws {
        smoothing = options.number("label_smoothing")
        hasPositions = output.extents.count == 2
        guard output.extents.count <= 2, output.features >= 2 else {
            throw ModelError(
                "cross_entropy needs a logit for each of two classes or more, or (positions, classes) of them, the "
                    + "model's output is \(output)")
        }
    }

    public var terms: (@Sendable (Targets<S>) -> Int)? {
        guard hasPositions else { return nil }
        return { targets in targets.labelCount }
    }

    public func value(y: Matrix<S>, _ targets: Targets<S>, kept: Target<S>) -> Double {
        S.Kernels.crossEntropy(
            rows: y.rows, columns: y.columns, smoothing: smoothing, logits: y.base, labels: targets.labels,
            padding: targets.padding, p: kept.base)
    }

    public func gradient(_ targets: Targets<S>, kept p: Matrix<S>, gy: Target<S>) {
        S.Kernels.crossEntropyFirst(
            rows: p.rows, columns: p.columns, smoothing: smoothing, p: p.base, labels: targets.labels,
            padding: targets.padding, scale: 1, to: gy.base)
    }

    public func hessianProduct(_ targets: Targets<S>, kept p: Matrix<S>, u: Matrix<S>, ru: Target<S>) {
        S.Kernels.crossEntropySecond(rows: p.rows, columns: p.columns, p: p.base, u: u.base, scale: 1, to: ru.base)
    }

    /// R = diag(√p) − p √pᵀ.
    public func curvatureRoot(_ targets: Targets<S>, kept p: Matrix<S>, s: Matrix<S>, gy: Target<S>) {
        S.Kernels.crossEntropyRoot(rows: p.rows, columns: p.columns, p: p.base, s: s.base, to: gy.base)
    }

    /// p − onehot(c), c drawn with probabilities p.
    public func sampledGradient(_ targets: Targets<S>, kept p: Matrix<S>, words: UnsafePointer<UInt32>, gy: Target<S>) {
        S.Kernels.crossEntropySampled(
            rows: p.rows, columns: p.columns, p: p.base, labels: targets.labels, padding: targets.padding, words: words,
            to: gy.base)
    }

    public static var hasWhiteResidual: Bool { true }

    /// r̃ = (p − t)/√p.
    public func whiteResidual(_ targets: Targets<S>, kept p: Matrix<S>, r: Target<S>) {
        S.Kernels.crossEntropyWhite(
            rows: p.rows, columns: p.columns, smoothing: smoothing, p: p.base, labels: targets.labels,
            padding: targets.padding, to: r.base)
    }
}
