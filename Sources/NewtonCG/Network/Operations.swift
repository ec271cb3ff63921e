/// Floating-point operations that the products of weights with values need, for one sample, by the direct algorithm:
/// what another program would do, whatever algorithm ours takes. All else is small beside them and not counted.
///
/// A layer with n multiplications in its forward pass needs 2n operations for that, 6n for its gradient (y, gx, gw),
/// 8n for Gv and 12n for Hv, where all that R-passes share with the kept point is not done again. Where its input is
/// data, neither a tangent nor a cotangent passes there: 4n for each.
public struct Operations: Equatable, Sendable {
    /// `value`: a forward pass.
    public private(set) var value = 0, gradient = 0, gaussNewton = 0, hessian = 0

    /// Those of one sample of a network.
    public init<S: Scalar>(of network: Network<S>) {
        for node in network.nodes {
            let n = node.layer.multiplications, passes = node.inputs.contains { network.isActive($0) }
            value += 2 * n
            gradient += (passes ? 6 : 4) * n
            gaussNewton += (passes ? 8 : 4) * n
            hessian += (passes ? 12 : 4) * n
        }
    }
}
