/// A convolution of images by `filters` filters of `kernel` × `kernel` pixels (cross-correlation).
public func Conv2D(
    _ filters: Int, kernel: Int, stride: Int = 1, padding: Padding = .valid, groups: Int = 1, dilation: Int = 1,
    bias: Bool = true, initial: Initialiser.Form = .glorotUniform
) -> LayerSpec {
    LayerSpec(
        .conv2D,
        options: Options([
            "filters": .integer(filters), "kernel": .integer(kernel), "stride": .integer(stride),
            "padding": padding.option, "groups": .integer(groups), "dilation": .integer(dilation),
            "bias": .flag(bias), "initial": .text(initial.rawValue),
        ]))
}

extension LayerKind {
    static let conv2D = LayerKind(
        "conv2d",
        options: [
            OptionSpec("filters", .integer(atLeast: 1), "Output channels."),
            OptionSpec("kernel", .pair, "Extent of the filters in pixels."),
            OptionSpec("stride", .pair, default: 1, "Pixels from one output to the next."),
            OptionSpec("padding", .padding, default: "valid", "Pixels put around the image."),
            OptionSpec(
                "groups", .integer(atLeast: 1), default: 1,
                "Channels and filters are cut in as many groups, each convolved apart."),
            OptionSpec("dilation", .pair, default: 1, "Pixels between the filter's taps."),
            OptionSpec("bias", .flag, default: true, "Whether a bias is added, which begins at 0."),
            .initial,
        ], Conv2DMaker())
}
private struct Conv2DMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try Conv2DLayer<S>(options, context)
    }
}

/// The convolution y = x ∗ W + b of images (a cross-correlation, as everywhere in deep learning).
///
/// x: batch × height·width·channels, W: kernel height × kernel width × channels/groups × filters, b: filters (or
/// none), y: batch × height·width·filters. gx = gy ∗ Wᵀ is the adjoint of x ↦ x ∗ W.
public struct Conv2DLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let parameters: [NamedParameter]
    public let reads: Reads = [.input, .tangents, .cotangentWithTangents]
    public var multiplications: Int { output.positions * W.parameter.count }
    public var convolution: Convolution? { W.convolution }
    let W: FilterParameter, b: Parameter

    init(_ options: Options, _ context: LayerContext) throws {
        let input = try context.input(), filters = options.integer("filters"), kernel = options.pair("kernel")
        let groups = options.integer("groups"), hasBias = options.flag("bias")
        let convolution = try Convolution(
            of: input, filters: filters, kernel: kernel, stride: options.pair("stride"),
            dilation: options.pair("dilation"), groups: groups, padding: options.padding(),
            choice: context.convolution)
        output = convolution.output
        var places = ParameterPlaces<S>()
        W = places.filter(convolution)
        b = places.matrix(1, hasBias ? filters : 0)
        let taps = kernel.height * kernel.width, channels = input.features / groups
        let weight = NamedParameter(
            name: "weight", shape: [kernel.height, kernel.width, channels, filters],
            initial: options.initialiser(fanIn: taps * channels, fanOut: taps * filters / groups),
            place: W.parameter)
        parameters =
            [weight] + (hasBias ? [NamedParameter(name: "bias", shape: [filters], initial: .zeros, place: b)] : [])
    }

    public func forward(at p: Point<S>, y: Target<S>) {
        y <- convolve(p.x, p.w[W]) + p.w[b]
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- convolve(gy, p.w[W].T)
        gw[W] <- correlate(p.x, gy)
        gw[b] <- channelSums(gy)
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- convolve(p.x, d.v[W]) + convolve(d.rx, p.w[W]) + d.v[b]
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- convolve(rgy, p.w[W].T) + convolve(gy, d.v[W].T)
        rgw[W] <- correlate(p.x, rgy) + correlate(d.rx, gy)
        rgw[b] <- channelSums(rgy)
    }

    /// With one group of channels; filters of several have a diagonal.
    public var curvatureForm: CurvatureForm {
        guard W.convolution.geometry.groups == 1 else { return .diagonal }
        return .kronecker(
            KroneckerForm(
                inputs: W.parameter.rows, outputs: W.parameter.columns, hasBias: b.count > 0,
                positions: output.positions, workspace: W.convolution.patchCount))
    }
    public func addInputFactor(at p: Point<S>, to a: GramTarget<S>) { a <- gram(p.x, over: W) }
}
