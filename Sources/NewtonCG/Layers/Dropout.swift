/// Dropout (Srivastava et al. 2014): in training, values are left out at random and the others made larger.
///
/// - Parameter rate: the probability that a value is left out.
public func Dropout(_ rate: Double) -> LayerSpec {
    LayerSpec(.dropout, options: Options(["rate": .number(rate)]))
}

extension LayerKind {
    static let dropout = LayerKind(
        "dropout", options: [OptionSpec("rate", .number(.belowOne), "The probability that a value is left out.")],
        DropoutMaker())
}
private struct DropoutMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try DropoutLayer<S>(options, context)
    }
}

/// y = mask · x / (1 − rate) in training, y = x in evaluation. The mask is the same in all passes of a step and in its
/// trial losses: it is drawn by (seed, step of the run, layer, row of the dataset).
public struct DropoutLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let reads: Reads = []
    public let worksInPlace = true
    public let drawsNoise = true
    public let slots: [SlotSpec]
    private let mask: Slot<UInt16>
    private let rate: Double
    /// Values of a sample.
    private let count: Int

    init(_ options: Options, _ context: LayerContext) throws {
        let input = try context.input()
        rate = options.number("rate")
        (output, count) = (input, input.count)
        var places = SlotPlaces()
        mask = places.bits(input.count)
        slots = places.slots
    }

    /// The values that stay, times 1/(1 − rate).
    private func selected(_ a: Matrix<S>, _ p: Point<S>) -> Selected<S> {
        select(a, Bits(base: p[mask]), scale: S(1 / (1 - rate)))
    }

    public func forward(at p: Point<S>, y: Target<S>) {
        guard p.drawsNoise else { return y <- p.x }
        p.drawMask(into: p[mask], count: count, rate: rate)
        y <- selected(p.x, p)
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- selected(gy, p)
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- selected(d.rx, p)
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- selected(rgy, p)
    }
}
