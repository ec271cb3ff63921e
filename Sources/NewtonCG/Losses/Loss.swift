/// A loss Σ_i ℓ(y_i, t_i) over samples: value, gradient and Hessian product in the values y of the network that it reads.
///
/// It reads the network's output, or several layers' outputs by name (`reads`): y, cotangents and tangents are lists in
/// that order. `kept` (shaped as y) is written by `value` and read by the others. A loss of one value is a `UnaryLoss`.
public protocol Loss<S>: Sendable {
    /// The type of its values.
    associatedtype S: Scalar
    /// Checks options and shapes and throws a `ModelError`; `outputs` are those of the values it reads.
    init(_ options: Options, outputs: [Shape]) throws
    /// The layers whose outputs it reads; none: the model's output.
    static func reads(_ options: Options) -> [String]
    /// The columns of the data that it compares with, in the order of `Targets`.
    static func columns(_ options: Options) -> [String]
    /// Whether its targets are class labels; else values, as many as outputs.
    static var takesLabels: Bool { get }
    /// The outputs come with one row for each place of a sample, the last axis in the columns; else one row a sample.
    var actsOnLastAxis: Bool { get }
    /// What it is a mean over: nil: samples; else so many terms for the rows of these targets (tokens that are not
    /// padding).
    var terms: (@Sendable (Targets<S>) -> Int)? { get }
    /// By what its problems are judged beside the loss; the first is shown where there is room for one. Where a loss does
    /// not say: accuracy for class labels, RMSE for values.
    static func metrics(_ options: Options) -> [LossMetric<S>]
    /// Σ ℓ; `kept` may be absent where only the value is wanted.
    func value(y: [Matrix<S>], _ targets: Targets<S>, kept: [Target<S>]) -> Double
    /// gy = ∇ℓ
    func gradient(_ targets: Targets<S>, kept: [Matrix<S>], gy: [Target<S>])
    /// ru = ∇²ℓ · u
    func hessianProduct(_ targets: Targets<S>, kept: [Matrix<S>], u: [Matrix<S>], ru: [Target<S>])
    /// gy = R·s with R·Rᵀ = ∇²ℓ, sample by sample; s may be gy.
    func curvatureRoot(_ targets: Targets<S>, kept: [Matrix<S>], s: [Matrix<S>], gy: [Target<S>])
    /// Whether there is r̃ with R·r̃ = ∇ℓ for every sample: residuals of a least-squares problem with the loss's gradient
    /// and curvature.
    static var hasWhiteResidual: Bool { get }
    /// r = r̃.
    func whiteResidual(_ targets: Targets<S>, kept: [Matrix<S>], r: [Target<S>])
    /// gy: for each sample the gradient at a target drawn from the distribution whose negative logarithm the loss is,
    /// scaled so that E[gy gyᵀ] = ∇²ℓ; for a loss without one, R times a normal vector.
    /// - Parameter words: by value that is read, random words, the columns rounded up to an even number of them a row.
    func sampledGradient(
        _ targets: Targets<S>, kept: [Matrix<S>], words: [UnsafePointer<UInt32>], gy: [Target<S>])
}

extension Loss {
    public static func reads(_ options: Options) -> [String] { [] }
    public static func columns(_ options: Options) -> [String] { [Column.target] }
    public var actsOnLastAxis: Bool { false }
    public var terms: (@Sendable (Targets<S>) -> Int)? { nil }
    public static func metrics(_ options: Options) -> [LossMetric<S>] { takesLabels ? [.accuracy] : [.rmse] }
    public static var hasWhiteResidual: Bool { false }
    public func whiteResidual(_ targets: Targets<S>, kept: [Matrix<S>], r: [Target<S>]) {
        preconditionFailure("the loss has no white residual")
    }
    public func sampledGradient(
        _ targets: Targets<S>, kept: [Matrix<S>], words: [UnsafePointer<UInt32>], gy: [Target<S>]
    ) {
        for (gy, words) in zip(gy, words) {
            S.Kernels.normals(rows: gy.rows, columns: gy.columns, words: words, to: gy.base)
        }
        curvatureRoot(targets, kept: kept, s: gy.map(\.read), gy: gy)
    }
}

/// A loss of one value of the network: the same without arrays.
public protocol UnaryLoss<S>: Loss {
    /// Checks options and the shape of the model's output and throws a `ModelError`.
    init(_ options: Options, output: Shape) throws
    /// Σ ℓ; `kept` may be absent where only the value is wanted.
    func value(y: Matrix<S>, _ targets: Targets<S>, kept: Target<S>) -> Double
    /// gy = ∇ℓ
    func gradient(_ targets: Targets<S>, kept: Matrix<S>, gy: Target<S>)
    /// ru = ∇²ℓ · u
    func hessianProduct(_ targets: Targets<S>, kept: Matrix<S>, u: Matrix<S>, ru: Target<S>)
    /// gy = R·s with R·Rᵀ = ∇²ℓ, sample by sample; s may be gy.
    func curvatureRoot(_ targets: Targets<S>, kept: Matrix<S>, s: Matrix<S>, gy: Target<S>)
    /// r = r̃ with R·r̃ = ∇ℓ, where `hasWhiteResidual`.
    func whiteResidual(_ targets: Targets<S>, kept: Matrix<S>, r: Target<S>)
    /// See `Loss.sampledGradient`: `words` has the columns of gy, rounded up to an even number, a row.
    func sampledGradient(_ targets: Targets<S>, kept: Matrix<S>, words: UnsafePointer<UInt32>, gy: Target<S>)
}

extension UnaryLoss {
    public init(_ options: Options, outputs: [Shape]) throws { try self.init(options, output: outputs[0]) }
    public func value(y: [Matrix<S>], _ targets: Targets<S>, kept: [Target<S>]) -> Double {
        value(y: y[0], targets, kept: kept[0])
    }
    public func gradient(_ targets: Targets<S>, kept: [Matrix<S>], gy: [Target<S>]) {
        gradient(targets, kept: kept[0], gy: gy[0])
    }
    public func hessianProduct(_ targets: Targets<S>, kept: [Matrix<S>], u: [Matrix<S>], ru: [Target<S>]) {
        hessianProduct(targets, kept: kept[0], u: u[0], ru: ru[0])
    }
    public func curvatureRoot(_ targets: Targets<S>, kept: [Matrix<S>], s: [Matrix<S>], gy: [Target<S>]) {
        curvatureRoot(targets, kept: kept[0], s: s[0], gy: gy[0])
    }
    public func whiteResidual(_ targets: Targets<S>, kept: [Matrix<S>], r: [Target<S>]) {
        whiteResidual(targets, kept: kept[0], r: r[0])
    }
    public func sampledGradient(
        _ targets: Targets<S>, kept: [Matrix<S>], words: [UnsafePointer<UInt32>], gy: [Target<S>]
    ) {
        sampledGradient(targets, kept: kept[0], words: words[0], gy: gy[0])
    }
    public func whiteResidual(_ targets: Targets<S>, kept: Matrix<S>, r: Target<S>) {
        preconditionFailure("the loss has no white residual")
    }
    public func sampledGradient(_ targets: Targets<S>, kept: Matrix<S>, words: UnsafePointer<UInt32>, gy: Target<S>) {
        S.Kernels.normals(rows: gy.rows, columns: gy.columns, words: words, to: gy.base)
        curvatureRoot(targets, kept: kept, s: gy.read, gy: gy)
    }
}
