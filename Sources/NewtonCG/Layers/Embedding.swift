/// A vector for each token of a vocabulary: the first layer of a network that reads tokens.
///
/// - Parameters:
///   - vocabulary: tokens are 0 ..< vocabulary.
///   - features: values of a vector.
///   - scale: whether the vectors are multiplied by √features (Vaswani et al. 2017, section 3.4).
public func Embedding(vocabulary: Int, features: Int, scale: Bool = false) -> LayerSpec {
    LayerSpec(
        .embedding,
        options: Options([
            "vocabulary": .integer(vocabulary), "features": .integer(features), "scale": .flag(scale),
        ]))
}

extension LayerKind {
    static let embedding = LayerKind(
        "embedding",
        options: [
            OptionSpec("vocabulary", .integer(atLeast: 2), "How many tokens there are, padding among them."),
            OptionSpec("features", .integer(atLeast: 1), "Values of a token's vector."),
            OptionSpec("scale", .flag, default: false, "Whether the vectors are multiplied by √features."),
        ], EmbeddingMaker())
}
private struct EmbeddingMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try EmbeddingLayer<S>(options, context)
    }
}

/// y = c·W[t], the row of each token t, with c = √features or 1; its outputs begin with variance 1.
///
/// t: positions of a sample; W: vocabulary × features; y: rows × features, a row a position. It is linear in W and has
/// no other input that moves, so that rBackward is backward.
public struct EmbeddingLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let parameters: [NamedParameter]
    public let reads: Reads = []
    public let actsOnLastAxis = true
    public var vocabulary: Int? { W.rows }
    let W: Parameter
    private let scale: S

    init(_ options: Options, _ context: LayerContext) throws {
        let input = try context.input(), features = options.integer("features"), scales = options.flag("scale")
        guard input.extents.count == 1 else {
            throw ModelError("it reads one token a position, it got \(input)")
        }
        output = [input.count, features]
        scale = scales ? S(features).squareRoot() : 1
        var places = ParameterPlaces<S>()
        W = places.matrix(options.integer("vocabulary"), features)
        let initial = Initialiser(form: .lecunNormal, fanIn: scales ? features : 1, fanOut: 1)
        parameters = [NamedParameter(name: "weight", shape: [W.rows, W.columns], initial: initial, place: W)]
    }

    public func forward(at p: Point<S>, y: Target<S>) {
        y <- scale * lookUp(p.w[W], p.tokens[0])
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gw[W] <- scale * scatter(gy, p.tokens[0])
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- scale * lookUp(d.v[W], p.tokens[0])
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgw[W] <- scale * scatter(rgy, p.tokens[0])
    }

    /// The inputs are unit vectors, whose factor is a diagonal: how often each token stands.
    public var curvatureForm: CurvatureForm {
        .kronecker(
            KroneckerForm(
                inputs: W.rows, outputs: W.columns, hasBias: false, positions: output.positions,
                inputsAreUnits: true))
    }
    public func addInputFactor(at p: Point<S>, to a: GramTarget<S>) {
        a <- counts(p.tokens[0], samples: p.samples.rows, each: scale * scale)
    }
}
