/// An image seen as features.
public func Flatten() -> LayerSpec { LayerSpec(.flatten) }

extension LayerKind {
    static let flatten = LayerKind("flatten", FlattenMaker())
}
private struct FlattenMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try FlattenLayer<S>(options, context)
    }
}

/// A sample's values as one row of features. The plan lets input and output, their tangents and cotangents share
/// memory, so that no pass has anything to do.
public struct FlattenLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let reads: Reads = []
    public let isReshape = true

    init(_ options: Options, _ context: LayerContext) throws {
        output = [try context.input().count]
    }

    public func forward(at p: Point<S>, y: Target<S>) {}
    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {}
    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {}
    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {}
}
