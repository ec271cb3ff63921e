/// How a run came to its end.
public struct TrainingResult<S: Scalar>: Sendable {
    /// Why it ended.
    public enum End: Equatable, Sendable {
        /// All its epochs or steps are done.
        case finished
        /// The configured target was reached at this step, after this time.
        case target(step: Int, epochs: Double, seconds: Double)
        /// A rank was asked to stop; the step that was under way is thrown away.
        case stopped
        /// The time that it was given is over.
        case time
    }
    /// Why it ended.
    public let end: End
    /// Where it ended.
    public let position: RunPosition
    /// The last evaluation of each part.
    public let metrics: [(part: String, metrics: Metrics)]
    /// The parameters at the end; where an average is kept, that is what evaluation used.
    public let parameters: [S]
    /// The running statistics at the end.
    public let state: [S]
}
