/// A kind of model: a name that stands for a list of layers, `model: {cnn: {…}}` beside `model: {layers: […]}`.
public struct ModelKind: Sendable {
    public let name: String
    /// Declared once, as those of a layer.
    public let options: [OptionSpec]
    private let make: @Sendable (Options) throws -> [LayerSpec]

    /// - Parameter layers: the layers of checked and completed options; throws a `ModelError` with the key at fault.
    public init(
        _ name: String, options: [OptionSpec] = [],
        @LayersBuilder layers: @escaping @Sendable (Options) throws -> [LayerSpec]
    ) {
        (self.name, self.options, make) = (name, options, layers)
    }

    /// The layers of completed options.
    func layers(_ options: Options) throws -> [LayerSpec] {
        try options.check(self.options)
        return try make(options)
    }

    /// The models by name that are part of the library.
    public static let standard: [ModelKind] = []
}

extension ModelKind: Equatable {
    /// A registry has one kind of a name.
    public static func == (a: ModelKind, b: ModelKind) -> Bool { a.name == b.name }
}

/// A model by name with all its options.
public struct NamedModel: Equatable, Sendable {
    /// What model it is.
    public let kind: ModelKind
    /// Every option that it has, defaults filled in.
    public let options: Options
}
