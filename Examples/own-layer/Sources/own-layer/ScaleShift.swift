import NewtonCG

extension LayerKind {
    static let scaleShift = LayerKind("scale_shift", ScaleShiftMaker())
}

struct ScaleShiftMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        ScaleShiftLayer<S>(try context.input())
    }
}

/// A factor and an offset for each feature: y = s∘x + b on the last axis. It begins as the identity, s = 1 and b = 0.
///
/// x, y: rows × features; s, b: 1 × features.
struct ScaleShiftLayer<S: Scalar>: UnaryLayer {
    let output: Shape
    let parameters: [NamedParameter]
    let reads: Reads = [.input, .tangents, .cotangentWithTangents]
    let actsOnLastAxis = true
    let s, b: Parameter

    init(_ input: Shape) {
        output = input
        let features = input.features
        var places = ParameterPlaces<S>()
        s = places.matrix(1, features)
        b = places.matrix(1, features)
        parameters = [
            NamedParameter(name: "scale", shape: [features], initial: .ones, place: s),
            NamedParameter(name: "shift", shape: [features], initial: .zeros, place: b),
        ]
    }

    func forward(at p: Point<S>, y: Target<S>) {
        y <- hadamard(p.x, p.w[s]) + p.w[b]
    }

    func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- hadamard(gy, p.w[s])
        gw[s] <- columnSums(hadamard(p.x, gy))
        gw[b] <- columnSums(gy)
    }

    func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- hadamard(d.rx, p.w[s]) + hadamard(p.x, d.v[s]) + d.v[b]
    }

    func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- hadamard(rgy, p.w[s]) + hadamard(gy, d.v[s])
        rgw[s] <- columnSums(hadamard(p.x, rgy)) + columnSums(hadamard(d.rx, gy))
        rgw[b] <- columnSums(rgy)
    }
}
