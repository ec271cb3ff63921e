/// A checked network: layers with their places in the flat parameter vector. It holds no numbers.
///
/// Its values are numbered: columns of the batch first, then the output of each node.
public struct Network<S: Scalar>: Sendable {
    package struct Node: Sendable {
        package let name: String
        package let kind: String
        /// Where the layer stands in a text that it was read from.
        let place: LayerSpec.Place
        package let layer: any Layer<S>
        package let inputs: [Int]
        /// Its number in the whole network, of which this one may be a part.
        package let number: Int
        /// Its parameters are not trained; it works as in evaluation.
        package let isFrozen: Bool
        /// Where its parameters begin in the flat vector: of what is trained, or of what is frozen.
        package let offset: Int
        /// Where its running statistics begin in the network's state.
        let stateOffset: Int
        /// Its output depends on trained parameters: only then tangents and cotangents pass through it.
        package let isActive: Bool
        /// It writes over its input.
        let isInPlace: Bool
        /// Values of its parameters that are trained.
        package var trainedCount: Int { isFrozen ? 0 : layer.parameterCount }
        /// Its output lies in the memory of its input, as a layer's values, and as its tangents and cotangents.
        var sharesValue: Bool { isInPlace || layer.isReshape }
        var sharesTangents: Bool { layer.isReshape || isInPlace && layer.isPiecewiseLinear }
        /// Its rBackward reads the tangents of its inputs.
        var readsTangents: Bool { layer.reads.contains(.tangents) }
    }
    /// What it reads of a batch.
    public let columns: [Column]
    /// By value.
    package let shapes: [Shape]
    /// The value whose memory a value shares: itself, but for reshapes.
    let storage: [Int]
    /// By value, the column of tokens that it stands for position by position.
    let tokens: [Int?]
    package let nodes: [Node]
    /// The values that the loss reads: the last one, or several.
    package let outputs: [Int]
    /// Of the parameters that are trained, and of those that are frozen.
    public let parameterCount, frozenCount: Int
    /// Values of the running statistics of all layers.
    public let stateCount: Int
    /// Some layer takes statistics of groups of samples.
    var usesGroups: Bool { nodes.contains { !$0.isFrozen && $0.layer.slots.tiesGroups } }

    /// The shape of a sample of the first column.
    public var input: Shape { shapes[0] }
    public var output: Shape { shapes[outputs[0]] }
    /// Of all the values that the loss reads.
    public var outputShapes: [Shape] { outputs.map { shapes[$0] } }
    /// Values of a sample that the loss reads.
    var outputCount: Int { outputs.reduce(0) { $0 + shapes[$1].count } }

    /// The value that a node makes.
    func value(of node: Int) -> Int { columns.count + node }
    func isColumn(_ value: Int) -> Bool { value < columns.count }

    /// Checks shapes, layer by layer. Throws a `ModelError` that names the layer, what it got and what it needs.
    /// - Parameters:
    ///   - columns: what a batch has, by name; those that the model reads become the network's.
    ///   - reads: the layers whose outputs the loss reads; none: the last layer.
    ///   - trainable: which parameters are trained.
    public init(
        _ spec: ModelSpec, columns available: [Column], reads: [String] = [], trainable: Trainable = .all,
        convolution: ConvolutionChoice = .fast
    ) throws {
        var columns = try spec.columns.map { name in
            if let column = available.first(where: { $0.name == name }) { return column }
            throw ModelError(
                "the model reads '\(name)', but the data have no column of this name"
                    + suggestion(for: name, among: available.map(\.name)), key: "inputs")
        }
        let first = columns.count
        let outputs = try reads.isEmpty ? [first + spec.nodes.count - 1] : reads.map { try spec.value(ofLayer: $0) }
        var layers: [any Layer<S>] = [], shapes = columns.map(\.shape)
        for (i, node) in spec.nodes.enumerated() {
            do {
                let layer = try Self.layer(node, &columns, shapes, convolution)
                layers.append(layer)
                shapes.append(layer.output)
            } catch var error as ModelError {
                (error.place, error.layer) = (node.place.number, node.name)
                throw error
            }
        }
        let trained = try trainable.nodes(of: spec) { !layers[$0].parameters.isEmpty }
        var storage = Array(columns.indices), nodes: [Node] = [], counts = (trained: 0, frozen: 0), state = 0
        var tokens = columns.indices.map { columns[$0].kind == .tokens ? $0 : nil }
        for (i, node) in spec.nodes.enumerated() {
            let layer = layers[i]
            func isActive(_ value: Int) -> Bool { value >= first && nodes[value - first].isActive }
            let input = node.inputs[0], producer = storage[input]
            let readers = spec.nodes.count { $0.inputs.contains(input) } + outputs.count { $0 == input }
            let isFrozen = !layer.parameters.isEmpty && !trained.contains(i), count = layer.parameterCount
            nodes.append(
                Node(
                    name: node.name, kind: node.kind.name, place: node.place, layer: layer, inputs: node.inputs,
                    number: i, isFrozen: isFrozen,
                    offset: isFrozen ? counts.frozen : counts.trained, stateOffset: state,
                    isActive: count > 0 && !isFrozen || node.inputs.contains(where: isActive),
                    isInPlace: layer.worksInPlace && producer == input && producer >= first && readers == 1
                        && !nodes[producer - first].layer.reads.contains(.output)))
            state += layer.state.reduce(0) { $0 + $1.count }
            if isFrozen { counts.frozen += count } else { counts.trained += count }
            storage.append(layer.isReshape ? producer : first + i)
            tokens.append(
                tokens[input].flatMap { column in
                    let extents = layer.output.extents
                    return extents.count == 2 && extents[0] == columns[column].shape.count ? column : nil
                })
        }
        guard counts.trained + counts.frozen > 0 else {
            throw ModelError("the model has no parameters: there is nothing to train")
        }
        for output in outputs where !nodes[output - first].isActive {
            throw ModelError(
                counts.frozen > 0
                    ? "the output of '\(nodes[output - first].name)' does not depend on any parameter that is trained"
                    : "the model's output does not depend on any parameter", key: counts.frozen > 0 ? "trainable" : nil)
        }
        (self.columns, self.shapes, self.storage, self.tokens) = (columns, shapes, storage, tokens)
        (self.nodes, self.outputs) = (nodes, outputs)
        (parameterCount, frozenCount, stateCount) = (counts.trained, counts.frozen, state)
    }

    /// For one column of numbers, `input`.
    public init(_ spec: ModelSpec, input: Shape, convolution: ConvolutionChoice = .fast) throws {
        try self.init(spec, columns: [Column(Column.input, .numbers, input)], convolution: convolution)
    }

    /// Makes a node's layer, and checks that it reads what its inputs are. Tokens whose number nobody knew are those that
    /// it knows.
    private static func layer(
        _ node: ModelSpec.Node, _ columns: inout [Column], _ shapes: [Shape], _ convolution: ConvolutionChoice
    ) throws -> any Layer<S> {
        let context = LayerContext(inputs: node.inputs.map { shapes[$0] }, convolution: convolution)
        let layer: any Layer<S> = try node.kind.make(node.options, context)
        let isTokens = node.inputs.map { $0 < columns.count && columns[$0].kind == .tokens }
        if let i = isTokens.firstIndex(of: layer.vocabulary == nil) {
            let wrong = node.inputs[i]
            throw ModelError(
                layer.vocabulary != nil
                    ? "it reads tokens, but its input has numbers"
                    : "it reads numbers, but '\(columns[wrong].name)' has tokens: put an embedding between them",
                key: "inputs")
        }
        if let vocabulary = layer.vocabulary {
            let column = columns[node.inputs[0]], tokens = column.vocabulary ?? vocabulary
            guard tokens <= vocabulary else {
                throw ModelError(
                    "it has \(vocabulary) vectors, but the tokens of '\(column.name)' are 0 to \(tokens - 1): let "
                        + "'vocabulary' be \(tokens)", key: "vocabulary")
            }
            columns[node.inputs[0]].vocabulary = tokens
        }
        return layer
    }

    /// Of parts of another network.
    init(
        columns: [Column], shapes: [Shape], storage: [Int], tokens: [Int?], nodes: [Node], outputs: [Int],
        of other: Network
    ) {
        (self.columns, self.shapes, self.storage, self.tokens) = (columns, shapes, storage, tokens)
        (self.nodes, self.outputs) = (nodes, outputs)
        (parameterCount, frozenCount, stateCount) = (other.parameterCount, other.frozenCount, other.stateCount)
    }

    func isActive(_ value: Int) -> Bool { !isColumn(value) && nodes[value - columns.count].isActive }

    /// Whether a node's rBackward reads the cotangent of its output at the kept point.
    func readsCotangent(_ i: Int) -> Bool {
        let node = nodes[i], reads = node.layer.reads
        return node.isActive
            && (reads.contains(.cotangent)
                || reads.contains(.cotangentWithTangents) && node.inputs.contains(where: isActive))
    }
}
