/// Gives the type of a loss for any scalar.
public protocol LossMaker: Sendable {
    /// The loss in a scalar type.
    func loss<S: Scalar>(of: S.Type) -> any Loss<S>.Type
}

/// A kind of loss: its name in configurations, its options, declared once, and its type. A value: a program that has
/// kinds of its own adds them to its `Registry`.
///
/// A string literal is the kind of this name among the standard ones; of an unknown name no loss can be made.
public struct LossKind: Sendable {
    private enum Making: Sendable {
        case loss(any LossMaker)
        /// Of a name that is not among these.
        case unknown(among: [String])
    }

    public let name: String
    /// What may be given, declared once.
    public let options: [OptionSpec]
    private let making: Making

    private init(_ name: String, _ options: [OptionSpec], _ making: Making) {
        (self.name, self.options, self.making) = (name, options, making)
    }
    /// A loss by its name, its options and how it is made.
    public init(_ name: String, options: [OptionSpec] = [], _ maker: any LossMaker) {
        self.init(name, options, .loss(maker))
    }
    /// The kind of this name among `kinds`.
    public init(named name: String, among kinds: [LossKind] = standard) {
        self = kinds.first { $0.name == name } ?? LossKind(name, [], .unknown(among: kinds.map(\.name)))
    }

    func type<S: Scalar>(of: S.Type) throws -> any Loss<S>.Type {
        switch making {
        case .loss(let maker): return maker.loss(of: S.self)
        case .unknown(let names):
            throw ModelError("there is no loss '\(name)'" + suggestion(for: name, among: names), key: name)
        }
    }
}

extension LossKind: Equatable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// A registry has one kind of a name.
    public static func == (a: LossKind, b: LossKind) -> Bool { a.name == b.name }
    public var description: String { name }
    public init(stringLiteral name: String) { self.init(named: name) }

    /// The losses that are part of the library: a new one is one new file and one line here.
    public static let standard: [LossKind] = [crossEntropy, meanSquaredError, normError, binaryCrossEntropy]
}
