/// The description of a loss: a name in the registry and its options.
public struct LossSpec: Equatable, Sendable {
    public var kind: String
    public var options: Options

    public init(_ kind: String, options: Options = Options()) { (self.kind, self.options) = (kind, options) }
    public static let crossEntropy = LossSpec("cross_entropy")
    public static let meanSquaredError = LossSpec("mean_squared_error")
    public static let normError = LossSpec("norm_error")
    public static let binaryCrossEntropy = LossSpec("binary_cross_entropy")
}
