/// An image seen as features.
public func Flatten() -> LayerSpec { LayerSpec("flatten") }

/// A sample's values as one row of features. The plan lets input and output, their tangents and cotangents share
/// memory, so that no pass has anything to do.
public struct FlattenLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let reads: Reads = []
    public let isReshape = true

    public init(_ options: Options, input: Shape) throws {
        try options.only()
        output = [input.count]
    }

    public func forward(at p: Point<S>, y: Target<S>) {}
    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {}
    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {}
    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {}
}
