/// The sum of values of one shape: name them with `.reading("a", "b")`.
public func Add() -> LayerSpec { LayerSpec(.add) }

extension LayerKind {
    static let add = LayerKind("add", AddMaker())
}
private struct AddMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try AddLayer<S>(options, context)
    }
}

/// The join y = x₀ + x₁ + … of values of one shape (residual connections).
public struct AddLayer<S: Scalar>: Layer {
    public let output: Shape
    public let reads: Reads = []

    init(_ options: Options, _ context: LayerContext) throws {
        let inputs = context.inputs
        guard inputs.count >= 2 else {
            throw ModelError("it needs two inputs or more: 'inputs: [a, b]'", key: "inputs")
        }
        guard inputs.allSatisfy({ $0 == inputs[0] }) else {
            throw ModelError(
                "it needs inputs of one shape, it got \(inputs.map(\.description).joined(separator: " and "))")
        }
        output = inputs[0]
    }

    public func forward(at p: Point<S>, y: Target<S>) {
        y <- p.inputs[0] + p.inputs[1]
        for x in p.inputs.dropFirst(2) { y.adding <- x }
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: [Target<S>], gw: ParameterTargets<S>) {
        for gx in gx { gx <- gy }
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- d.inputs[0] + d.inputs[1]
        for rx in d.inputs.dropFirst(2) { ry.adding <- rx }
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: [Target<S>], rgw: ParameterTargets<S>
    ) {
        for rgx in rgx { rgx <- rgy }
    }
}
