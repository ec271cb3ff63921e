/// What a model of scaling takes from one measured run. Seconds are those of one rank, a step.
package struct StepMeasurement: Equatable, Sendable {
    /// Sums over ranks of one size.
    package struct Message: Equatable, Sendable {
        package var bytes: Int
        package var calls: Double
        /// Of one sum, the mean, once all ranks have come; nil where it was not measured by size.
        package var seconds: Double?

        package init(bytes: Int, calls: Double, seconds: Double? = nil) {
            (self.bytes, self.calls, self.seconds) = (bytes, calls, seconds)
        }
    }
    package var ranks, threads: Int
    /// Samples of a global batch.
    package var batch: Int
    /// From one step to the next.
    package var seconds: Double
    /// Of work that is divided over the ranks: data, gradients, products, losses, factors. Mean over ranks.
    package var dividedSeconds: Double
    /// Of work that every rank repeats: vectors, the preconditioner, output. Mean over ranks.
    package var repeatedSeconds: Double
    /// Until the last rank has come, and of the reductions proper. Mean over ranks.
    package var waitingSeconds, reductionSeconds: Double
    package var messages: [Message]

    package init(
        ranks: Int, threads: Int, batch: Int, seconds: Double, dividedSeconds: Double, repeatedSeconds: Double,
        waitingSeconds: Double, reductionSeconds: Double, messages: [Message]
    ) {
        (self.ranks, self.threads, self.batch, self.seconds) = (ranks, threads, batch, seconds)
        (self.dividedSeconds, self.repeatedSeconds) = (dividedSeconds, repeatedSeconds)
        (self.waitingSeconds, self.reductionSeconds, self.messages) = (waitingSeconds, reductionSeconds, messages)
    }
}
