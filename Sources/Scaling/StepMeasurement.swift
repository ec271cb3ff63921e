/// What a model of scaling takes from one measured run. Seconds are those of one rank, a step.
public struct StepMeasurement: Equatable, Sendable {
    /// Sums over ranks of one size.
    public struct Message: Equatable, Sendable {
        public var bytes: Int
        public var calls: Double

        public init(bytes: Int, calls: Double) { (self.bytes, self.calls) = (bytes, calls) }
    }
    public var ranks, threads: Int
    /// Samples of a global batch.
    public var batch: Int
    /// From one step to the next.
    public var seconds: Double
    /// Of work that is divided over the ranks: data, gradients, products, losses, factors. Mean over ranks.
    public var dividedSeconds: Double
    /// Of work that every rank repeats: vectors, the preconditioner, output. Mean over ranks.
    public var repeatedSeconds: Double
    /// Until the last rank has come, and of the reductions proper. Mean over ranks.
    public var waitingSeconds, reductionSeconds: Double
    public var messages: [Message]

    public init(
        ranks: Int, threads: Int, batch: Int, seconds: Double, dividedSeconds: Double, repeatedSeconds: Double,
        waitingSeconds: Double, reductionSeconds: Double, messages: [Message]
    ) {
        (self.ranks, self.threads, self.batch, self.seconds) = (ranks, threads, batch, seconds)
        (self.dividedSeconds, self.repeatedSeconds) = (dividedSeconds, repeatedSeconds)
        (self.waitingSeconds, self.reductionSeconds, self.messages) = (waitingSeconds, reductionSeconds, messages)
    }
}
