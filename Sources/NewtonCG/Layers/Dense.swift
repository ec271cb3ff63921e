/// A dense layer of `units` outputs; it acts on the last axis.
public func Dense(_ units: Int, bias: Bool = true, initial: Initialiser.Form = .glorotUniform) -> LayerSpec {
    LayerSpec(
        .dense,
        options: Options(["units": .integer(units), "bias": .flag(bias), "initial": .text(initial.rawValue)]))
}

extension LayerKind {
    static let dense = LayerKind(
        "dense",
        options: [
            OptionSpec("units", .integer(atLeast: 1), "Outputs."),
            OptionSpec("bias", .flag, default: true, "Whether a bias is added, which begins at 0."),
            .initial,
        ], DenseMaker())
}
private struct DenseMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try DenseLayer<S>(options, context)
    }
}

/// The affine layer y = x·W + b on the last axis.
///
/// x: rows × inputs, W: inputs × units, b: 1 × units (or none), y: rows × units.
public struct DenseLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let parameters: [NamedParameter]
    public let reads: Reads = [.input, .tangents, .cotangentWithTangents]
    public let actsOnLastAxis = true
    public let isAffine = true
    public var multiplications: Int { output.positions * W.count }
    let W, b: Parameter

    init(_ options: Options, _ context: LayerContext) throws {
        let input = try context.input(), units = options.integer("units"), hasBias = options.flag("bias")
        output = Shape(input.extents.dropLast() + [units])
        var places = ParameterPlaces<S>()
        W = places.matrix(input.features, units, isFactor: true)
        b = places.matrix(1, hasBias ? units : 0)
        let initial = options.initialiser(fanIn: input.features, fanOut: units)
        let weight = NamedParameter(name: "weight", shape: [input.features, units], initial: initial, place: W)
        parameters =
            [weight] + (hasBias ? [NamedParameter(name: "bias", shape: [units], initial: .zeros, place: b)] : [])
    }

    public func forward(at p: Point<S>, y: Target<S>) {
        y <- p.x * p.w[W] + p.w[b]
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- gy * p.w[W].T
        gw[W] <- p.x.T * gy
        gw[b] <- columnSums(gy)
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- p.x * d.v[W] + d.rx * p.w[W] + d.v[b]
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- rgy * p.w[W].T + gy * d.v[W].T
        rgw[W] <- p.x.T * rgy + d.rx.T * gy
        rgw[b] <- columnSums(rgy)
    }

    public var curvatureForm: CurvatureForm {
        .kronecker(
            KroneckerForm(inputs: W.rows, outputs: W.columns, hasBias: b.count > 0, positions: output.positions))
    }
    public func addInputFactor(at p: Point<S>, to a: GramTarget<S>) { a <- gram(p.x, of: p.tokens[0]) }
}
