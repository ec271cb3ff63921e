/// What the network should give for a block of samples.
public enum Targets<S: Scalar> {
    case labels(UnsafePointer<Int32>)
    /// batch × outputs
    case values(Matrix<S>)

    func rows(from first: Int, _ count: Int) -> Targets {
        switch self {
        case .labels(let l): .labels(l + first)
        case .values(let m): .values(Matrix(m.base! + first * m.columns, count, m.columns))
        }
    }
}

/// A loss Σ_i ℓ(y_i, t_i) over samples: value, gradient and Hessian product in the outputs y.
///
/// `kept` (batch × outputs) is written by `value` and read by the others.
public protocol Loss<S>: Sendable {
    associatedtype S: Scalar
    /// Checks options and shapes and throws a `ModelError`; `output` is the network's.
    init(_ options: Options, output: Shape) throws
    /// Whether its targets are class labels; else values, as many as outputs.
    static var takesLabels: Bool { get }
    /// Σ ℓ; `kept` may be absent where only the value is wanted.
    func value(y: Matrix<S>, _ targets: Targets<S>, kept: Target<S>) -> Double
    /// gy = ∇ℓ
    func gradient(_ targets: Targets<S>, kept: Matrix<S>, gy: Target<S>)
    /// ru = ∇²ℓ · u
    func hessianProduct(kept: Matrix<S>, u: Matrix<S>, ru: Target<S>)
    /// gy = R·s with R·Rᵀ = ∇²ℓ, sample by sample; s may be gy.
    func curvatureRoot(kept: Matrix<S>, s: Matrix<S>, gy: Target<S>)
    /// Whether there is r̃ with R·r̃ = ∇ℓ for every sample: residuals of a least-squares problem with the loss's gradient
    /// and curvature.
    static var hasWhiteResidual: Bool { get }
    /// r = r̃.
    func whiteResidual(_ targets: Targets<S>, kept: Matrix<S>, r: Target<S>)
    /// gy: for each sample the gradient at a target drawn from the distribution whose negative logarithm the loss is,
    /// scaled so that E[gy gyᵀ] = ∇²ℓ; for a loss without one, R times a normal vector.
    /// - Parameter words: random words, the columns rounded up to an even number of them for each sample.
    func sampledGradient(kept: Matrix<S>, words: UnsafePointer<UInt32>, gy: Target<S>)
}

extension Loss {
    public static var hasWhiteResidual: Bool { false }
    public func whiteResidual(_ targets: Targets<S>, kept: Matrix<S>, r: Target<S>) {
        preconditionFailure("the loss has no white residual")
    }
    public func sampledGradient(kept: Matrix<S>, words: UnsafePointer<UInt32>, gy: Target<S>) {
        S.normals(gy.rows, gy.columns, words, gy.base)
        curvatureRoot(kept: kept, s: gy.read, gy: gy)
    }
}

extension Targets {
    var labels: UnsafePointer<Int32> {
        guard case .labels(let labels) = self else { preconditionFailure("the loss needs labels") }
        return labels
    }
    var values: Matrix<S> {
        guard case .values(let values) = self else { preconditionFailure("the loss needs values") }
        return values
    }
}

/// The registry of losses: a new one is one new file and one line here.
private func lossTypes<S: Scalar>(_: S.Type) -> KeyValuePairs<String, any Loss<S>.Type> {
    [
        "cross_entropy": CrossEntropy<S>.self,
        "mean_squared_error": MeanSquaredError<S>.self,
        "norm_error": NormError<S>.self,
        "binary_cross_entropy": BinaryCrossEntropy<S>.self,
    ]
}

/// Every loss by name.
public let lossKinds: [String] = lossTypes(Float.self).map(\.key)

func lossType<S: Scalar>(_ spec: LossSpec, _: S.Type) throws -> any Loss<S>.Type {
    guard let type = lossTypes(S.self).first(where: { $0.key == spec.kind })?.value else {
        throw ModelError(
            "there is no loss '\(spec.kind)'" + suggestion(for: spec.kind, among: lossKinds), key: spec.kind)
    }
    return type
}

/// Makes a loss for a network of this output.
public func makeLoss<S: Scalar>(_ spec: LossSpec, output: Shape, as type: S.Type = S.self) throws -> any Loss<S> {
    try lossType(spec, type).init(spec.options, output: output)
}

/// Whether a loss compares with class labels.
public func lossTakesLabels(_ spec: LossSpec) throws -> Bool { try lossType(spec, Float.self).takesLabels }
