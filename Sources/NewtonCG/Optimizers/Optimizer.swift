/// Where a run stands when a step begins.
public struct Progress: Sendable {
    /// Steps done before this one: of the run's phase, which an optimizer's own schedules go by, and of the whole run,
    /// which with the seed is the key of all random draws.
    public var step: Int
    /// See `step`.
    public var runStep: Int
    /// Epochs done, with their fraction: the time of learning-rate schedules.
    public var epoch: Double
    /// Of the run's random numbers.
    public var seed: UInt64

    /// - Parameter runStep: nil: the run has one phase.
    public init(step: Int, runStep: Int? = nil, epoch: Double, seed: UInt64 = 1) {
        (self.step, self.runStep, self.epoch, self.seed) = (step, runStep ?? step, epoch, seed)
    }
}

/// What a step did: the monitor line and a row of `metrics.csv`.
public struct StepReport: Sendable {
    /// The batch's loss before the step.
    public var loss: Double
    /// The Euclidean norm of the batch's gradient before the step, penalty included.
    public var gradientNorm: Double
    /// The factor on the direction that was taken; 0 where no step was taken.
    public var stepLength: Double
    /// The schedule's value.
    public var learningRate: Double
    /// τ, of a method that has one.
    public var damping: Double?
    /// Iterations of the solve, of a method that has one.
    public var cgIterations: Int?
    /// Why the solve ended.
    public var cgStatus: String?
    /// Actual over predicted reduction.
    public var rho: Double?
    /// Evaluations of loss and gradient together, where their number is the optimizer's own choice.
    public var evaluations: Int?
    /// A sentence where the step was not an ordinary one.
    public var remark: String?

    /// What every step has.
    public init(loss: Double, gradientNorm: Double, stepLength: Double, learningRate: Double) {
        (self.loss, self.gradientNorm, self.stepLength, self.learningRate) = (
            loss, gradientNorm, stepLength, learningRate
        )
    }

    mutating func add(remark sentence: String) { remark = remark.map { $0 + "; " + sentence } ?? sentence }
}

/// A method that moves parameters, step by step, to lower the objective that it was made for. It decides from reduced values only, so that all ranks do the same.
public protocol Optimizer<S>: AnyObject {
    /// The type of its vectors' values.
    associatedtype S: Scalar
    /// The fraction of a batch that curvature products see; 0: none are taken.
    var curvatureBatch: Double { get }
    /// One step on the objective's loaded batch: `w` is moved in place, or left where no step is taken. Points that are
    /// accepted are told to the objective.
    /// Throws `NotFinite` where the loss or the gradient at `w` is not finite. Where the objective throws, `w` is left
    /// as it was, and `takeBack` does the same to the state.
    func step(from w: MutableVector<S>, at progress: Progress) throws -> StepReport
    /// What this rank holds of it.
    var state: OptimizerState<S> { get }
    /// The state with whole vectors. All ranks ask for it together where vectors are divided over them.
    func wholeState() throws -> OptimizerState<S>
    /// Its vectors are divided over the ranks.
    var dividesVectors: Bool { get }
    /// What it takes of a rank's memory beside some vectors, for the head of a run: a line each.
    var memory: [String] { get }
    /// Takes back a whole state of the same optimizer; throws a sentence where something is missing or has another size.
    func restore(_ state: OptimizerState<S>) throws
    /// Makes the state what it was before the step that just ended by `Stopped`.
    func takeBack()
}

extension Optimizer {
    public func wholeState() throws -> OptimizerState<S> { state }
    public var dividesVectors: Bool { false }
    public var memory: [String] { [] }
    /// For methods that change nothing before their last reduction.
    public func takeBack() {}
}
