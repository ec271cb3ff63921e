/// What sums over ranks of one size took in a run, once all ranks had come.
public struct MeasuredReduction: Equatable, Sendable {
    public var ranks: Int
    /// Of the whole vector.
    public var bytes: Int
    /// Of one sum, the mean.
    public var seconds: Double

    public init(ranks: Int, bytes: Int, seconds: Double) {
        (self.ranks, self.bytes, self.seconds) = (ranks, bytes, seconds)
    }
}
