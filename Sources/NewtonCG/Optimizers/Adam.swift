/// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), in the form of PyTorch's `Adam` and `AdamW`:
///
///     h = g + weightDecay·w          (Adam);   h = g, w ← w − rate·weightDecay·w   (AdamW)
///     m ← β₁m + (1 − β₁)h,   v ← β₂v + (1 − β₂)h²
///     w ← w − rate/(1 − β₁ᵗ) · m/(√(v/(1 − β₂ᵗ)) + ε)
public final class Adam<S: Scalar>: Optimizer {
    private let settings: AdamSettings
    private let decoupled: Bool
    private let objective: any Objective<S>
    private let count: Int
    private let gradient: Buffer<S>
    private let first: Buffer<S>
    private let second: Buffer<S>
    /// Updates done: t of the last one.
    private var updates = 0

    /// `decoupled`: weight decay as in AdamW.
    public init(_ settings: AdamSettings, decoupled: Bool, minimising objective: any Objective<S>) {
        (self.settings, self.decoupled, self.objective, count) = (settings, decoupled, objective, objective.count)
        gradient = Buffer(count: count)
        first = Buffer(count: count)
        second = Buffer(count: count)
    }

    public var curvatureBatch: Double { 0 }

    public func step(from w: MutableVector<S>, at progress: Progress) throws -> StepReport {
        let rate = settings.learningRate.rate(at: progress.epoch)
        let report = try gradient(of: objective, at: w.vector, into: gradient.mutable, rate: rate)
        updates += 1
        let first = 1 - exactPower(settings.beta1, Double(updates))
        let second = 1 - exactPower(settings.beta2, Double(updates))
        S.Kernels.adam(
            count: count, rate: rate / first, beta1: settings.beta1, beta2: settings.beta2,
            root: 1 / second.squareRoot(), epsilon: settings.epsilon,
            l2: decoupled ? 0 : settings.weightDecay,
            shrink: decoupled ? rate * settings.weightDecay : 0,
            gradient.base, self.first.base, self.second.base, w.base)
        return report
    }

    public var state: OptimizerState<S> {
        var state = OptimizerState<S>()
        state.write("first_moment", first)
        state.write("second_moment", second)
        state.numbers["updates"] = Double(updates)
        return state
    }

    public func restore(_ state: OptimizerState<S>) throws {
        try state.read("first_moment", into: first)
        try state.read("second_moment", into: second)
        updates = try state.count("updates")
    }
}
