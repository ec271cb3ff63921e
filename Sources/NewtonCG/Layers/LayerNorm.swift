/// Layer normalisation on the last axis (Ba, Kiros & Hinton 2016).
///
/// - Parameter epsilon: what is added to a variance.
public func LayerNorm(epsilon: Double = 1e-5) -> LayerSpec {
    LayerSpec("layer_norm", options: Options(["epsilon": .number(epsilon)]))
}

/// y = scale · (x − mean) / √(variance + ε) + shift, row by row, with mean and biased variance over the last axis.
///
/// x, y: rows × features; scale, shift: 1 × features. All passes differentiate through mean and variance:
///
///     x̂' = r(rx − mean rx − x̂·mean(x̂·rx)),   r' = −r²·mean(x̂·rx),   r = 1/√(variance + ε)
public struct LayerNormLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let parameters: [NamedParameter]
    public let reads: Reads = [.input, .tangents, .cotangentWithTangents]
    public let actsOnLastAxis = true
    public let slots: [SlotSpec]
    let scale, shift: Parameter
    private let epsilon: Double
    /// Mean and r of a row; the means of rx and of x̂·rx.
    private let kept, moments: Slot<S>

    public static func completed(_ options: Options) -> Options { options.filled(with: ["epsilon": 1e-5]) }

    public init(_ options: Options, input: Shape) throws {
        try options.only("epsilon")
        epsilon = try options.number("epsilon", default: 1e-5)
        guard epsilon > 0 else {
            throw ModelError("'epsilon' must be a number above 0, not \(epsilon)", key: "epsilon")
        }
        output = input
        var room = SlotPlaces()
        kept = room.values(2, each: .row)
        moments = room.values(2, each: .row, for: .product)
        slots = room.slots
        var places = ParameterPlaces<S>()
        scale = places.matrix(1, input.features)
        shift = places.matrix(1, input.features)
        parameters = [
            NamedParameter(name: "scale", shape: [input.features], initial: .ones, place: scale),
            NamedParameter(name: "shift", shape: [input.features], initial: .zeros, place: shift),
        ]
    }

    private func rows(_ p: Point<S>) -> RowStatistics<S> {
        RowStatistics(x: p.x, scale: p.w[scale], kept: p[kept])
    }

    public func forward(at p: Point<S>, y: Target<S>) {
        rows(p).normalise(epsilon: epsilon, shift: p.w[shift], y: y)
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        rows(p).backward(gy, gx: gx, gscale: gw[scale], gshift: gw[shift])
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        rows(p).tangent(d.rx, vscale: d.v[scale], vshift: d.v[shift], moments: p[moments], ry: ry)
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rows(p).rBackward(
            gy, rgy, rx: d.rx, moments: p[moments], vscale: d.v[scale], rgx: rgx, rgscale: rgw[scale],
            rgshift: rgw[shift])
    }
}
