/// Newton-CG with all its numbers.
public struct NewtonCGSettings: Equatable, Sendable {
    /// How the direction of a step is found.
    public enum Solve: String, Equatable, Sendable, CaseIterable {
        /// Conjugate gradients on the damped system.
        case cg
        /// The exact minimiser over the plane of the preconditioned gradient and the last step.
        case subspace
        /// In the space of the batch's residuals.
        case sampleSpace = "sample_space"
    }
    /// By what a solve ends before its most iterations.
    public enum Stop: String, Equatable, Sendable, CaseIterable {
        /// ‖r‖ ≤ tolerance·‖b‖
        case residual
        /// The quadratic model falls too little over the last iterations (Martens 2010).
        case relativeProgress = "relative_progress"
    }
    /// How the damping τ changes.
    public enum DampingRule: String, Equatable, Sendable, CaseIterable {
        /// By the ratio ρ of actual to predicted reduction.
        case levenbergMarquardt = "levenberg_marquardt"
        /// Not at all.
        case fixed
    }
    /// The solve of (B + τI)p = −g.
    public struct ConjugateGradients: Equatable, Sendable {
        /// The most iterations, of one product each.
        public var maxIterations = 20
        /// By what it ends before.
        public var stop = Stop.residual
        /// Of the residual relative to the right-hand side (0.1), or of the relative progress (5e-4).
        public var tolerance = 0.1
        /// The factor on the last solution that a solve starts from; 0: from zero.
        public var warmStart = 0.9
        /// Take the best of the stored iterates by the loss (Martens 2010).
        public var backtracking = false
        /// Divide the vectors of a solve over the ranks.
        public var splitVectors = false
        /// With the defaults.
        public init() {}
    }
    /// τ of B + τI.
    public struct Damping: Equatable, Sendable {
        /// How it changes.
        public var rule = DampingRule.levenbergMarquardt
        /// In the first step.
        public var initial = 0.1
        /// The factor where ρ < ¼.
        public var increase = 1.5
        /// The factor where ρ > ¾.
        public var decrease = 2.0 / 3
        /// Not below this.
        public var minimum = 1e-12
        /// Not above this.
        public var maximum = 1e12
        /// Steps from one evaluation of ρ to the next; between them the damping stays.
        public var every = 1
        /// With the defaults.
        public init() {}
    }
    /// What stands for the inverse of the damped curvature in a solve.
    public enum Preconditioner: Equatable, Sendable {
        /// The diagonal of mean squared gradients.
        case gradientSquares(GradientSquares)
        /// Kronecker factors of the layers' curvature.
        case kronecker(KroneckerSettings)
        /// A sketch of the curvature.
        case nystrom(Nystrom)
        /// Pairs of the solves before.
        case lbfgs(LBFGS)

        /// Whether it can be applied to the part of a vector that a rank holds, with `cg.split_vectors`.
        var worksOnParts: Bool {
            switch self {
            case .gradientSquares: true
            case .kronecker, .nystrom, .lbfgs: false
            }
        }
    }
    /// Diagonal: (mean squared gradient · batch + τ)^power.
    public struct GradientSquares: Equatable, Sendable {
        /// Of the mean, a step.
        public var decay = 0.99
        /// The exponent (Martens 2010: ¾).
        public var power = 0.75
        /// With the defaults.
        public init() {}
    }
    /// A sketch of the Gauss–Newton matrix from products with `rank` random vectors, made anew in every `refresh`-th step.
    public struct Nystrom: Equatable, Sendable {
        /// Random vectors, and products of a sketch.
        public var rank = 50
        /// Steps from one sketch to the next.
        public var refresh = 10
        /// With the defaults.
        public init() {}
    }
    /// Limited-memory BFGS from the directions of the solves before and their products; of `solve: cg`.
    public struct LBFGS: Equatable, Sendable {
        /// The pairs that are kept.
        public var memory = 10
        /// With the defaults.
        public init() {}

        /// The pairs that are kept of a solve of at most so many iterations, until the next step takes them in.
        func pending(of iterations: Int) -> Int { min(memory, iterations) }
    }
    /// Backtracking until L(w + αp) ≤ L(w) + c·α·gᵀp (Armijo 1966).
    public struct Armijo: Equatable, Sendable {
        /// Of the loss, relative to its slope.
        public var c = 1e-2
        /// The factor from one α to the next.
        public var shrink = 0.5
        /// The most shrinks; then no step is taken.
        public var most = 8
        /// With the defaults.
        public init() {}
    }
    /// How a direction is recognised that does not descend.
    public enum DescentCheck: Equatable, Sendable {
        /// gᵀp ≥ −ε‖g‖‖p‖, free of scale.
        case relative
        /// gᵀp > τ, as printed on the poster.
        case poster
    }

    /// Which products are taken.
    public var curvature = Curvature.gaussNewton
    /// The fraction of the batch that the products see.
    public var curvatureBatch = 1.0
    /// How the direction is found.
    public var solve = Solve.cg
    /// Of `solve: sample_space`, beside which only the learning rate is of any use.
    public var sampleSpace = SampleSpaceSettings()
    /// Of `solve: cg`.
    public var cg = ConjugateGradients()
    /// nil: none.
    public var preconditioner: Preconditioner?
    /// τ of B + τI.
    public var damping = Damping()
    /// The factor on the direction, before a line search.
    public var learningRate = Schedule.constant(1)
    /// nil: no line search.
    public var lineSearch: Armijo? = Armijo()
    /// How a direction is recognised that does not descend.
    public var descentCheck = DescentCheck.relative

    /// With the defaults.
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
