/// Gradient descent with momentum and L2 decay, in the form of PyTorch's `SGD` (dampening 0):
///
///     h = g + weightDecay·w,   m ← momentum·m + h
///     w ← w − rate·m,   with Nesterov's look-ahead w ← w − rate·(h + momentum·m)
public final class SGD<S: Scalar>: Optimizer {
    private let settings: SGDSettings
    private let objective: any Objective<S>
    private let count: Int
    private let gradient: Buffer<S>
    private let velocity: Buffer<S>?

    /// For one objective, from its first step on.
    public init(_ settings: SGDSettings, minimising objective: any Objective<S>) {
        (self.settings, self.objective, count) = (settings, objective, objective.count)
        gradient = Buffer(count: count)
        velocity = settings.momentum == 0 ? nil : Buffer(count: count)
    }

    public var curvatureBatch: Double { 0 }

    public func step(from w: MutableVector<S>, at progress: Progress) throws -> StepReport {
        let rate = settings.learningRate.rate(at: progress.epoch)
        let report = try gradient(of: objective, at: w.vector, into: gradient.mutable, rate: rate)
        S.Kernels.sgd(
            count: count, rate: rate, momentum: settings.momentum, nesterov: settings.nesterov ? 1 : 0,
            weightDecay: settings.weightDecay, gradient.base, velocity?.base, w.base)
        return report
    }

    public var state: OptimizerState<S> {
        var state = OptimizerState<S>()
        if let velocity { state.write("velocity", velocity) }
        return state
    }

    public func restore(_ state: OptimizerState<S>) throws {
        if let velocity { try state.read("velocity", into: velocity) }
    }
}
