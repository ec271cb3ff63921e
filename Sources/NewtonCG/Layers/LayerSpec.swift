/// The description of one layer: a plain value, made by YAML or by a function such as `Dense(10)`.
public struct LayerSpec: Equatable, Sendable {
    /// What layer it is.
    public var kind: LayerKind
    /// The layer's own name; nil: kind and ordinal.
    public var name: String?
    /// What is given of the kind's options.
    public var options: Options
    /// The names of the layers that it reads (`input` is the batch); nil: the layer before it.
    public var inputs: [String]?
    /// The options of a block that are lists of layers.
    public var lists: [String: [LayerSpec]] = [:]
    /// Where it stands in a text that it was read from.
    var place = Place()

    /// A number that whoever read the layer knows it by. Not a part of the value: two layers are equal wherever they stand.
    struct Place: Equatable, Sendable {
        var number: Int?
        static func == (a: Place, b: Place) -> Bool { true }
    }

    /// A layer of a kind, with a name of its own and named inputs where they are given; else it reads the one before it.
    public init(_ kind: LayerKind, name: String? = nil, options: Options = Options(), inputs: [String]? = nil) {
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
