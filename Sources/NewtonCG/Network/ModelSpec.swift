/// The description of a network: layers in order, each reading earlier values, blocks laid out (`Lowering`). A plain value, checked for
/// names when it is made and for shapes when a `Network` is made of it.
///
/// Value 0 is the batch, node i makes value i + 1; the last node's value is the network's output.
public struct ModelSpec: Equatable, Sendable {
    public struct Node: Equatable, Sendable {
        /// Unique: the path of its parameters in files.
        public let name: String
        public let kind: String
        /// With every default filled in.
        public let options: Options
        /// The values it reads.
        public let inputs: [Int]
    }
    public let nodes: [Node]
    /// What it was made of, with every name written out.
    public let layers: [LayerSpec]

    /// Resolves names. Throws a `ModelError` that names the layer.
    public init(layers: [LayerSpec]) throws {
        guard !layers.isEmpty else { throw ModelError("the model has no layers") }
        var lowering = Lowering()
        self.layers = try lowering.add(layers, reading: 0).layers
        let nodes = lowering.nodes
        for value in 1..<nodes.count where !nodes.contains(where: { $0.inputs.contains(value) }) {
            var error = ModelError("nothing reads its output: name it in another layer's 'inputs', or take it out")
            (error.node, error.layer) = (value - 1, nodes[value - 1].name)
            throw error
        }
        self.nodes = nodes
    }
}

/// `Sequential { Conv2D(32, kernel: 3); ReLU(); Flatten(); Dense(10) }`: a model written in Swift. Layers read
/// the one before them, or others by `.reading("a", "b")` of layers that were `.named("a")`.
public func Sequential(@LayersBuilder _ layers: () -> [LayerSpec]) throws -> ModelSpec {
    try ModelSpec(layers: layers())
}

@resultBuilder public enum LayersBuilder {
    public static func buildExpression(_ layer: LayerSpec) -> [LayerSpec] { [layer] }
    public static func buildExpression(_ layers: [LayerSpec]) -> [LayerSpec] { layers }
    public static func buildBlock(_ layers: [LayerSpec]...) -> [LayerSpec] { layers.flatMap { $0 } }
    public static func buildArray(_ layers: [[LayerSpec]]) -> [LayerSpec] { layers.flatMap { $0 } }
    public static func buildOptional(_ layers: [LayerSpec]?) -> [LayerSpec] { layers ?? [] }
    public static func buildEither(first layers: [LayerSpec]) -> [LayerSpec] { layers }
    public static func buildEither(second layers: [LayerSpec]) -> [LayerSpec] { layers }
}
