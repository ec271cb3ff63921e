extension Optimizer {
    /// The loss and the gradient at `w`, where the optimizer stands, with the report of a step of length `rate` along −g.
    /// Throws `NotFinite` before anything is moved.
    public func gradient(
        of objective: any Objective<S>, at w: Vector<S>, into gradient: MutableVector<S>, rate: Double
    ) throws -> StepReport {
        let loss = try objective.linearize(at: w, gradient: gradient)
        guard loss.isFinite else { throw NotFinite("loss") }
        let norm = S.Kernels.dot(count: gradient.count, gradient.base, gradient.base).squareRoot()
        guard norm.isFinite else { throw NotFinite("gradient") }
        objective.accept()
        return StepReport(loss: loss, gradientNorm: norm, stepLength: rate, learningRate: rate)
    }
}
