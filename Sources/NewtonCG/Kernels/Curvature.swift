/// Which curvature a product is taken with.
public enum Curvature: String, Sendable, CaseIterable {
    /// The exact Hessian, by Pearlmutter's R-operator.
    case hessian
    /// Jᵀ·H_ℓ·J: positive semidefinite for convex losses.
    case gaussNewton = "gauss_newton"
}
