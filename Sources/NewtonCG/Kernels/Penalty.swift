/// A term of the loss that is a function of parameters alone, sums over them, and so has a diagonal curvature:
///
///     R(w) = Σ_i r(w_i, …),   ∇R,   D(w): for products with the exact Hessian ∇²R, else a positive semidefinite part of it
///
/// It sees the values of its range of the flat vector, all of them or any part; it neither knows ranks nor samples.
public protocol Penalty: Sendable {
    /// R(w).
    func value<S: Scalar>(at w: Vector<S>) -> Double
    /// g ← scale·g + ∇R(w).
    func addGradient<S: Scalar>(at w: Vector<S>, to g: MutableVector<S>, scale: S)
    /// product ← scale·product + D(w)·v.
    func addProduct<S: Scalar>(
        _ curvature: Curvature, at w: Vector<S>, _ v: Vector<S>, to product: MutableVector<S>, scale: S)
    /// aᵀD(w)b, D as Gauss–Newton has it.
    func form<S: Scalar>(at w: Vector<S>, _ a: Vector<S>, _ b: Vector<S>) -> Double
    /// λ, where D is always λ·1 and ∇R is λw at every w; nil elsewhere.
    var uniform: Double? { get }
}

/// ½λ‖w‖².
public struct L2: Penalty {
    /// λ
    public let lambda: Double
    /// ½λ‖w‖²
    public init(_ lambda: Double) { self.lambda = lambda }

    public func value<S: Scalar>(at w: Vector<S>) -> Double {
        0.5 * lambda * S.Kernels.dot(count: w.count, w.base, w.base)
    }
    public func addGradient<S: Scalar>(at w: Vector<S>, to g: MutableVector<S>, scale: S) {
        S.Kernels.axpby(count: g.count, S(lambda), w.base, scale, g.base)
    }
    public func addProduct<S: Scalar>(
        _ curvature: Curvature, at w: Vector<S>, _ v: Vector<S>, to product: MutableVector<S>, scale: S
    ) {
        S.Kernels.axpby(count: product.count, S(lambda), v.base, scale, product.base)
    }
    public func form<S: Scalar>(at w: Vector<S>, _ a: Vector<S>, _ b: Vector<S>) -> Double {
        lambda * S.Kernels.dot(count: a.count, a.base, b.base)
    }
    public var uniform: Double? { lambda }
}
