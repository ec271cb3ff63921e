public func Tanh() -> LayerSpec { LayerSpec("tanh") }
/// 1 / (1 + e^−x)
public func Sigmoid() -> LayerSpec { LayerSpec("sigmoid") }
/// log(1 + eˣ)
public func Softplus() -> LayerSpec { LayerSpec("softplus") }
/// x·Φ(x), Φ the normal distribution (Hendrycks & Gimpel 2016); or its approximation by tanh.
public func GELU(approximate: Bool = false) -> LayerSpec {
    LayerSpec("gelu", options: Options(["approximate": approximate ? "tanh" : "none"]))
}
/// x·sigmoid(x) (Ramachandran et al. 2017)
public func Swish() -> LayerSpec { LayerSpec("swish") }

/// Which smooth function a layer applies, and how it is chosen by the options.
public protocol SmoothFunction: Sendable {
    static func completed(_ options: Options) -> Options
    static func choose(_ options: Options) throws -> Function
}
extension SmoothFunction {
    public static func completed(_ options: Options) -> Options { options }
}
public enum TanhFunction: SmoothFunction {
    public static func choose(_ options: Options) throws -> Function { try options.only(); return .tanh }
}
public enum SigmoidFunction: SmoothFunction {
    public static func choose(_ options: Options) throws -> Function { try options.only(); return .sigmoid }
}
public enum SoftplusFunction: SmoothFunction {
    public static func choose(_ options: Options) throws -> Function { try options.only(); return .softplus }
}
public enum SwishFunction: SmoothFunction {
    public static func choose(_ options: Options) throws -> Function { try options.only(); return .swish }
}
public enum GELUFunction: SmoothFunction {
    public static func completed(_ options: Options) -> Options { options.filled(with: ["approximate": "none"]) }
    public static func choose(_ options: Options) throws -> Function {
        try options.only("approximate")
        return try options.text("approximate", among: ["none", "tanh"]) == "tanh" ? .geluTanh : .gelu
    }
}

/// An elementwise layer y = φ(x) of a function in C²: rgx = φ'·rgy + φ''·rx·gy.
///
/// tanh and sigmoid keep y and work in place (φ' and φ'' are polynomials of y); the others keep x.
public struct SmoothFunctionLayer<S: Scalar, F: SmoothFunction>: UnaryLayer {
    public let output: Shape
    public var reads: Reads {
        derivesFromOutput ? [.output, .tangents, .cotangent] : [.input, .tangents, .cotangent]
    }
    public var worksInPlace: Bool { derivesFromOutput }
    let φ: Function
    private let derivesFromOutput: Bool

    public static func completed(_ options: Options) -> Options { F.completed(options) }

    public init(_ options: Options, input: Shape) throws {
        φ = try F.choose(options)
        output = input
        derivesFromOutput = φ == .tanh || φ == .sigmoid
    }

    private func kept(_ p: Point<S>) -> Matrix<S> { derivesFromOutput ? p.y : p.x }

    public func forward(at p: Point<S>, y: Target<S>) {
        y <- apply(φ, p.x)
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- first(φ, kept(p), gy)
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- first(φ, kept(p), d.rx)
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- first(φ, kept(p), rgy) + second(φ, kept(p), d.rx, gy)
    }
}
