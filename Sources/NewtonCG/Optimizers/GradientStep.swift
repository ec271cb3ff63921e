extension Optimizer {
    /// The loss and the gradient at `w`, with the report of a step of length `rate` along −g. Throws
    /// `NotFinite` before anything is moved.
    func gradient(
        of objective: any Objective<S>, at w: UnsafePointer<S>, into gradient: UnsafeMutablePointer<S>,
        rate: Double
    ) throws -> StepReport {
        let loss = try objective.linearize(at: w, gradient: gradient)
        guard loss.isFinite else { throw NotFinite("loss") }
        let norm = S.dot(objective.count, gradient, gradient).squareRoot()
        guard norm.isFinite else { throw NotFinite("gradient") }
        return StepReport(loss: loss, gradientNorm: norm, stepLength: rate, learningRate: rate)
    }
}
