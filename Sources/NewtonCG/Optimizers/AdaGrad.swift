/// AdaGrad (Duchi, Hazan & Singer 2011), in the form of PyTorch's `Adagrad`:
///
///     s ← s + g²,   w ← w − rate·g/(√s + ε)
public final class AdaGrad<S: Scalar>: Optimizer {
    private let settings: AdaGradSettings
    private let objective: any Objective<S>
    private let count: Int
    private let gradient: Buffer<S>
    private let squares: Buffer<S>

    /// For one objective, from its first step on.
    public init(_ settings: AdaGradSettings, minimising objective: any Objective<S>) {
        (self.settings, self.objective, count) = (settings, objective, objective.count)
        gradient = Buffer(count: count)
        squares = Buffer(count: count)
    }

    public var curvatureBatch: Double { 0 }

    public func step(from w: MutableVector<S>, at progress: Progress) throws -> StepReport {
        let rate = settings.learningRate.rate(at: progress.epoch)
        let report = try gradient(of: objective, at: w.vector, into: gradient.mutable, rate: rate)
        S.Kernels.adaGrad(count: count, rate: rate, epsilon: settings.epsilon, gradient.base, squares.base, w.base)
        return report
    }

    public var state: OptimizerState<S> {
        var state = OptimizerState<S>()
        state.write("squares", squares)
        return state
    }

    public func restore(_ state: OptimizerState<S>) throws { try state.read("squares", into: squares) }
}
