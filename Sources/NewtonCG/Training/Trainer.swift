import Foundation
import MPI

/// Runs a problem: phases of epochs of batches, an optimizer's step on each, evaluations, checkpoints; the same on every
/// rank.
public final class Trainer<S: TrainingScalar> {
    /// Of the phase that is under way.
    public private(set) var problem: Problem<S>
    /// Of the phase that is under way.
    public private(set) var optimizer: any Optimizer<S>
    let course: Course
    let configuration: Configuration
    let w: Buffer<S>
    /// The parameters that are not trained.
    let frozen: Buffer<S>
    let average: Buffer<S>?
    /// Running statistics: those of w, also where an average is kept.
    let state: Buffer<S>
    var position = RunPosition()
    let console: Console?
    let folder: RunFolder?
    let seed: UInt64
    private let metricsPath: String?
    var metricsFile: MetricsFile?
    var lastMetrics: [(part: String, metrics: Metrics)] = []
    var reached: TrainingResult<S>.End?
    /// The training part, where its loss is a target and steps do not tell it.
    var trainingPart: PartEvaluation<S>?
    /// Whether this rank is asked to stop; given on all ranks or on none. The run then ends at the next reduction of a
    /// step, with a checkpoint of that step's start.
    public var stopRequest: (() -> Bool)?
    /// What the training data were, for checkpoints: see `Problem.dataDigest`.
    var dataDigest: UInt64?
    /// Whether the batch that every step takes lies in the objective.
    private var isLoaded = false
    /// The step whose replicas were compared last.
    var comparedStep = -1
    /// This rank's replica: for tests of faults.
    package var replica: UnsafeMutableBufferPointer<S> { .init(start: w.base, count: w.count) }
    /// For `compare`: values of the target's metric whose first meeting is noted, and seconds of steps after which the
    /// run ends at an evaluation (rank 0's clock decides).
    public var milestones = Milestones()
    /// Seconds of steps; nil: no limit.
    public var secondsLimit: Double?
    /// Sees every step and every evaluation; for `compare`.
    public var observer: ((RunPosition, StepReport?, [(part: String, metrics: Metrics)]) -> Void)?

    /// - Parameters:
    ///   - problem: that of the first phase.
    ///   - phases: one at least.
    ///   - seed: of the initial parameters and the batch order; nil: the configuration's.
    ///   - console: rank 0's; nil elsewhere.
    ///   - folder: where the run is kept, opened; nil: nowhere.
    ///   - metrics: where the table of steps is written; nil: into the folder.
    public init(
        _ problem: Problem<S>, _ phases: [TrainingPhase], seed: UInt64? = nil, console: Console?,
        folder: RunFolder?, metrics: String? = nil
    ) throws {
        (self.problem, self.console, self.folder) = (problem, console, folder)
        course = Course(phases, problem.configuration)
        configuration = problem.configuration
        self.seed = seed ?? configuration.seed
        metricsPath = metrics ?? folder?.metrics
        optimizer = try makeOptimizer(phases[0].optimizer, minimising: problem.objective)
        w = Buffer(count: problem.network.parameterCount)
        average = configuration.average > 0 ? Buffer(count: w.count) : nil
        state = Buffer(problem.network.initialState)
        trainingPart = problem.partOfTarget
        frozen = Buffer(count: problem.network.frozenCount)
        problem.network.initialise(w.base, frozen: frozen.base, seed: self.seed)
    }

    /// For one optimizer from the beginning to the end.
    public convenience init(
        _ problem: Problem<S>, _ settings: OptimizerSettings, seed: UInt64? = nil, console: Console?,
        folder: RunFolder?, metrics: String? = nil
    ) throws {
        try self.init(
            problem, [TrainingPhase(settings)], seed: seed, console: console, folder: folder, metrics: metrics)
    }

    /// Makes a phase's problem and its optimizer, which begins anew. The problem has no frozen values yet where it has other
    /// rows than the one before.
    func enter(_ number: Int) throws {
        problem = try problem.with(course.phases[number])
        optimizer = try makeOptimizer(course.phases[number].optimizer, minimising: problem.objective)
        trainingPart = problem.partOfTarget
    }

    /// Of the phase that is under way.
    var settings: OptimizerSettings { course.phases[position.phase].optimizer }

    /// The most steps of the phase that is under way.
    private var stepsOfPhase: Int { course.steps(at: position, batches: problem.lanes.batches) }

    /// About the most steps that the configuration allows.
    var plannedSteps: Double { course.plannedSteps(at: position, problem.lanes) }

    /// Whether all steps are done: nothing is left to train.
    public var isFinished: Bool {
        position.stepsOfPhase >= stepsOfPhase && (course.isLast(position.phase) || course.isOver(at: position))
    }

    /// The point that evaluation uses.
    var evaluated: UnsafeMutablePointer<S> { average?.base ?? w.base }

    /// Trains to the end; called by all ranks together.
    ///
    /// Throws a `DivergedError` where a number is not finite, a `ReplicaError` where the ranks' parameters differ, a
    /// `RunError` where a file can't be written: with the checkpoint to go on from.
    public func run() throws -> TrainingResult<S> {
        // The C library's logarithm may differ between nodes in its last bit: replicas begin as rank 0's.
        try problem.communicator.broadcast(UnsafeMutableBufferPointer(start: w.base, count: w.count))
        try problem.communicator.broadcast(UnsafeMutableBufferPointer(start: frozen.base, count: frozen.count))
        problem.freeze(frozen, state: state)
        try problem.communicator.agree {
            guard let metricsPath else { return }
            metricsFile = try MetricsFile(
                metricsPath, metrics: problem.metrics, resumingAt: position.step > 0 ? position.step : nil)
        }
        if position.step == 0 { evaluated.update(from: w.base, count: w.count) }
        reached = nil
        try runPhase()
        while reached == nil, !isFinished {
            position.beginPhase()
            let before = problem.trained
            try enter(position.phase)
            if problem.trained !== before { problem.freeze(frozen, state: state) }
            for line in [course.text(position.phase)] + planOfPhase { console?.line(line) }
            try runPhase()
        }
        // A run that was resumed at its end: its table has the last evaluation already.
        if lastMetrics.isEmpty, reached != .stopped { lastMetrics = try measure() }
        console?.clearBar()
        return TrainingResult(
            end: reached ?? .finished, position: position, metrics: lastMetrics,
            parameters: Array(UnsafeBufferPointer(start: evaluated, count: w.count)), state: state.values)
    }

    private func runPhase() throws {
        (problem.objective.stopRequest, isLoaded) = (stopRequest, false)
        let limit = stepsOfPhase
        while position.stepsOfPhase < limit, reached == nil {
            let shares = Stage.steps.measure {
                Phase.data.measure {
                    problem.lanes.shares(
                        of: problem.communicator.rank, of: problem.communicator.size, seed: seed, epoch: position.epoch)
                }
            }
            while position.batch < problem.lanes.batches, position.stepsOfPhase < limit, reached == nil {
                do {
                    try Stage.steps.measure { try step(shares) }
                } catch is Stopped {
                    reached = .stopped
                    try save()
                    break
                }
                if isReplicaCheckDue { try compareReplicas() }
                let last = position.stepsOfPhase == limit
                if last || reached != nil || isDue(configuration.train.evaluateEvery) { try evaluate() }
                if last || reached != nil || isDue(configuration.train.checkpointEvery) { try save() }
            }
            if position.batch == problem.lanes.batches { (position.epoch, position.batch) = (position.epoch + 1, 0) }
        }
    }

    /// Whether something is to be done after the steps so far: epochs are counted from the phase's start.
    private func isDue(_ interval: Configuration.Interval) -> Bool {
        switch interval {
        case .steps(let n): return position.step % n == 0
        case .epochs(let epochs):
            let every = epochs * Double(problem.lanes.batches), done = position.stepsOfPhase
            // Quotients of a tiny number are too large to differ by one, or to be numbers.
            return every <= 1 || (Double(done) / every).rounded(.down) > (Double(done - 1) / every).rounded(.down)
        }
    }

    private func step(_ shares: EpochShares) throws {
        let start = MPIEnvironment.wallTime
        try load(shares)
        problem.objective.noise = NoiseKey(seed: seed, step: UInt64(position.step))
        let before = position
        let report: StepReport
        do {
            report = try Phase.vectors.measure {
                try optimizer.step(
                    from: w.mutable,
                    at: Progress(
                        step: position.stepsOfPhase, runStep: position.step,
                        epoch: position.epochsOfPhase(batches: problem.lanes.batches), seed: self.seed))
            }
        } catch let error as NotFinite {
            throw try explain(error)
        } catch let error as Stopped {
            optimizer.takeBack()
            throw error
        }
        if report.stepLength != 0 { problem.objective.follow(state.mutable) }
        if let average {
            position.averageWeight *= configuration.average
            let weight = (1 - configuration.average) / (1 - position.averageWeight)
            Phase.vectors.measure { S.Kernels.lerp(count: w.count, S(weight), w.base, average.base) }
        }
        position.advance(batches: problem.lanes.batches)
        position.seconds += MPIEnvironment.wallTime - start
        try Phase.output.measure {
            try writing { try metricsFile?.step(position, report) }
            observer?(before, report, [])
            monitor(report, seconds: position.seconds - before.seconds)
        }
        let target = configuration.train.target
        if problem.lanes.isFull, let target, target.part == .train { meet(target, report.loss, at: before) }
    }

    /// Loads the next batch, where it is not the one that is loaded: all rows, for products too or for none of them.
    private func load(_ shares: EpochShares) throws {
        let seen = optimizer.curvatureBatch, isFixed = problem.lanes.isFull && (seen <= 0 || seen >= 1)
        guard !isFixed || !isLoaded else { return }
        try Phase.data.measure {
            try problem.objective.load(shares.batch(position.batch, curvature: seen, step: position.step))
        }
        isLoaded = isFixed
    }

    /// A run whose loss or gradient is not finite ends with the step and the layer named. All ranks know the same.
    private func explain(_ error: NotFinite) throws -> DivergedError {
        let layer = try problem.objective.firstLayerNotFinite(at: w.vector)
        let place =
            layer.map { "the output of layer '\($0)' is the first that is not finite" }
            ?? "every layer's output is finite"
        let sentence =
            "step \(position.step + 1): \(error); \(place); \(kept). A smaller learning rate, more damping or a line search "
            + "may help"
        return DivergedError(description: try problem.communicator.broadcast(text: sentence))
    }

    private func monitor(_ report: StepReport, seconds: Double) {
        guard let console else { return }
        let planned = plannedSteps, fraction = Double(position.step) / max(1, planned)
        let left = position.seconds / Double(position.step) * (planned - Double(position.step))
        console.detail(MonitorLine.text(position, report, seconds: seconds))
        console.bar(
            fraction,
            "epoch \(decimals(position.epochs, 2))  loss \(short(report.loss))  \(Int(min(left, 1e15).rounded())) s left"
        )
    }
}
