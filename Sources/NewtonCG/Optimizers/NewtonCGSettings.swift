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
        /// Steps from one evaluation of ρ to the next; between them the damping stays.
        public var every = 1
        public init() {}
    }
    public enum Preconditioner: Equatable, Sendable {
        case gradientSquares(GradientSquares)
        /// Kronecker factors of the layers' curvature.
        case kronecker(KroneckerSettings)
        case nystrom(Nystrom)
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
        public var decay = 0.99
        public var power = 0.75
        public init() {}
    }
    /// A sketch of the Gauss–Newton matrix from products with `rank` random vectors, made anew in every `refresh`-th step.
    public struct Nystrom: Equatable, Sendable {
        public var rank = 50
        public var refresh = 10
        public init() {}
    }
    /// Limited-memory BFGS from the directions of the solves before and their products; of `solve: cg`.
    public struct LBFGS: Equatable, Sendable {
        /// The pairs that are kept.
        public var memory = 10
        public init() {}

        /// The pairs that are kept of a solve of at most so many iterations, until the next step takes them in.
        func pending(of iterations: Int) -> Int { min(memory, iterations) }
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
    public var solve = Solve.cg
    /// Of `solve: sample_space`, beside which only the learning rate is of any use.
    public var sampleSpace = SampleSpaceSettings()
    /// Of `solve: cg`.
    public var cg = ConjugateGradients()
    /// nil: none.
    public var preconditioner: Preconditioner?
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
