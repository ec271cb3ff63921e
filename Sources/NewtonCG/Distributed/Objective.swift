/// The function that an optimizer minimises, on the batch that was loaded last: global values, the same bits
/// on every rank. All vectors are flat, `count` values in one layout.
///
/// What an objective can do beside is said by further protocols; who needs it takes it as its type.
public protocol Objective<S>: AnyObject {
    /// The type of its vectors' values.
    associatedtype S: Scalar
    /// The number of parameters.
    var count: Int { get }
    /// The number of samples of the loaded batch, over all ranks.
    var batchSamples: Int { get }
    /// The loaded batch is the whole training part, on which this is the same function in every step.
    var isWhole: Bool { get }
    /// Those in the loss.
    var penalties: Penalties { get }

    /// Moves to the point `w` and keeps it for products: the mean loss and its gradient, penalties included.
    func linearize(at w: Vector<S>, gradient: MutableVector<S>) throws -> Double
    /// The point of the last `linearize` is one that the optimizer stands at, and no trial: running statistics follow
    /// those of the last such point.
    func accept()
    /// The mean loss at another point; what is kept stays. It may be infinite or NaN.
    func loss(at w: Vector<S>) throws -> Double
    /// Replaces values that every rank computed, by a library that may round otherwise on another processor, by rank
    /// 0's: the same bits everywhere.
    func replicate(_ values: UnsafeMutableRawBufferPointer) throws
}

extension Objective {
    public var penalties: Penalties { .none }
    /// Where nothing follows a point.
    public func accept() {}
    /// One rank has nothing to replace.
    public func replicate(_ values: UnsafeMutableRawBufferPointer) throws {}
}

/// An objective with products of its curvature.
public protocol CurvatureProducts<S>: Objective {
    /// How the vectors of products lie on the ranks.
    var space: any VectorSpace<S> { get }
    /// `product ← B·v` at the kept point, undamped, over the batch's curvature samples.
    func product(_ curvature: Curvature, _ v: Vector<S>, into product: MutableVector<S>) throws
    /// The products of vectors that lie one after another, as their products do: one pass over the samples and one
    /// reduction for many, where the objective can.
    func products(_ curvature: Curvature, _ vectors: Vector<S>, into products: MutableVector<S>) throws
}

extension CurvatureProducts {
    public func products(_ curvature: Curvature, _ vectors: Vector<S>, into products: MutableVector<S>) throws {
        for places in (0..<vectors.count).blocks(of: space.ownCount) {
            try product(curvature, vectors[places], into: products[places])
        }
    }
}

/// An objective with quadratic forms of its Gauss–Newton matrix.
public protocol GaussNewtonForms<S>: Objective {
    /// aᵀGa, aᵀGb and bᵀGb of the undamped Gauss–Newton matrix at the kept point, over the batch's curvature samples:
    /// a tangent pass for each vector, and no backward pass. Without b, aᵀGa alone. Vectors are whole.
    func gaussNewtonForms(_ a: Vector<S>, _ b: Vector<S>?) throws -> QuadraticForms
}
