/// The hyperbolic tangent, value by value.
public func Tanh() -> LayerSpec { LayerSpec(.tanh) }
/// 1 / (1 + e^−x)
public func Sigmoid() -> LayerSpec { LayerSpec(.sigmoid) }
/// log(1 + eˣ)
public func Softplus() -> LayerSpec { LayerSpec(.softplus) }
/// x·Φ(x), Φ the normal distribution (Hendrycks & Gimpel 2016); or its approximation by tanh.
public func GELU(approximate: Bool = false) -> LayerSpec {
    LayerSpec(.gelu, options: Options(["approximate": approximate ? "tanh" : "none"]))
}
/// x·sigmoid(x) (Ramachandran et al. 2017)
public func Swish() -> LayerSpec { LayerSpec(.swish) }

extension LayerKind {
    static let tanh = LayerKind("tanh", FunctionMaker { _ in .tanh })
    static let sigmoid = LayerKind("sigmoid", FunctionMaker { _ in .sigmoid })
    static let softplus = LayerKind("softplus", FunctionMaker { _ in .softplus })
    static let swish = LayerKind("swish", FunctionMaker { _ in .swish })
    static let gelu = LayerKind(
        "gelu",
        options: [
            OptionSpec("approximate", .name(["none", "tanh"]), default: "none", "The exact form, or that with tanh.")
        ], FunctionMaker { $0.name("approximate") == "tanh" ? .geluTanh : .gelu })
}
private struct FunctionMaker: LayerMaker {
    let choose: @Sendable (Options) -> Function
    init(_ choose: @escaping @Sendable (Options) -> Function) { self.choose = choose }
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        SmoothFunctionLayer<S>(choose(options), try context.input())
    }
}

/// An elementwise layer y = φ(x) of a function in C²: rgx = φ'·rgy + φ''·rx·gy.
///
/// tanh and sigmoid keep y and work in place (φ' and φ'' are polynomials of y); the others keep x.
public struct SmoothFunctionLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public var reads: Reads {
        derivesFromOutput ? [.output, .tangents, .cotangent] : [.input, .tangents, .cotangent]
    }
    public var worksInPlace: Bool { derivesFromOutput }
    let φ: Function
    private let derivesFromOutput: Bool

    init(_ φ: Function, _ input: Shape) {
        (self.φ, output) = (φ, input)
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
