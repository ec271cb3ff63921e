/// Newton's method in the space of a batch's residuals, with momentum where the batch says nothing: SPRING (Goldshlager,
/// Abrahamsen & Lin 2024, J. Comput. Phys. 516, 113351, algorithm 1), with the regularisation ½λ₂‖w‖² exact:
///
///     d ← argmin over d of ½dᵀGd + gᵀd + ½λ‖d − μd′‖²      G Gauss–Newton, d′ the direction before, penalty included
///       = c − J̃ᵀ(J̃J̃ᵀ + n(λ + λ₂)I)⁻¹(r̃ + J̃c),   c = (λμd′ − λ₂w)/(λ + λ₂)
///     d ← d·min(1, limit/‖d‖),   w ← w + rate·d
///
/// n samples with residuals r̃ and their Jacobian J̃ (`Objective.minimiseInSampleSpace`). It is taken without a look at the
/// loss where it leads.
final class SampleSpaceStep<S: Scalar>: Optimizer {
    private let settings: SampleSpaceSettings
    private let learningRate: Schedule
    private let count: Int
    private let gradient, center: Buffer<S>
    /// d, of the step before when a step begins.
    private let direction: Buffer<S>
    private var hasDirection = false

    init(_ settings: SampleSpaceSettings, learningRate: Schedule, count: Int) {
        (self.settings, self.learningRate, self.count) = (settings, learningRate, count)
        (gradient, center, direction) = (Buffer(count: count), Buffer(count: count), Buffer(count: count))
    }

    var curvatureBatch: Double { 1 }

    func step(
        _ objective: any Objective<S>, from w: UnsafeMutablePointer<S>, at progress: Progress
    ) throws -> StepReport {
        let rate = learningRate.rate(at: progress.epoch)
        var report = try gradient(of: objective, at: w, into: gradient.base, rate: rate)
        let damping = settings.damping.rate(at: progress.epoch), l2 = objective.l2, sum = damping + l2
        let momentum = hasDirection ? settings.momentum.rate(at: progress.epoch) : 0
        let hasCenter = momentum > 0 || l2 > 0
        if hasCenter {
            S.scale(count, S(damping * momentum / sum), direction.base, center.base)
            if l2 > 0 { S.axpy(count, S(-l2 / sum), w, center.base) }
        }
        let used = try objective.minimiseInSampleSpace(
            around: hasCenter ? UnsafePointer(center.base) : nil, damping: sum, into: direction.base)
        guard used.isFinite else { throw NotFinite("matrix of the batch's residuals") }
        report.damping = used
        if used > sum { report.remark = "damping was raised to \(used): below, the matrix is singular to rounding" }
        let norm = S.dot(count, direction.base, direction.base).squareRoot()
        guard norm.isFinite else { throw NotFinite("direction") }
        let limit = settings.normLimit.rate(at: progress.epoch)
        if norm > limit { S.scale(count, S(limit / norm), direction.base, direction.base) }
        S.axpy(count, S(rate), direction.base, w)
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
