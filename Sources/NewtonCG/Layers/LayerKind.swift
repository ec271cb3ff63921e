/// Makes the layers of a kind, for any scalar.
public protocol LayerMaker: Sendable {
    /// - Parameter options: checked against the kind's declaration, every default filled in.
    /// - Throws: a `ModelError` in one sentence where the shapes do not suit, with the key at fault.
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S>
}

/// What a layer is made for, beside its options.
public struct LayerContext: Sendable {
    /// The shapes of the values that it reads.
    public let inputs: [Shape]
    /// How the network computes its convolutions.
    public let convolution: ConvolutionChoice

    /// - Parameter inputs: the shapes of a sample of each.
    public init(inputs: [Shape], convolution: ConvolutionChoice = .fast) {
        (self.inputs, self.convolution) = (inputs, convolution)
    }

    /// The shape of the one value that a layer reads; a `ModelError` where there are several.
    public func input() throws -> Shape {
        guard inputs.count == 1 else { throw ModelError("it reads one value, not \(inputs.count)", key: "inputs") }
        return inputs[0]
    }
}

/// A kind of layer: its name in configurations, its options, declared once, and how it is made. A value: a program that
/// has kinds of its own adds them to its `Registry`.
///
/// A string literal is the kind of this name among the standard ones; of an unknown name no layer can be made.
public struct LayerKind: Sendable {
    enum Making: Sendable {
        case layer(any LayerMaker)
        case block(any BlockMaker)
        /// Of a name that is not among these.
        case unknown(among: [String])
    }

    public let name: String
    /// What may be given, declared once.
    public let options: [OptionSpec]
    let making: Making

    private init(_ name: String, _ options: [OptionSpec], _ making: Making) {
        (self.name, self.options, self.making) = (name, options, making)
    }
    /// A kind of layer with four passes.
    public init(_ name: String, options: [OptionSpec] = [], _ maker: any LayerMaker) {
        self.init(name, options, .layer(maker))
    }
    /// A kind that is made of others.
    public init(_ name: String, options: [OptionSpec] = [], block maker: any BlockMaker) {
        self.init(name, options, .block(maker))
    }
    /// The kind of this name among `kinds`.
    public init(named name: String, among kinds: [LayerKind] = standard) {
        self = kinds.first { $0.name == name } ?? LayerKind(name, [], .unknown(among: kinds.map(\.name)))
    }

    /// Makes a layer; options need not be complete. Throws a `ModelError` that names the key at fault.
    package func make<S: Scalar>(
        _ options: Options, _ context: LayerContext, as: S.Type = S.self
    ) throws -> any Layer<S> {
        switch making {
        case .layer(let maker):
            let options = options.completed(self.options)
            try options.check(self.options)
            return try maker.make(options, context, as: S.self)
        case .block: preconditionFailure("a block is laid out before layers are made")
        case .unknown(let names):
            throw ModelError("there is no kind of layer '\(name)'" + suggestion(for: name, among: names))
        }
    }

    /// The options that are lists of layers, in the order of their declaration.
    var lists: [String] { options.filter(\.isLayers).map(\.name) }
}

extension LayerKind: Equatable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// A registry has one kind of a name.
    public static func == (a: LayerKind, b: LayerKind) -> Bool { a.name == b.name }
    public var description: String { name }
    public init(stringLiteral name: String) { self.init(named: name) }
}
