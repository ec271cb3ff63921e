/// The choice of an optimizer with all its numbers: plain values, as the configuration gives them.
public enum OptimizerSettings: Equatable, Sendable {
    case newtonCG(NewtonCGSettings)
    case lbfgs(LBFGSSettings)
    case sgd(SGDSettings)
    case adaGrad(AdaGradSettings)
    /// Adam; with `decoupled` weight decay it is AdamW.
    case adam(AdamSettings, decoupled: Bool)
    /// One that is not part of the library.
    case own(OwnOptimizer)
}

/// A learning rate, or another number that changes: a function of the epochs done, with a linear warm-up from 0.
public struct Schedule: Equatable, Sendable {
    public enum Form: Equatable, Sendable {
        case constant(Double)
        case exponential(initial: Double, rate: Double, minimum: Double = 0)
        case inverseTime(initial: Double, rate: Double)
        case step(initial: Double, factor: Double, every: Double)
        case linear(initial: Double, final: Double, from: Double, to: Double)
        case cosine(initial: Double, final: Double, epochs: Double)
        case cyclic(minimum: Double, maximum: Double, period: Double, mode: CyclicMode, gamma: Double)
    }
    public enum CyclicMode: String, Equatable, Sendable, CaseIterable {
        case triangular, triangular2
        case expRange = "exp_range"
    }
    public var form: Form
    /// Epochs of linear growth from 0.
    public var warmup: Double

    public init(_ form: Form, warmup: Double = 0) { (self.form, self.warmup) = (form, warmup) }
    public static func constant(_ rate: Double) -> Schedule { Schedule(.constant(rate)) }
}

public struct LBFGSSettings: Equatable, Sendable {
    public struct StrongWolfe: Equatable, Sendable {
        /// Of the loss, relative to its first slope: L(w + αd) ≤ L(w) + c1·α·gᵀd.
        public var c1 = 1e-4
        /// Of the slope, relative to the first: above c1.
        public var c2 = 0.9
        /// The most evaluations of a search.
        public var most = 25
        public init() {}
    }
    /// Pairs of steps and changes of the gradient that are kept.
    public var memory = 10
    public var lineSearch = StrongWolfe()
    public init() {}
}

public struct SGDSettings: Equatable, Sendable {
    public var learningRate = Schedule.constant(0.01)
    public var momentum = 0.0
    public var nesterov = false
    /// L2 decay, added to the gradient.
    public var weightDecay = 0.0
    public init() {}
}

public struct AdaGradSettings: Equatable, Sendable {
    public var learningRate = Schedule.constant(0.01)
    public var epsilon = 1e-10
    public init() {}
}

public struct AdamSettings: Equatable, Sendable {
    public var learningRate = Schedule.constant(1e-3)
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var epsilon = 1e-8
    public var weightDecay = 0.0
    public init() {}
}
