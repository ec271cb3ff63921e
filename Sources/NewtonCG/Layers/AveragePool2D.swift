/// Average pooling over windows of `size` × `size` pixels; the stride is the size where none is given.
public func AveragePool2D(
    _ size: Int, stride: Int? = nil, padding: Padding = .valid, countPadding: Bool = false
) -> LayerSpec {
    LayerSpec(
        "average_pool2d",
        options: Options([
            "size": .integer(size), "stride": .integer(stride ?? size), "padding": padding.option,
            "count_padding": .flag(countPadding),
        ]))
}

/// The mean of every image's channels over its pixels.
public func GlobalAveragePool2D() -> LayerSpec { LayerSpec("global_average_pool2d") }

/// Which windows a layer averages over.
public protocol AveragedWindows: Sendable {
    static func completed(_ options: Options) -> Options
    static func windows(_ options: Options, of input: Shape) throws -> Windows
    static func output(of windows: Windows) -> Shape
}

/// Windows of a size, with a stride and padding.
public enum LocalWindows: AveragedWindows {
    public static func completed(_ options: Options) -> Options {
        MaxPool2DLayer<Float>.completed(options).filled(with: ["count_padding": false])
    }
    public static func windows(_ options: Options, of input: Shape) throws -> Windows {
        try options.only("size", "stride", "padding", "count_padding")
        return try Windows(
            of: input, size: options.pair("size"), stride: options.pair("stride"), padding: options.padding(),
            countPadding: options.flag("count_padding"))
    }
    public static func output(of windows: Windows) -> Shape { windows.output }
}

/// One window over the whole image: (height, width, channels) → (channels).
public enum WholeImage: AveragedWindows {
    public static func completed(_ options: Options) -> Options { options }
    public static func windows(_ options: Options, of input: Shape) throws -> Windows {
        try options.only()
        guard let (h, w, _) = input.image else {
            throw ModelError("pooling needs images (height, width, channels), it got \(input)")
        }
        return try Windows(of: input, size: (h, w), stride: (h, w), padding: .valid)
    }
    public static func output(of windows: Windows) -> Shape { [windows.output.features] }
}

/// Averages over windows: a linear map A, y = A·x. It divides by the cells inside the image, or by all.
public struct AveragePool2DLayer<S: Scalar, W: AveragedWindows>: UnaryLayer {
    public let output: Shape
    public let reads: Reads = []
    let windows: Windows

    public static func completed(_ options: Options) -> Options { W.completed(options) }

    public init(_ options: Options, input: Shape) throws {
        windows = try W.windows(options, of: input)
        output = W.output(of: windows)
    }

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
