/// Dropout (Srivastava et al. 2014): in training, values are left out at random and the others made larger.
///
/// - Parameter rate: the probability that a value is left out.
public func Dropout(_ rate: Double) -> LayerSpec {
    LayerSpec("dropout", options: Options(["rate": .number(rate)]))
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

    public init(_ options: Options, input: Shape) throws {
        try options.only("rate")
        guard options.values["rate"] != nil else {
            throw ModelError("option 'rate' is missing: it needs a number of 0 or more and below 1", key: "rate")
        }
        rate = try options.number("rate", default: 0)
        guard rate >= 0, rate < 1 else {
            throw ModelError("'rate' must be a number of 0 or more and below 1, not \(rate)", key: "rate")
        }
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
