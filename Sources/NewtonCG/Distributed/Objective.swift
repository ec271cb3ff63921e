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
    /// The loaded batch is the whole training part, on which this is the same function in every step.
    var isWhole: Bool { get }

    /// Moves to the point `w` and keeps it for products: the mean loss and its gradient, penalties included.
    func linearize(at w: UnsafePointer<S>, gradient: UnsafeMutablePointer<S>) throws -> Double
    /// `product ← B·v` at the kept point, undamped, over the batch's curvature samples.
    func product(_ curvature: Curvature, _ v: UnsafePointer<S>, into product: UnsafeMutablePointer<S>) throws
    /// aᵀGa, aᵀGb and bᵀGb of the undamped Gauss–Newton matrix at the kept point, over the batch's curvature samples:
    /// a tangent pass for each vector, and no backward pass. Without b, aᵀGa alone.
    func gaussNewtonForms(_ a: UnsafePointer<S>, _ b: UnsafePointer<S>?) throws -> QuadraticForms
    /// The mean loss at another point; what is kept stays. It may be infinite or NaN.
    func loss(at w: UnsafePointer<S>) throws -> Double
}
