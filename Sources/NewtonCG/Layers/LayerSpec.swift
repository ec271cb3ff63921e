/// The description of one layer: a plain value, made by YAML or by a function such as `Dense(10)`.
public struct LayerSpec: Equatable, Sendable {
    /// The name of the kind in the registry, as `conv2d`, or `residual`.
    public var kind: String
    /// The layer's own name; nil: kind and ordinal.
    public var name: String?
    public var options: Options
    /// The names of the layers that it reads (`input` is the batch); nil: the layer before it.
    public var inputs: [String]?
    /// What a `residual` is made of; nil for every other kind.
    public var branches: Branches?

    /// The two ways through a residual block, whose ends are added. Both begin at the value that the block reads.
    public struct Branches: Equatable, Sendable {
        public var main: [LayerSpec]
        /// Empty: the value itself.
        public var shortcut: [LayerSpec]

        public init(main: [LayerSpec], shortcut: [LayerSpec] = []) { (self.main, self.shortcut) = (main, shortcut) }
    }

    public init(_ kind: String, name: String? = nil, options: Options = Options(), inputs: [String]? = nil) {
        (self.kind, self.name, self.options, self.inputs) = (kind, name, options, inputs)
    }

    /// The same layer under a name of its own.
    public func named(_ name: String) -> LayerSpec {
        var layer = self
        layer.name = name
        return layer
    }

    /// The same layer, reading other layers than the one before it.
    public func reading(_ inputs: String...) -> LayerSpec {
        var layer = self
        layer.inputs = inputs
        return layer
    }
}
