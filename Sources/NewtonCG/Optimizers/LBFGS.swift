/// Limited-memory BFGS with a strong Wolfe line search (Nocedal & Wright 2006, algorithm 7.5):
///
///     d = −H g,   H from the last pairs (s, y)
///     α by the strong Wolfe conditions, from 1 on (without pairs: from min(1, 1/‖g‖))
///     w₊ = w + αd,   s = αd,   y = ∇L(w₊) − ∇L(w)
///
/// Both gradients of y are of the step's own batch, so that batches add no noise to the curvature; on full batches the
/// accepted point's gradient is the next step's. Each evaluation is a loss with its gradient, and is counted.
///
/// Where no point along d is better, no step is taken and the pairs are forgotten: the next step begins at −g.
public final class LBFGS<S: Scalar>: Optimizer {
    private let objective: any Objective<S>
    private let count: Int
    private let inverse: LimitedMemoryBFGS<S>
    private let search: StrongWolfe
    private let direction: Buffer<S>
    private let trial: Buffer<S>
    /// At w, at the point that was tried last, at the best point of the search.
    private var gradient, trialGradient, bestGradient: Buffer<S>
    /// L(w), where it and the gradient are known from the last step.
    private var knownLoss: Double?

    /// For one objective, from its first step on.
    public init(_ settings: LBFGSSettings, minimising objective: any Objective<S>) {
        let count = objective.count
        (self.objective, self.count) = (objective, count)
        inverse = LimitedMemoryBFGS(count: count, capacity: settings.memory)
        search = StrongWolfe(settings: settings.lineSearch, resolution: Double(S.ulpOfOne))
        direction = Buffer(count: count)
        trial = Buffer(count: count)
        gradient = Buffer(count: count)
        trialGradient = Buffer(count: count)
        bestGradient = Buffer(count: count)
    }

    public var curvatureBatch: Double { 0 }

    public func step(from w: MutableVector<S>, at progress: Progress) throws -> StepReport {
        var report = try start(w.vector)
        if report.gradientNorm == 0 {
            report.stepLength = 0
            report.remark = "no step: the gradient is zero"
            return report
        }
        let slope = findDirection(&report)
        let first = inverse.pairs > 0 ? 1 : min(1, 1 / report.gradientNorm)
        let result = try search.search(
            from: .init(alpha: 0, value: report.loss, slope: slope), first: first,
            evaluate: { alpha in
                S.Kernels.waxpy(count: count, S(alpha), direction.base, w.base, trial.base)
                let loss = try objective.linearize(at: trial.vector, gradient: trialGradient.mutable)
                let slope = S.Kernels.dot(count: count, trialGradient.base, direction.base)
                return .init(alpha: alpha, value: loss.isFinite && slope.isFinite ? loss : .infinity, slope: slope)
            },
            keep: {
                objective.accept()
                swap(&trialGradient, &bestGradient)
            })
        report.evaluations! += result.evaluations
        report.stepLength = result.point.alpha
        if result.point.alpha == 0 {
            inverse.forget()
            report.add(remark: "no step: no point with a lower loss was found in \(result.evaluations) evaluations")
        } else {
            take(result.point.alpha, from: w.base)
            if !result.isStrong {
                report.add(remark: "the slope is still steep after \(result.evaluations) evaluations")
            }
        }
        knownLoss = objective.isWhole ? result.point.value : nil
        return report
    }

    /// Loss and gradient at w: those of the last step where they are of the same batch.
    private func start(_ w: Vector<S>) throws -> StepReport {
        var report: StepReport
        if let knownLoss, objective.isWhole {
            let norm = S.Kernels.dot(count: count, gradient.base, gradient.base).squareRoot()
            report = StepReport(loss: knownLoss, gradientNorm: norm, stepLength: 0, learningRate: 1)
            report.evaluations = 0
        } else {
            report = try gradient(of: objective, at: w, into: gradient.mutable, rate: 1)
            report.evaluations = 1
        }
        return report
    }

    /// d, and gᵀd: −Hg, or −g where that does not descend.
    private func findDirection(_ report: inout StepReport) -> Double {
        let descent = trial.base
        S.Kernels.scale(count: count, -1, gradient.base, descent)
        let slope = -inverse.apply(trial.vector, into: direction.mutable)
        let norm = S.Kernels.dot(count: count, direction.base, direction.base).squareRoot()
        if slope < -Double(S.ulpOfOne) * report.gradientNorm * norm { return slope }
        inverse.forget()
        direction.base.update(from: descent, count: count)
        report.add(remark: "the direction does not descend: the negative gradient is taken")
        return -report.gradientNorm * report.gradientNorm
    }

    /// Moves w by α along the direction, takes the pair in, and makes the new point's gradient the current one.
    private func take(_ alpha: Double, from w: UnsafeMutablePointer<S>) {
        S.Kernels.axpy(count: count, S(alpha), direction.base, w)
        S.Kernels.scale(count: count, S(alpha), direction.base, direction.base)
        S.Kernels.xpby(count: count, bestGradient.base, -1, gradient.base)
        inverse.add(s: direction.vector, y: gradient.vector)
        swap(&gradient, &bestGradient)
    }

    public var state: OptimizerState<S> {
        var state = OptimizerState<S>()
        state.numbers["pairs"] = Double(inverse.pairs)
        for age in 0..<inverse.pairs {
            let (s, y) = inverse.pair(age)
            state.write("step_\(age)", s)
            state.write("gradient_change_\(age)", y)
        }
        if let knownLoss {
            state.numbers["loss"] = knownLoss
            state.write("gradient", gradient)
        }
        return state
    }

    public func restore(_ state: OptimizerState<S>) throws {
        inverse.forget()
        let pairs = try state.count("pairs")
        // The oldest first, through buffers that no step needs between steps.
        for age in (0..<pairs).reversed() {
            try state.read("step_\(age)", into: direction)
            try state.read("gradient_change_\(age)", into: trialGradient)
            inverse.add(s: direction.vector, y: trialGradient.vector)
        }
        knownLoss = state.numbers["loss"]
        if knownLoss != nil { try state.read("gradient", into: gradient) }
    }
}
