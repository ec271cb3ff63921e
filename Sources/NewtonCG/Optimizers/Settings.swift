/// The choice of an optimizer with all its numbers: plain values, as the configuration gives them.
public enum OptimizerSettings: Equatable, Sendable {
    /// Newton's method, its systems solved by conjugate gradients or otherwise.
    case newtonCG(NewtonCGSettings)
    /// Limited-memory BFGS (Nocedal & Wright 2006, algorithm 7.5).
    case lbfgs(LBFGSSettings)
    /// Stochastic gradient descent, with momentum.
    case sgd(SGDSettings)
    /// AdaGrad (Duchi, Hazan & Singer 2011).
    case adaGrad(AdaGradSettings)
    /// Adam; with `decoupled` weight decay it is AdamW.
    case adam(AdamSettings, decoupled: Bool)
    /// One that is not part of the library.
    case own(OwnOptimizer)
}

/// A learning rate, or another number that changes: a function of the epochs done, with a linear warm-up from 0.
public struct Schedule: Equatable, Sendable {
    /// The function of the epochs e done.
    public enum Form: Equatable, Sendable {
        /// The same always.
        case constant(Double)
        /// initial·rateᵉ, not below the minimum.
        case exponential(initial: Double, rate: Double, minimum: Double = 0)
        /// initial/(1 + rate·e)
        case inverseTime(initial: Double, rate: Double)
        /// initial·factor^⌊e/every⌋
        case step(initial: Double, factor: Double, every: Double)
        /// From one value to the other between two epochs, constant before and after.
        case linear(initial: Double, final: Double, from: Double, to: Double)
        /// Half a cosine from one value to the other in so many epochs (Loshchilov & Hutter 2017).
        case cosine(initial: Double, final: Double, epochs: Double)
        /// Up and down between two values, once a period (Smith 2017).
        case cyclic(minimum: Double, maximum: Double, period: Double, mode: CyclicMode, gamma: Double)
    }
    /// What becomes of the height of a cycle.
    public enum CyclicMode: String, Equatable, Sendable, CaseIterable {
        /// It stays, or is halved with every cycle.
        case triangular, triangular2
        /// It is multiplied by gammaᵉ.
        case expRange = "exp_range"
    }
    public var form: Form
    /// Epochs of linear growth from 0.
    public var warmup: Double

    /// - Parameter warmup: epochs of linear growth from 0.
    public init(_ form: Form, warmup: Double = 0) { (self.form, self.warmup) = (form, warmup) }
    /// The same always.
    public static func constant(_ rate: Double) -> Schedule { Schedule(.constant(rate)) }
}

/// Limited-memory BFGS (Nocedal & Wright 2006, algorithm 7.5) with all its numbers.
public struct LBFGSSettings: Equatable, Sendable {
    /// The search along a direction for the strong Wolfe conditions (Nocedal & Wright 2006, algorithms 3.5 and 3.6).
    public struct StrongWolfe: Equatable, Sendable {
        /// Of the loss, relative to its first slope: L(w + αd) ≤ L(w) + c1·α·gᵀd.
        public var c1 = 1e-4
        /// Of the slope, relative to the first: above c1.
        public var c2 = 0.9
        /// The most evaluations of a search.
        public var most = 25
        /// With the defaults.
        public init() {}
    }
    /// Pairs of steps and changes of the gradient that are kept.
    public var memory = 10
    /// The search along a direction.
    public var lineSearch = StrongWolfe()
    /// With the defaults.
    public init() {}
}

/// Stochastic gradient descent with all its numbers.
public struct SGDSettings: Equatable, Sendable {
    /// The factor on the direction.
    public var learningRate = Schedule.constant(0.01)
    /// Of the velocity, a step; 0: none.
    public var momentum = 0.0
    /// The gradient is followed from where the velocity leads (Nesterov 1983).
    public var nesterov = false
    /// L2 decay, added to the gradient.
    public var weightDecay = 0.0
    /// With the defaults.
    public init() {}
}

/// AdaGrad (Duchi, Hazan & Singer 2011) with all its numbers.
public struct AdaGradSettings: Equatable, Sendable {
    /// The factor on the direction.
    public var learningRate = Schedule.constant(0.01)
    /// What is added to a root of squares.
    public var epsilon = 1e-10
    /// With the defaults.
    public init() {}
}

/// Adam (Kingma & Ba 2015), or AdamW (Loshchilov & Hutter 2019), with all its numbers.
public struct AdamSettings: Equatable, Sendable {
    /// The factor on the direction.
    public var learningRate = Schedule.constant(1e-3)
    /// The decay of the mean gradient, a step.
    public var beta1 = 0.9
    /// The decay of the mean squared gradient, a step.
    public var beta2 = 0.999
    /// What is added to a root of squares.
    public var epsilon = 1e-8
    /// L2 decay: added to the gradient, or applied to the parameters where it is decoupled.
    public var weightDecay = 0.0
    /// With the defaults.
    public init() {}
}
