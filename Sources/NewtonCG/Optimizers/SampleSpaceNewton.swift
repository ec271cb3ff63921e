import MPI

/// Newton's method in the space of a batch's residuals, with momentum where the batch says nothing: SPRING (Goldshlager,
/// Abrahamsen & Lin 2024, J. Comput. Phys. 516, 113351, algorithm 1), with the penalty ½λ₂‖w‖² exact:
///
///     d ← argmin over d of ½dᵀGd + gᵀd + ½λ‖d − μd′‖²      G Gauss–Newton, d′ the direction before, penalty included
///       = c − J̃ᵀ(J̃J̃ᵀ + n(λ + λ₂)I)⁻¹(r̃ + J̃c),   c = (λμd′ − λ₂w)/(λ + λ₂)
///     d ← d·min(1, limit/‖d‖),   w ← w + rate·d
///
/// n samples with residuals r̃ and their Jacobian J̃ (`SampleSpace`). It is taken without a look at the
/// loss where it leads.
final class SampleSpaceNewton<S: Scalar & MPIDatatype>: Optimizer {
    private let settings: SampleSpaceSettings
    private let learningRate: Schedule
    private let objective: any ResidualBatch<S>
    private let space: SampleSpace<S>
    /// λ₂.
    private let penalty: Double
    private let count: Int
    private let gradient, center: Buffer<S>
    /// d, of the step before when a step begins.
    private let direction: Buffer<S>
    private var hasDirection = false

    /// - Throws: a `ModelError` where the objective has no such space, it does not fit into memory, or the penalties are
    ///   not the same for all parameters.
    init(_ settings: SampleSpaceSettings, learningRate: Schedule, minimising objective: any ResidualBatch<S>) throws {
        let count = objective.count
        (self.settings, self.learningRate, self.objective, self.count) = (settings, learningRate, objective, count)
        space = try SampleSpace(objective)
        penalty = try objective.penalties.uniform(over: count, for: "'solve: sample_space'")
        (gradient, center, direction) = (Buffer(count: count), Buffer(count: count), Buffer(count: count))
    }

    var curvatureBatch: Double { 1 }

    var memory: [String] { ["\(space.plan)"] }

    func step(from w: MutableVector<S>, at progress: Progress) throws -> StepReport {
        let rate = learningRate.rate(at: progress.epoch)
        var report = try gradient(of: objective, at: w.vector, into: gradient.mutable, rate: rate)
        let damping = settings.damping.rate(at: progress.epoch), sum = damping + penalty
        let momentum = hasDirection ? settings.momentum.rate(at: progress.epoch) : 0
        let hasCenter = momentum > 0 || penalty > 0
        if hasCenter {
            S.Kernels.scale(count: count, S(damping * momentum / sum), direction.base, center.base)
            if penalty > 0 { S.Kernels.axpy(count: count, S(-penalty / sum), w.base, center.base) }
        }
        let used = try space.minimise(
            around: hasCenter ? center.vector : nil, damping: sum, into: direction.mutable)
        guard used.isFinite else { throw NotFinite("matrix of the batch's residuals") }
        report.damping = used
        if used > sum { report.remark = "damping was raised to \(used): below, the matrix is singular to rounding" }
        let norm = S.Kernels.dot(count: count, direction.base, direction.base).squareRoot()
        guard norm.isFinite else { throw NotFinite("direction") }
        let limit = settings.normLimit.rate(at: progress.epoch)
        if norm > limit { S.Kernels.scale(count: count, S(limit / norm), direction.base, direction.base) }
        S.Kernels.axpy(count: count, S(rate), direction.base, w.base)
        hasDirection = true
        return report
    }

    var state: OptimizerState<S> {
        var state = OptimizerState<S>()
        state.numbers["has_direction"] = hasDirection ? 1 : 0
        if hasDirection { state.write("direction", direction) }
        return state
    }

    func restore(_ state: OptimizerState<S>) throws {
        hasDirection = try state.number("has_direction") == 1
        if hasDirection { try state.read("direction", into: direction) }
    }
}
