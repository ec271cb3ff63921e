/// Max-pooling over windows of `size` × `size` pixels; the stride is the size where none is given.
public func MaxPool2D(_ size: Int, stride: Int? = nil, padding: Padding = .valid) -> LayerSpec {
    LayerSpec(
        .maxPool2D,
        options: Options(["size": .integer(size), "stride": .integer(stride ?? size), "padding": padding.option]))
}

extension LayerKind {
    static let maxPool2D = LayerKind("max_pool2d", options: OptionSpec.windows, MaxPool2DMaker())
}
extension OptionSpec {
    /// The windows of a pooling layer.
    static let windows = [
        OptionSpec("size", .pair, "Extent of a window in pixels."),
        OptionSpec("stride", .pair, sameAs: "size", "Pixels from one output to the next."),
        OptionSpec("padding", .padding, default: "valid", "Pixels put around the image."),
    ]
}
private struct MaxPool2DMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try MaxPool2DLayer<S>(options, context)
    }
}

/// Max-pooling over windows; padding never wins, the first maximum in row-major order does, or what is not a number.
/// Keeps the winners.
public struct MaxPool2DLayer<S: Scalar>: UnaryLayer {
    public var output: Shape { windows.output }
    public let reads: Reads = []
    public let slots: [SlotSpec]
    private let winner: Slot<UInt8>
    let windows: Windows

    init(_ options: Options, _ context: LayerContext) throws {
        let size = options.pair("size")
        guard size.height * size.width <= 256 else {
            throw ModelError("windows of more than 256 pixels are not supported", key: "size")
        }
        windows = try Windows(
            of: context.input(), size: size, stride: options.pair("stride"), padding: options.padding())
        var places = SlotPlaces()
        winner = places.values(windows.output.count, each: .sample)
        slots = places.slots
    }

    private func winners(_ p: Point<S>) -> Winners { Winners(base: p[winner]) }

    public func forward(at p: Point<S>, y: Target<S>) {
        y <- maxima(p.x, windows, winners(p))
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- scatter(gy, windows, winners(p))
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- gather(d.rx, windows, winners(p))
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- scatter(rgy, windows, winners(p))
    }
}
