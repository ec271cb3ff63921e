/// An approximation M of a solver's matrix, symmetric and positive definite, that is cheap to solve with.
public protocol Preconditioner<S>: AnyObject {
    /// The type of its vectors' values.
    associatedtype S: Scalar
    /// z ← M⁻¹r; returns rᵀz over the values at hand.
    func apply(_ r: Vector<S>, into z: MutableVector<S>) throws -> Double
}
