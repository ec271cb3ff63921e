/// What random numbers of a step are keyed by, beside node and row: the same for gradient, products and trial losses.
public struct NoiseKey: Equatable, BitwiseCopyable, Sendable {
    /// Of the run.
    public var seed: UInt64
    /// Steps of the run before this one, over all its phases.
    public var step: UInt64

    /// By node of the whole network, draws that are given in place of random ones: values of all rows in file order.
    package nonisolated(unsafe) var given: UnsafePointer<UnsafeRawPointer?>?

    /// Of a run's seed and the steps before this one.
    public init(seed: UInt64 = 0, step: UInt64 = 0) { (self.seed, self.step) = (seed, step) }
}

/// A block of samples as layers see it: how they are grouped, which rows of the dataset they are, and whether
/// statistics and noise are those of training.
///
/// Statistics and noise are apart: a frozen layer uses running statistics in a training step, and a prediction may draw
/// noise.
public struct Samples<S: Scalar> {
    /// The groups that statistics are taken of; their rows are the block's.
    public internal(set) var groups: RowGroups
    /// By row of the block, its number in its part of the dataset: what its noise is keyed by, so that it is the same on
    /// any number of ranks and in any block. nil: the rows have none, and no layer draws.
    public internal(set) var numbers: UnsafePointer<Int32>?
    /// Draws noise by this key; nil: layers take its mean.
    public internal(set) var noise: UnsafePointer<NoiseKey>?
    /// Running statistics of the whole network, to be used in place of those of the groups; nil: the groups'.
    var statistics: UnsafePointer<S>?

    package init(
        groups: RowGroups, numbers: UnsafePointer<Int32>? = nil, noise: UnsafePointer<NoiseKey>? = nil,
        statistics: UnsafePointer<S>? = nil
    ) {
        (self.groups, self.numbers, self.noise, self.statistics) = (groups, numbers, noise, statistics)
    }

    /// Samples of the block.
    public var rows: Int { groups.rows }
}
