import NewtonCG

/// φ(x) = x/√(1 + αx²), the inverse square root unit (Carlile et al. 2017).
struct InverseSquareRoot: ElementFunction {
    let alpha: Double

    /// 1/√(1 + αx²)
    private func scale<S: Scalar>(_ x: S) -> S { 1 / (1 + S(alpha) * x * x).root() }

    func value<S: Scalar>(_ x: S) -> S { x * scale(x) }
    func first<S: Scalar>(_ x: S) -> S {
        let s = scale(x)
        return s * s * s
    }
    func second<S: Scalar>(_ x: S) -> S {
        let s = scale(x)
        return -3 * S(alpha) * x * s * s * s * s * s
    }
}

extension LayerKind {
    static let isru = LayerKind(
        "isru",
        options: [OptionSpec("alpha", .number(.positive), default: 1, "α: the output lies within ±1/√α.")],
        ISRUMaker())
}

struct ISRUMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        ISRULayer<S>(InverseSquareRoot(alpha: options.number("alpha")), try context.input())
    }
}

/// The elementwise layer y = x/√(1 + αx²), with its four passes.
struct ISRULayer<S: Scalar>: UnaryLayer {
    let output: Shape
    let reads: Reads = [.input, .tangents, .cotangent]
    let φ: InverseSquareRoot

    init(_ φ: InverseSquareRoot, _ input: Shape) { (self.φ, output) = (φ, input) }

    func forward(at p: Point<S>, y: Target<S>) {
        y <- apply(φ, p.x)
    }

    func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- first(φ, p.x, gy)
    }

    func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- first(φ, p.x, d.rx)
    }

    func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- first(φ, p.x, rgy) + second(φ, p.x, d.rx, gy)
    }
}
