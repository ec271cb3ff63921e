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

/// Averages over windows: a linear map A, y = A·x. It divides by the cells inside the image, or by all.
public struct AveragePool2DLayer<S: Scalar>: UnaryLayer {
    public var output: Shape { windows.output }
    public let keeps: Kept = []
    public let isPiecewiseLinear = true
    let windows: Windows

    public static func completed(_ options: Options) -> Options {
        MaxPool2DLayer<S>.completed(options).filled(with: ["count_padding": false])
    }

    public init(_ options: Options, input: Shape) throws {
        try options.only("size", "stride", "padding", "count_padding")
        let size = try options.pair("size")
        windows = try Windows(
            of: input, size: size, stride: options.pair("stride"), padding: options.padding(),
            countPadding: options.flag("count_padding"))
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

/// One window over the whole image: (height, width, channels) → (channels).
public struct GlobalAveragePool2DLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let keeps: Kept = []
    public let isPiecewiseLinear = true
    let windows: Windows

    public init(_ options: Options, input: Shape) throws {
        try options.only()
        guard let (h, w, channels) = input.image else {
            throw ModelError("pooling needs images (height, width, channels), it got \(input)")
        }
        windows = try Windows(of: input, size: (h, w), stride: (h, w), padding: .valid)
        output = [channels]
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
