/// The point of linearisation as one layer sees it, for one block of samples.
public struct Point<S: Scalar> {
    /// Inputs, each batch × values of a sample; after `forward` only if the layer reads `.input` later. A column of
    /// tokens is absent here.
    public internal(set) var inputs: [Matrix<S>]
    /// The tokens of each input that has some.
    public internal(set) var tokens: [Tokens] = []
    /// Output; after `forward`, and only if the layer reads `.output` later.
    public let y: Matrix<S>
    /// The layer's parameters.
    public internal(set) var w: Parameters<S>
    /// The block of samples that the rows are of.
    public internal(set) var samples: Samples<S>
    /// Running statistics, in the order of the layer's `state`, where they are to be used in place of the groups'.
    public internal(set) var statistics: UnsafePointer<S>?
    /// The memory of the layer's slots; nil: not in this pass.
    let slots: [UnsafeMutableRawPointer?]
    /// The node's number in the whole network: what its noise is keyed by, beside the rows.
    public let node: Int

    /// The one input of a `UnaryLayer`.
    public var x: Matrix<S> { inputs[0] }
    /// The samples' groups.
    public var groups: RowGroups { samples.groups }
    /// A slot's memory: `count` elements for each row, sample or group, one after another.
    public subscript<Element>(slot: Slot<Element>) -> UnsafeMutablePointer<Element> {
        slots[slot.number]!.assumingMemoryBound(to: Element.self)
    }
}

/// A direction as one layer sees it: tangents of its inputs (absent: zero) and of its parameters.
public struct Direction<S: Scalar> {
    /// By input, as `Point.inputs`.
    public let inputs: [Matrix<S>]
    /// Tangents of the layer's parameters; absent where it is frozen.
    public let v: Parameters<S>
    /// Of the one input of a `UnaryLayer`.
    public var rx: Matrix<S> { inputs[0] }
}

/// What a layer's passes read that is not handed to them anew: known before any memory is allocated. To read what is
/// not declared stops the program.
public struct Reads: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// The passes after `forward` read the inputs.
    public static let input = Reads(rawValue: 1)
    /// The passes after `forward` read the output.
    public static let output = Reads(rawValue: 2)
    /// `rBackward` reads the tangents of the inputs.
    public static let tangents = Reads(rawValue: 4)
    /// `rBackward` reads the cotangent gy of the point.
    public static let cotangent = Reads(rawValue: 8)
    /// `rBackward` reads gy, but only where an input has a tangent: so it is of a layer that is linear in its parameters.
    public static let cotangentWithTangents = Reads(rawValue: 16)
}

/// A parameter with its name and shape in files, and how it begins.
public struct NamedParameter: Sendable {
    public let name: String
    /// As in files.
    public let shape: [Int]
    /// How it begins.
    public let initial: Initialiser
    /// Its place among the layer's parameters.
    public let place: Parameter

    /// A parameter of the layer, at a place that `ParameterPlaces` gave out.
    public init(name: String, shape: [Int], initial: Initialiser, place: Parameter) {
        (self.name, self.shape, self.initial, self.place) = (name, shape, initial, place)
    }
}

/// A statistic of a layer that training follows and evaluation uses: running ← (1 − momentum) · running + momentum ·
/// its mean over the batch's groups, once a step.
public struct RunningStatistic: Equatable, Sendable {
    public let name: String
    public let count: Int
    /// Every value before the first step.
    public let initial: Double
    /// The weight of a step's statistics, in 0 … 1.
    public let momentum: Double

    /// `count` values that begin as `initial`.
    public init(name: String, count: Int, initial: Double, momentum: Double) {
        (self.name, self.count, self.initial, self.momentum) = (name, count, initial, momentum)
    }
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
    /// The type of its values.
    associatedtype S: Scalar
    /// The shape of a sample's output.
    var output: Shape { get }
    /// In the order of files and of the flat vector; default: none.
    var parameters: [NamedParameter] { get }
    /// What its passes read that is not handed to them anew.
    var reads: Reads { get }
    /// Matrices come with one row for each place of a sample, the last axis in the columns; else one row a sample.
    var actsOnLastAxis: Bool { get }
    /// `forward` may write over its input when nobody else reads it.
    var worksInPlace: Bool { get }
    /// y = x·W + b row by row, with W the first parameter and b the second, if there is one: so that the gradient of a
    /// row is the outer product of its input and its cotangent.
    var isAffine: Bool { get }
    /// The output is the input in another shape: they share memory.
    var isReshape: Bool { get }
    /// Memory beside inputs, output and parameters.
    var slots: [SlotSpec] { get }
    /// `forward` draws random numbers where the samples have a key for them.
    var drawsNoise: Bool { get }
    /// It reads a column of tokens, as `p.tokens[0]`, and no numbers: tokens below this; nil: it reads numbers.
    var vocabulary: Int? { get }
    /// Running statistics: the values are not the layer's but the run's.
    var state: [RunningStatistic] { get }
    /// Multiplications of weights with values that `forward` needs for a sample, done directly.
    var multiplications: Int { get }
    /// What it convolves by, for the printed plan; nil: it does not.
    var convolution: Convolution? { get }

    /// y = f(x, w), and what the layer's slots keep.
    func forward(at p: Point<S>, y: Target<S>)
    /// gx, gw = J(x, w)ᵀ gy, linear in gy.
    func backward(at p: Point<S>, gy: Matrix<S>, gx: [Target<S>], gw: ParameterTargets<S>)
    /// ry = J(x, w) (rx, v)
    func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>)
    /// rgx, rgw = J(x, w)ᵀ rgy + R{J(x, w)ᵀ} gy
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
    public var parameters: [NamedParameter] { [] }
    public var actsOnLastAxis: Bool { false }
    public var worksInPlace: Bool { false }
    public var isReshape: Bool { false }
    public var isAffine: Bool { false }
    public var slots: [SlotSpec] { [] }
    public var drawsNoise: Bool { false }
    public var vocabulary: Int? { nil }
    public var state: [RunningStatistic] { [] }
    public func addStatistics(at p: Point<S>, to sums: UnsafeMutablePointer<Double>) {}
    public var multiplications: Int { 0 }
    public var convolution: Convolution? { nil }
}

extension Layer {
    /// `rBackward` reads neither tangents nor the point's cotangent: both may share memory as the values do.
    var isPiecewiseLinear: Bool {
        !reads.contains(.tangents) && !reads.contains(.cotangent) && !reads.contains(.cotangentWithTangents)
    }
    /// Bytes of one of its slots for so many samples and groups: where the part begins that comes after them.
    func bytes(of slot: SlotSpec, samples: Int, groups: Int) -> Int {
        slot.offset(row: samples * (actsOnLastAxis ? output.positions : 1), sample: samples, group: groups)
    }
    /// Values of its parameters.
    var parameterCount: Int { parameters.reduce(0) { $0 + $1.place.count } }
}

/// A layer of one input: the same passes without arrays.
public protocol UnaryLayer<S>: Layer {
    /// gx, gw = J(x, w)ᵀ gy, linear in gy.
    func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>)
    /// rgx, rgw = J(x, w)ᵀ rgy + R{J(x, w)ᵀ} gy
    func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>)
}

extension UnaryLayer {
    public func backward(at p: Point<S>, gy: Matrix<S>, gx: [Target<S>], gw: ParameterTargets<S>) {
        backward(at: p, gy: gy, gx: gx[0], gw: gw)
    }
    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: [Target<S>], rgw: ParameterTargets<S>
    ) {
        rBackward(at: p, along: d, gy: gy, rgy: rgy, rgx: rgx[0], rgw: rgw)
    }
}
