/// max(x, 0)
public func ReLU() -> LayerSpec { LayerSpec(.relu) }
/// min(max(x, 0), 6)
public func ReLU6() -> LayerSpec { LayerSpec(.relu6) }

extension LayerKind {
    static let relu = LayerKind("relu", ClipMaker(limit: .infinity))
    static let relu6 = LayerKind("relu6", ClipMaker(limit: 6))
}
private struct ClipMaker: LayerMaker {
    let limit: Double
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        ClipLayer<S>(to: S(limit), try context.input())
    }
}

/// The elementwise layer y = min(max(x, 0), limit), with y' = [0 < x < limit] and y'' = 0. Keeps a bit a value.
public struct ClipLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let reads: Reads = []
    public let worksInPlace = true
    public let slots: [SlotSpec]
    private let passes: Slot<UInt16>
    private let limit: S

    init(to limit: S, _ input: Shape) {
        (self.limit, output) = (limit, input)
        var places = SlotPlaces()
        passes = places.bits(input.count)
        slots = places.slots
    }

    private func bits(_ p: Point<S>) -> Bits { Bits(base: p[passes]) }

    public func forward(at p: Point<S>, y: Target<S>) {
        y <- clip(p.x, to: limit, keeping: bits(p))
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- select(gy, bits(p))
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- select(d.rx, bits(p))
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- select(rgy, bits(p))
    }
}
