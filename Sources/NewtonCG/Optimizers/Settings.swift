/// The choice of an optimizer with all its numbers: plain values, as the configuration gives them.
public enum OptimizerSettings: Equatable, Sendable {
    case newtonCG(NewtonCGSettings)
    case sgd(SGDSettings)
    case adaGrad(AdaGradSettings)
    /// Adam; with `decoupled` weight decay it is AdamW.
    case adam(AdamSettings, decoupled: Bool)
}

/// A learning rate: a number or a function of the epochs done, with a linear warm-up from 0.
public struct Schedule: Equatable, Sendable {
    public enum Form: Equatable, Sendable {
        case constant(Double)
        case exponential(initial: Double, rate: Double)
        case inverseTime(initial: Double, rate: Double)
        case step(initial: Double, factor: Double, every: Double)
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

public struct NewtonCGSettings: Equatable, Sendable {
    public enum Stop: String, Equatable, Sendable, CaseIterable {
        case residual
        case relativeProgress = "relative_progress"
    }
    public enum DampingRule: String, Equatable, Sendable, CaseIterable {
        case levenbergMarquardt = "levenberg_marquardt"
        case fixed
    }
    public struct ConjugateGradients: Equatable, Sendable {
        public var maxIterations = 20
        public var stop = Stop.residual
        /// Of the residual relative to the right-hand side (0.1), or of the relative progress (5e-4).
        public var tolerance = 0.1
        /// The factor on the last solution that a solve starts from; 0: from zero.
        public var warmStart = 0.9
        /// Take the best of the stored iterates by the loss (Martens 2010).
        public var backtracking = false
        /// Divide the vectors of a solve over the ranks.
        public var splitVectors = false
        public init() {}
    }
    public struct Damping: Equatable, Sendable {
        public var rule = DampingRule.levenbergMarquardt
        public var initial = 0.1
        public var increase = 1.5
        public var decrease = 2.0 / 3
        public var minimum = 1e-12
        public var maximum = 1e12
        public init() {}
    }
    public struct GradientSquares: Equatable, Sendable {
        public var decay = 0.99
        public var power = 0.75
        public init() {}
    }
    public struct Armijo: Equatable, Sendable {
        public var c = 1e-2
        public var shrink = 0.5
        /// The most shrinks; then no step is taken.
        public var most = 8
        public init() {}
    }
    /// How a direction is recognised that does not descend.
    public enum DescentCheck: Equatable, Sendable {
        /// gᵀp ≥ −ε‖g‖‖p‖, free of scale.
        case relative
        /// gᵀp > τ, as printed on the poster.
        case poster
    }

    public var curvature = Curvature.gaussNewton
    /// The fraction of the batch that the products see.
    public var curvatureBatch = 1.0
    public var cg = ConjugateGradients()
    /// Diagonal preconditioner (mean squared gradient · batch + τ)^power; nil: none.
    public var preconditioner: GradientSquares?
    public var damping = Damping()
    public var learningRate = Schedule.constant(1)
    /// nil: no line search.
    public var lineSearch: Armijo? = Armijo()
    public var descentCheck = DescentCheck.relative

    public init() {}

    /// The poster's algorithm literally: exact Hessian, x₀ = 0, at most 20 iterations, fixed τ, −g where gᵀp > τ.
    public static var poster: NewtonCGSettings {
        var settings = NewtonCGSettings()
        settings.curvature = .hessian
        settings.cg.warmStart = 0
        settings.damping.rule = .fixed
        settings.descentCheck = .poster
        return settings
    }
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
