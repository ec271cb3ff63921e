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
    /// `product ← B·v` at the kept point, undamped, over the batch's curvature samples. Vectors are whole, or divided
    /// over the ranks where the objective was made so.
    func product(_ curvature: Curvature, _ v: UnsafePointer<S>, into product: UnsafeMutablePointer<S>) throws
    /// The products of `number` vectors, which lie one after another, as their products do: one pass over the samples
    /// and one reduction for many, where the objective can.
    func products(
        _ curvature: Curvature, _ vectors: UnsafePointer<S>, number: Int, into products: UnsafeMutablePointer<S>
    ) throws
    /// d ← the minimiser over the loaded batch of the damped Gauss–Newton model around a center (0 where it is nil),
    ///
    ///     gᵀd + ½dᵀGd + ½damping·‖d − center‖² = ‖J̃d + r̃‖²/2n + ½damping·‖d − center‖² + constant,
    ///
    /// without the penalty, by a solve in the space of the n samples' residuals at the kept point. Returns the damping
    /// that was used: larger where the matrix would not have been positive definite; NaN where it is not finite.
    func minimiseInSampleSpace(
        around center: UnsafePointer<S>?, damping: Double, into d: UnsafeMutablePointer<S>
    ) throws -> Double
    /// λ of the penalty ½λ‖w‖² in the loss.
    var l2: Double { get }
    /// aᵀGa, aᵀGb and bᵀGb of the undamped Gauss–Newton matrix at the kept point, over the batch's curvature samples:
    /// a tangent pass for each vector, and no backward pass. Without b, aᵀGa alone.
    func gaussNewtonForms(_ a: UnsafePointer<S>, _ b: UnsafePointer<S>?) throws -> QuadraticForms
    /// Replaces values that every rank computed, by a library that may round otherwise on another processor, by rank
    /// 0's: the same bits everywhere.
    func replicate(_ values: UnsafeMutableRawBufferPointer) throws
    /// The mean loss at another point; what is kept stays. It may be infinite or NaN.
    func loss(at w: UnsafePointer<S>) throws -> Double
    /// A `KroneckerPreconditioner` of its curvature; nil where it is no function of a network's layers.
    func kroneckerPreconditioner(_ settings: KroneckerSettings) -> (any Preconditioner<S>)?
}

extension Objective {
    public func kroneckerPreconditioner(_ settings: KroneckerSettings) -> (any Preconditioner<S>)? { nil }

    public func products(
        _ curvature: Curvature, _ vectors: UnsafePointer<S>, number: Int, into products: UnsafeMutablePointer<S>
    ) throws {
        for j in 0..<number { try product(curvature, vectors + j * count, into: products + j * count) }
    }

    public func minimiseInSampleSpace(
        around center: UnsafePointer<S>?, damping: Double, into d: UnsafeMutablePointer<S>
    ) throws -> Double {
        preconditionFailure("a sample-space solve needs an objective over samples")
    }

    public var l2: Double { 0 }

    /// One rank has nothing to replace.
    public func replicate(_ values: UnsafeMutableRawBufferPointer) throws {}
}
