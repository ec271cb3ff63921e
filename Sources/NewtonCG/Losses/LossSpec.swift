/// The description of a loss: a kind and its options, every default filled in.
public struct LossSpec: Equatable, Sendable {
    /// What loss it is.
    public let kind: LossKind
    /// Every option that it has, defaults filled in.
    public let options: Options

    /// A loss of a kind; options that are not given have their defaults.
    public init(_ kind: LossKind, options: Options = Options()) {
        (self.kind, self.options) = (kind, options.completed(kind.options))
    }

    /// The loss for a network with these outputs.
    public func make<S: Scalar>(outputs: [Shape], as type: S.Type = S.self) throws -> any Loss<S> {
        let loss = try kind.type(of: type)
        try options.check(kind.options)
        return try loss.init(options, outputs: outputs)
    }
    /// The columns of the data that it compares with.
    public func columns() throws -> [String] { try kind.type(of: Float.self).columns(options) }
    /// The layers whose outputs it reads; none: the model's output.
    public func reads() throws -> [String] { try kind.type(of: Float.self).reads(options) }
    /// How the metrics beside it are computed.
    public func makeMetrics<S: Scalar>(as type: S.Type = S.self) throws -> [LossMetric<S>] {
        try kind.type(of: type).metrics(options)
    }
    /// All metrics of its problems: the loss first.
    public func metrics() throws -> [Metric] { try [.loss] + makeMetrics(as: Float.self).map(\.metric) }
    /// Whether it compares with class labels.
    public func takesLabels() throws -> Bool { try kind.type(of: Float.self).takesLabels }

    /// Of classes, without label smoothing.
    public static let crossEntropy = LossSpec(.crossEntropy)
    /// Over samples and outputs.
    public static let meanSquaredError = LossSpec(.meanSquaredError)
    public static let normError = LossSpec(.normError)
    /// Of each output by itself, its targets from 0 to 1.
    public static let binaryCrossEntropy = LossSpec(.binaryCrossEntropy)
}
