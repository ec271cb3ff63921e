/// The description of a network: layers in order, each reading earlier values, blocks laid out (`Lowering`). A plain value, checked for
/// names when it is made and for shapes when a `Network` is made of it.
///
/// Values are numbered: first the columns of the batch that it reads, then what each node makes.
public struct ModelSpec: Equatable, Sendable {
    /// A layer of the graph, with what it reads.
    public struct Node: Equatable, Sendable {
        /// Unique: the path of its parameters in files.
        public let name: String
        /// What layer it is.
        public let kind: LayerKind
        /// With every default filled in.
        public let options: Options
        /// The values it reads.
        public let inputs: [Int]
        let place: LayerSpec.Place
    }
    /// In an order in which each reads only columns and those before it.
    public let nodes: [Node]
    /// The columns of a batch that it reads, by name.
    public let columns: [String]
    /// What it was made of, with every name written out.
    public let layers: [LayerSpec]
    /// The kind of model whose layers they are, where it was given by name, and its options.
    public let named: NamedModel?

    /// Resolves names. Throws a `ModelError` that names the layer.
    /// - Parameters:
    ///   - columns: the names of columns that layers may read beside `input`.
    ///   - reads: the layers whose outputs the loss reads; none: the last layer.
    public init(layers: [LayerSpec], columns: [String] = [], reads: [String] = []) throws {
        try self.init(layers, of: nil, columns, reads)
    }

    /// The layers of a kind of model.
    public init(
        _ kind: ModelKind, options: Options = Options(), columns: [String] = [], reads: [String] = []
    ) throws {
        let options = options.completed(kind.options)
        try self.init(kind.layers(options), of: NamedModel(kind: kind, options: options), columns, reads)
    }

    private init(_ layers: [LayerSpec], of named: NamedModel?, _ columns: [String], _ reads: [String]) throws {
        self.named = named
        guard !layers.isEmpty else { throw ModelError("the model has no layers") }
        let namesRead = Set(layers.flatMap(\.namesRead))
        self.columns = [Column.input] + columns.filter { $0 != Column.input && namesRead.contains($0) }
        var lowering = Lowering(columns: self.columns)
        self.layers = try lowering.add(layers, reading: 0).layers
        nodes = lowering.nodes
        let first = self.columns.count, last = first + nodes.count - 1
        let outputs = try reads.isEmpty ? [last] : reads.map { try value(ofLayer: $0) }
        for value in first...last
        where !outputs.contains(value) && !nodes.contains(where: { $0.inputs.contains(value) }) {
            var error = ModelError("nothing reads its output: name it in another layer's 'inputs', or take it out")
            (error.place, error.layer) = (nodes[value - first].place.number, nodes[value - first].name)
            throw error
        }
    }

    /// The value that a layer makes.
    func value(ofLayer name: String) throws -> Int {
        if let i = nodes.firstIndex(where: { $0.name == name }) { return columns.count + i }
        throw ModelError(
            "the loss reads '\(name)', but the model has no such layer"
                + suggestion(for: name, among: nodes.map(\.name)),
            key: "loss")
    }
}

extension LayerSpec {
    /// The names that it and what lies in it read.
    fileprivate var namesRead: [String] {
        (inputs ?? []) + lists.values.flatMap { $0.flatMap(\.namesRead) }
    }
}

/// `Sequential { Conv2D(32, kernel: 3); ReLU(); Flatten(); Dense(10) }`: a model written in Swift. Layers read
/// the one before them, or others by `.reading("a", "b")` of layers that were `.named("a")`.
public func Sequential(@LayersBuilder _ layers: () -> [LayerSpec]) throws -> ModelSpec {
    try ModelSpec(layers: layers())
}
