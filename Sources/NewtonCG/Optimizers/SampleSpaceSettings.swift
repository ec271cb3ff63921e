/// Steps in the space of a batch's residuals; each number may change over the epochs.
public struct SampleSpaceSettings: Equatable, Sendable {
    /// λ, of the Gauss–Newton matrix of the loss.
    public var damping = Schedule.constant(1e-3)
    /// μ, the part of the last direction that is kept where the batch says nothing.
    public var momentum = Schedule.constant(0.95)
    /// The largest norm of a direction, before the learning rate.
    public var normLimit = Schedule.constant(0.3)
    /// With the defaults.
    public init() {}
}
