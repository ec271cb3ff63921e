/// Average pooling over windows of `size` × `size` pixels; the stride is the size where none is given.
public func AveragePool2D(
    _ size: Int, stride: Int? = nil, padding: Padding = .valid, countPadding: Bool = false
) -> LayerSpec {
    LayerSpec(
        .averagePool2D,
        options: Options([
            "size": .integer(size), "stride": .integer(stride ?? size), "padding": padding.option,
            "count_padding": .flag(countPadding),
        ]))
}

/// The mean of every image's channels over its pixels.
public func GlobalAveragePool2D() -> LayerSpec { LayerSpec(.globalAveragePool2D) }

extension LayerKind {
    static let averagePool2D = LayerKind(
        "average_pool2d",
        options: OptionSpec.windows + [
            OptionSpec(
                "count_padding", .flag, default: false,
                "Whether an average divides by all cells of the window; else by those inside the image.")
        ], AveragePool2DMaker())
    static let globalAveragePool2D = LayerKind("global_average_pool2d", GlobalAveragePool2DMaker())
}

private struct AveragePool2DMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        let windows = try Windows(
            of: context.input(), size: options.pair("size"), stride: options.pair("stride"),
            padding: options.padding(), countPadding: options.flag("count_padding"))
        return AveragePool2DLayer<S>(windows, output: windows.output)
    }
}

/// One window over the whole image: (height, width, channels) → (channels).
private struct GlobalAveragePool2DMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        let input = try context.input()
        guard let (h, w, _) = input.image else {
            throw ModelError("pooling needs images (height, width, channels), it got \(input)")
        }
        let windows = try Windows(of: input, size: (h, w), stride: (h, w), padding: .valid)
        return AveragePool2DLayer<S>(windows, output: [windows.output.features])
    }
}

/// Averages over windows: a linear map A, y = A·x. It divides by the cells inside the image, or by all.
public struct AveragePool2DLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let reads: Reads = []
    let windows: Windows

    init(_ windows: Windows, output: Shape) { (self.windows, self.output) = (windows, output) }

    public func forward(at p: Point<S>, y: Target<S>) {
        y <- averages(p.x, windows)
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- spread(gy, windows)
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- averages(d.rx, windows)
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- spread(rgy, windows)
    }
}
