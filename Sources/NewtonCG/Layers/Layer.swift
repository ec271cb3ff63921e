/// Whether a layer works as in training or as in evaluation, where the two differ.
public enum Mode<S: Scalar> {
    /// The block's samples, in the groups that statistics are taken of.
    case training(RowGroups)
    /// The layer's running statistics, in the order of its `state`.
    case evaluation(state: UnsafePointer<S>)
}

/// The point of linearisation as one layer sees it, for one block of samples.
public struct Point<S: Scalar> {
    /// Inputs, each batch × values of a sample; after `forward` only if the layer keeps `.input`.
    package internal(set) var inputs: [Matrix<S>]
    /// Output; after `forward`, and only if the layer keeps `.output`.
    let y: Matrix<S>
    var w: Parameters<S>
    var mode: Mode<S>
    /// What `forward` keeps of its own: `keptBytes` a sample, or `keptBytesOfGroup` a group.
    let own: UnsafeMutableRawPointer
    var winners: Winners { Winners(base: own.assumingMemoryBound(to: UInt8.self)) }
    var bits: Bits { Bits(base: own.assumingMemoryBound(to: UInt16.self)) }
    package var x: Matrix<S> { inputs[0] }

    /// The same of one of the block's `samples`. A layer with memory of its own has none to itself here.
    func sample(_ i: Int, of samples: Int) -> Point {
        Point(
            inputs: inputs.map { $0.sample(i, of: samples) }, y: y.sample(i, of: samples), w: w,
            mode: .training(RowGroups(rows: 1)), own: own)
    }
}

/// A direction as one layer sees it: tangents of its inputs (absent: zero) and of its parameters.
public struct Direction<S: Scalar> {
    let inputs: [Matrix<S>]
    let v: Parameters<S>
    var rx: Matrix<S> { inputs[0] }
}

/// What a layer's later passes read of its forward pass: known before any memory is allocated.
public struct Kept: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    static let input = Kept(rawValue: 1)
    static let output = Kept(rawValue: 2)
}

/// A parameter with its name and shape in files, and how it begins.
public struct NamedParameter: Sendable {
    public let name: String
    public let shape: [Int]
    public let initial: Initialiser
    public let place: Parameter
}

/// A statistic of a layer that training follows and evaluation uses: running ← (1 − momentum) · running + momentum ·
/// its mean over the batch's groups, once a step.
public struct RunningStatistic: Equatable, Sendable {
    public let name: String
    public let count: Int
    /// Every value before the first step.
    public let initial: Double
    public let momentum: Double
}

/// A layer: a value without state, in four passes. `g…` is a cotangent, `r…` a tangent (Pearlmutter's R, 1994).
///
///     forward    y   = f(x, w)
///     backward   gx, gw   = J(x, w)ᵀ gy                        linear in gy
///     rForward   ry  = J(x, w) (rx, v)
///     rBackward  rgx, rgw = J(x, w)ᵀ rgy + R{J(x, w)ᵀ} gy      the tangent of backward
///
/// Gauss–Newton uses rForward and backward only. Tangents of data are absent (zero), cotangents of
/// data are absent (not wanted).
public protocol Layer<S>: Sendable {
    associatedtype S: Scalar
    /// The options with every default filled in: what a run's configuration shows, and what `init` gets.
    static func completed(_ options: Options) -> Options
    /// Checks options and shapes and throws a `ModelError`.
    init(_ options: Options, inputs: [Shape]) throws
    var output: Shape { get }
    var parameters: [NamedParameter] { get }
    var keeps: Kept { get }
    /// Matrices come with one row for each place of a sample, the last axis in the columns; else one row a sample.
    var actsOnLastAxis: Bool { get }
    /// `forward` may write over its input when nobody else reads it.
    var worksInPlace: Bool { get }
    /// `rBackward` reads neither rx nor gy: tangents and cotangents may share memory as the values do.
    var isPiecewiseLinear: Bool { get }
    /// y = x·W + b row by row, with W the first parameter and b the second, if there is one: so that the gradient of a
    /// row is the outer product of its input and its cotangent.
    var isAffine: Bool { get }
    /// The output is linear, or affine, in the parameters: where the inputs have no tangents and want no cotangents,
    /// `rBackward` does not need gy.
    var isLinearInParameters: Bool { get }
    /// The output is the input in another shape: they share memory.
    var isReshape: Bool { get }
    /// Bytes a sample that `forward` keeps of its own; or bytes a group, where it takes statistics of groups.
    var keptBytes: Int { get }
    var keptBytesOfGroup: Int { get }
    /// Running statistics: the values are not the layer's but the run's.
    var state: [RunningStatistic] { get }
    /// Multiplications of weights with values that `forward` needs for a sample, done directly.
    var multiplications: Int { get }
    /// What it convolves by, for the printed plan; nil: it does not.
    var convolution: Convolution? { get }

    func forward(at p: Point<S>, y: Target<S>)
    func backward(at p: Point<S>, gy: Matrix<S>, gx: [Target<S>], gw: ParameterTargets<S>)
    func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>)
    func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: [Target<S>], rgw: ParameterTargets<S>
    )
    /// What is known of its curvature apart from products.
    var curvatureForm: CurvatureForm { get }
    /// With Kronecker factors: A ← A + Σ āᵀā over samples and positions.
    func addInputFactor(at p: Point<S>, to a: GramTarget<S>)
    /// With a diagonal: squares ← squares + Σ (∂ℓ/∂w)² over the groups of samples, ∂ℓ/∂w that of a group at the
    /// cotangent gy. `scratch` has room for the parameters.
    func addSquaredGradients(
        at p: Point<S>, gy: Matrix<S>, to squares: UnsafeMutablePointer<S>, scratch: UnsafeMutablePointer<S>)
    /// After `forward` in training: adds the statistics of every group to `sums`, in the order of `state`.
    func addStatistics(at p: Point<S>, to sums: UnsafeMutablePointer<Double>)
}

extension Layer {
    public static func completed(_ options: Options) -> Options { options }
    public var parameters: [NamedParameter] { [] }
    public var actsOnLastAxis: Bool { false }
    public var worksInPlace: Bool { false }
    public var isPiecewiseLinear: Bool { false }
    public var isLinearInParameters: Bool { false }
    public var isReshape: Bool { false }
    public var isAffine: Bool { false }
    public var keptBytes: Int { 0 }
    public var keptBytesOfGroup: Int { 0 }
    public var state: [RunningStatistic] { [] }
    public func addStatistics(at p: Point<S>, to sums: UnsafeMutablePointer<Double>) {}
    public var multiplications: Int { 0 }
    public var convolution: Convolution? { nil }
}

/// A layer of one input: the same passes without arrays.
public protocol UnaryLayer<S>: Layer {
    init(_ options: Options, input: Shape) throws
    func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>)
    func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>)
}

extension UnaryLayer {
    public init(_ options: Options, inputs: [Shape]) throws {
        guard inputs.count == 1 else { throw ModelError("it reads one value, not \(inputs.count)", key: "inputs") }
        try self.init(options, input: inputs[0])
    }
    public func backward(at p: Point<S>, gy: Matrix<S>, gx: [Target<S>], gw: ParameterTargets<S>) {
        backward(at: p, gy: gy, gx: gx[0], gw: gw)
    }
    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: [Target<S>], rgw: ParameterTargets<S>
    ) {
        rBackward(at: p, along: d, gy: gy, rgy: rgy, rgx: rgx[0], rgw: rgw)
    }
}
