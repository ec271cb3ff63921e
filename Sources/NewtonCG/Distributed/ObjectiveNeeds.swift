/// What an optimizer asks of its objective: known before the run, so that memory is planned.
public struct ObjectiveNeeds: Equatable, Sendable {
    /// The fraction of a batch that products see; 0: none are taken.
    public var curvatureBatch: Double
    /// Which products are taken: memory for those with the exact Hessian serves both.
    public var curvature: Curvature
    /// Vectors of a block product that go through a block of samples together.
    public var directions = 1
    /// Solves in the space of the batch's residuals.
    public var sampleSpace = false
    /// Vectors of products are divided over the ranks.
    public var dividesVectors = false

    /// See the properties of the same names.
    public init(curvatureBatch: Double, curvature: Curvature = .hessian, dividesVectors: Bool = false) {
        (self.curvatureBatch, self.curvature, self.dividesVectors) = (curvatureBatch, curvature, dividesVectors)
    }
}
