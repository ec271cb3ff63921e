/// Batch normalisation over groups of samples (Ioffe & Szegedy 2015; groups: Hoffer, Hubara & Soudry 2017).
///
/// - Parameters:
///   - momentum: the weight of a step's statistics in the running ones.
///   - epsilon: what is added to a variance.
public func BatchNorm(momentum: Double = 0.1, epsilon: Double = 1e-5) -> LayerSpec {
    LayerSpec(.batchNorm, options: Options(["momentum": .number(momentum), "epsilon": .number(epsilon)]))
}

extension LayerKind {
    static let batchNorm = LayerKind(
        "batch_norm",
        options: [
            OptionSpec(
                "momentum", .number(.unit), default: 0.1, "The weight of a step's statistics in the running ones."),
            OptionSpec("epsilon", .number(.positive), default: 1e-5, "What is added to a variance."),
        ], BatchNormMaker())
}
private struct BatchNormMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try BatchNormLayer<S>(options, context)
    }
}

/// y = scale · (x − mean) / √(variance + ε) + shift, channel by channel (the last axis).
///
/// x, y: rows × channels, a row a pixel (or a sample of features); scale, shift: 1 × channels. In training, mean and
/// biased variance are those of each group of samples over all its pixels, and all passes differentiate through
/// them; in evaluation, and where the layer is frozen, they are the running ones, and y is affine in x.
public struct BatchNormLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let parameters: [NamedParameter]
    public let reads: Reads = [.input, .tangents, .cotangentWithTangents]
    public let actsOnLastAxis = true
    public let state: [RunningStatistic]
    public let slots: [SlotSpec]
    let scale, shift: Parameter
    private let epsilon: Double
    /// Mean, variance and 1/√(variance + ε) of a group, by channel.
    private let kept: Slot<S>

    init(_ options: Options, _ context: LayerContext) throws {
        let input = try context.input(), momentum = options.number("momentum"), channels = input.features
        epsilon = options.number("epsilon")
        output = input
        var room = SlotPlaces()
        kept = room.values(3 * channels, each: .group)
        slots = room.slots
        var places = ParameterPlaces<S>()
        scale = places.matrix(1, channels)
        shift = places.matrix(1, channels)
        parameters = [
            NamedParameter(name: "scale", shape: [channels], initial: .ones, place: scale),
            NamedParameter(name: "shift", shape: [channels], initial: .zeros, place: shift),
        ]
        state = [
            RunningStatistic(name: "mean", count: channels, initial: 0, momentum: momentum),
            RunningStatistic(name: "variance", count: channels, initial: 1, momentum: momentum),
        ]
    }

    private func statistics(_ p: Point<S>) -> BatchStatistics<S> {
        BatchStatistics(
            x: p.x, scale: p.w[scale], groups: p.groups, positions: output.positions, epsilon: epsilon, kept: p[kept])
    }

    /// y's tangent of x's, or its transpose, with the running statistics: what a frozen layer does in training.
    private func fixed(_ p: Point<S>, _ mean: UnsafePointer<S>, _ a: Matrix<S>, _ o: Target<S>) {
        guard let base = o.base else { return }
        S.Kernels.batchNormFixedLinear(
            rows: o.rows, channels: output.features, epsilon: epsilon, scale: p.w[scale].base,
            variance: mean + output.features, of: a.base, adds: o.beta, to: base)
    }

    public func forward(at p: Point<S>, y: Target<S>) {
        guard let mean = p.statistics else { return statistics(p).normalise(shift: p.w[shift], y: y) }
        S.Kernels.batchNormFixed(
            rows: p.x.rows, channels: output.features, epsilon: epsilon, x: p.x.base, scale: p.w[scale].base,
            shift: p.w[shift].base, mean: mean, variance: mean + output.features, y: y.base)
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        if let mean = p.statistics { return fixed(p, mean, gy, gx) }
        statistics(p).backward(gy, gx: gx, gscale: gw[scale], gshift: gw[shift])
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        if let mean = p.statistics { return fixed(p, mean, d.rx, ry) }
        statistics(p).tangent(d.rx, vscale: d.v[scale], vshift: d.v[shift], ry: ry)
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        if let mean = p.statistics { return fixed(p, mean, rgy, rgx) }
        statistics(p).rBackward(
            gy, rgy, rx: d.rx, vscale: d.v[scale], rgx: rgx, rgscale: rgw[scale], rgshift: rgw[shift])
    }

    public func addStatistics(at p: Point<S>, to sums: UnsafeMutablePointer<Double>) {
        statistics(p).add(to: sums)
    }
}
