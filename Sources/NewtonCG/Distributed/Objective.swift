/// Which curvature a product is taken with.
public enum Curvature: String, Sendable, CaseIterable {
    /// The exact Hessian, by Pearlmutter's R-operator.
    case hessian
    /// Jᵀ·H_ℓ·J: positive semidefinite for convex losses.
    case gaussNewton = "gauss_newton"
}

/// The function that an optimizer minimises, on the batch that was loaded last: global values, the same bits
/// on every rank. All vectors are flat, `count` values in one layout.
public protocol Objective<S>: AnyObject {
    associatedtype S: Scalar
    /// The number of parameters.
    var count: Int { get }
    /// The number of samples of the loaded batch, over all ranks.
    var batchSamples: Int { get }

    /// Moves to the point `w` and keeps it for products: the mean loss and its gradient, penalties included.
    func linearize(at w: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>) throws -> Double
    /// `product ← B·v` at the kept point, undamped, over the batch's curvature samples. Vectors are whole, or divided
    /// over the ranks where the objective was made so.
    func product(_ curvature: Curvature, _ v: UnsafePointer<S>, into product: UnsafeMutablePointer<S>) throws
    /// The mean loss at another point; what is kept stays. It may be infinite or NaN.
    func loss(at w: UnsafePointer<S>) throws -> Double
}
