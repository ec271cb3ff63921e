/// The description of a network: layers in order, each reading earlier values. A plain value, checked for
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

    /// Resolves names. Throws a `ModelError` that names the layer.
    public init(layers: [LayerSpec]) throws {
        guard !layers.isEmpty else { throw ModelError("the model has no layers") }
        var nodes: [Node] = [], values = ["input": 0], ordinals: [String: Int] = [:]
        for (i, layer) in layers.enumerated() {
            ordinals[layer.kind, default: 0] += 1
            let name = layer.name ?? "\(layer.kind)_\(ordinals[layer.kind]!)"
            func fail(_ message: String, key: String) -> ModelError {
                var error = ModelError(message, key: key)
                (error.node, error.layer) = (i, name)
                return error
            }
            guard !name.isEmpty, name != ".", !name.contains("/") else {
                throw fail("a layer's name is not empty and has no '/'", key: "name")
            }
            guard values[name] == nil else { throw fail("two layers have this name", key: "name") }
            let inputs = try layer.inputs.map { names in
                guard !names.isEmpty else { throw fail("'inputs' is empty", key: "inputs") }
                return try names.map { input in
                    guard let value = values[input] else {
                        throw fail(
                            "there is no earlier layer '\(input)' to read"
                                + suggestion(for: input, among: Array(values.keys)), key: "inputs")
                    }
                    return value
                }
            }
            let options = completedOptions(layer.kind, layer.options)
            nodes.append(Node(name: name, kind: layer.kind, options: options, inputs: inputs ?? [i]))
            values[name] = i + 1
        }
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
