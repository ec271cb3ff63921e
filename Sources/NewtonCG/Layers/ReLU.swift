/// max(x, 0)
public func ReLU() -> LayerSpec { LayerSpec("relu") }
/// min(max(x, 0), 6)
public func ReLU6() -> LayerSpec { LayerSpec("relu6") }

/// Where a layer clips its input from above.
public protocol ClipLimit: Sendable {
    static var limit: Double { get }
}
public enum NoLimit: ClipLimit { public static let limit = Double.infinity }
public enum LimitSix: ClipLimit { public static let limit = 6.0 }

/// The elementwise layer y = min(max(x, 0), limit), with y' = [0 < x < limit] and y'' = 0. Keeps a bit a value.
public struct ClipLayer<S: Scalar, Limit: ClipLimit>: UnaryLayer {
    public let output: Shape
    public let reads: Reads = []
    public let worksInPlace = true
    public let slots: [SlotSpec]
    private let passes: Slot<UInt16>

    public init(_ options: Options, input: Shape) throws {
        try options.only()
        output = input
        var places = SlotPlaces()
        passes = places.bits(input.count)
        slots = places.slots
    }

    private func bits(_ p: Point<S>) -> Bits { Bits(base: p[passes]) }

    public func forward(at p: Point<S>, y: Target<S>) {
        y <- clip(p.x, to: S(Limit.limit), keeping: bits(p))
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
