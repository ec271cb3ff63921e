/// How Kronecker factors are made and used.
public struct KroneckerSettings: Equatable, Sendable {
    /// The cotangents of the outputs that G is made of.
    public enum Cotangents: String, Equatable, Sendable, CaseIterable {
        /// A root of the loss's curvature times random signs: the curvature itself in expectation.
        case signs
        /// Gradients at targets drawn from the model's own distribution (Martens and Grosse 2015): the same expectation.
        case labels
        /// Gradients at the data's targets: the empirical Fisher matrix.
        case data
    }
    /// Of the factors' running average, a factor an update.
    public var decay = 0.95
    /// Factors are updated every so many steps.
    public var updateEvery = 4
    /// Inverses are renewed every so many steps; in the first 20 steps every 4th at least.
    public var invertEvery = 20
    /// Every so many-th sample of the batch is looked at.
    public var sample = 2
    /// m: the factors are damped by γ = m·√λ.
    public var dampingFactor = 0.3
    /// What stands for a sample's gradient in the outputs.
    public var cotangents = Cotangents.signs
    /// With the defaults.
    public init() {}
}
