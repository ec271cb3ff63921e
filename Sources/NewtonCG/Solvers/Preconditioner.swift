/// An approximation M of a solver's matrix, symmetric and positive definite, that is cheap to solve with.
public protocol Preconditioner<S>: AnyObject {
    associatedtype S: Scalar
    /// z ← M⁻¹r; returns rᵀz over the values at hand.
    func apply(_ r: UnsafePointer<S>, into z: UnsafeMutablePointer<S>) throws -> Double
}

/// A preconditioner that follows the points of an optimizer: renewed once a step, before the solve.
public protocol SteppedPreconditioner<S>: Preconditioner {
    /// Takes in the point where the objective was linearised. Returns a sentence where something was not as usual.
    func renew(_ step: PreconditionerStep<S>) throws -> String?
    /// What it holds and how much memory that takes, for the head of a run; nil: some vectors of parameters.
    var memory: String? { get }
    /// What is carried from step to step, for checkpoints.
    func write(to state: inout OptimizerState<S>)
    func restore(_ state: OptimizerState<S>) throws
}

extension SteppedPreconditioner {
    public var memory: String? { nil }
}

/// What a preconditioner may read of a step.
public struct PreconditionerStep<S: Scalar> {
    /// The batch's mean gradient, or its negative.
    public let gradient: UnsafePointer<S>
    /// Samples of the batch.
    public let samples: Int
    /// λ of the matrix B + λI that is preconditioned.
    public let damping: Double
    /// Steps done before this one, and the run's seed: what random numbers are drawn by.
    public let step: Int
    public let seed: UInt64

    public init(gradient: UnsafePointer<S>, samples: Int, damping: Double, step: Int, seed: UInt64) {
        (self.gradient, self.samples, self.damping, self.step, self.seed) = (gradient, samples, damping, step, seed)
    }
}

extension GradientSquares: SteppedPreconditioner {
    public func renew(_ step: PreconditionerStep<S>) -> String? {
        update(gradient: step.gradient, samples: step.samples, damping: step.damping)
        return nil
    }

    public func write(to state: inout OptimizerState<S>) {
        state.write("gradient_squares", squares)
        state.numbers["gradient_squares_decayed"] = decayed
    }

    public func restore(_ state: OptimizerState<S>) throws {
        try state.read("gradient_squares", into: squares)
        decayed = try state.number("gradient_squares_decayed")
    }
}
