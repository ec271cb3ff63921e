/// A checked network: layers with their places in the flat parameter vector. It holds no numbers.
public struct Network<S: Scalar>: Sendable {
    package struct Node: Sendable {
        package let name: String
        package let kind: String
        package let layer: any Layer<S>
        package let inputs: [Int]
        /// Where its parameters begin in the flat vector.
        let offset: Int
        /// Where its running statistics begin in the network's state.
        let stateOffset: Int
        /// Its output depends on parameters: only then tangents and cotangents pass through it.
        package let isActive: Bool
        /// It writes over its input.
        let isInPlace: Bool
        /// Its output lies in the memory of its input, as a layer's values, and as its tangents and cotangents.
        var sharesValue: Bool { isInPlace || layer.isReshape }
        var sharesTangents: Bool { layer.isReshape || isInPlace && layer.isPiecewiseLinear }
        /// Its rBackward reads the tangents of its inputs.
        var readsTangents: Bool { !layer.isPiecewiseLinear && !layer.isReshape }
    }
    /// Of value 0 (the data) … nodes.count.
    package let shapes: [Shape]
    /// The value whose memory a value shares: itself, but for reshapes.
    let storage: [Int]
    package let nodes: [Node]
    public let parameterCount: Int
    /// Values of the running statistics of all layers.
    public let stateCount: Int
    /// Some layer takes statistics of groups of samples.
    var usesGroups: Bool { nodes.contains { $0.layer.keptBytesOfGroup > 0 } }

    public var input: Shape { shapes[0] }
    public var output: Shape { shapes.last! }

    /// Checks shapes, layer by layer. Throws a `ModelError` that names the layer, what it got and what it needs.
    public init(_ spec: ModelSpec, input: Shape, convolution: ConvolutionChoice = .fast) throws {
        var shapes = [input], storage = [0], nodes: [Node] = [], offset = 0, state = 0
        for (i, node) in spec.nodes.enumerated() {
            let layer: any Layer<S>
            var options = node.options
            options.convolution = convolution
            do {
                layer = try makeLayer(node.kind, options, inputs: node.inputs.map { shapes[$0] })
            } catch var error as ModelError {
                (error.node, error.layer) = (i, node.name)
                throw error
            }
            func isActive(_ value: Int) -> Bool { value > 0 && nodes[value - 1].isActive }
            let input = node.inputs[0], producer = storage[input]
            let readers = spec.nodes.count { $0.inputs.contains(input) }
            nodes.append(
                Node(
                    name: node.name, kind: node.kind, layer: layer, inputs: node.inputs, offset: offset,
                    stateOffset: state,
                    isActive: !layer.parameters.isEmpty || node.inputs.contains(where: isActive),
                    isInPlace: layer.worksInPlace && producer == input && producer > 0 && readers == 1
                        && !nodes[producer - 1].layer.keeps.contains(.output)))
            state += layer.state.reduce(0) { $0 + $1.count }
            shapes.append(layer.output)
            storage.append(layer.isReshape ? producer : i + 1)
            offset += layer.parameters.reduce(0) { $0 + $1.place.count }
        }
        guard offset > 0 else { throw ModelError("the model has no parameters: there is nothing to train") }
        guard nodes.last!.isActive else {
            throw ModelError("the model's output does not depend on any parameter")
        }
        (self.shapes, self.storage, self.nodes) = (shapes, storage, nodes)
        (parameterCount, stateCount) = (offset, state)
    }

    func isActive(_ value: Int) -> Bool { value > 0 && nodes[value - 1].isActive }

    /// Whether a node's rBackward reads the cotangent of its output at the kept point.
    func readsCotangent(_ i: Int) -> Bool {
        let node = nodes[i]
        return node.isActive && node.readsTangents
            && (!node.layer.isLinearInParameters || node.inputs.contains(where: isActive))
    }

    /// Every parameter with its path in files, in the order of the flat vector.
    public var parameters: [(path: String, parameter: NamedParameter, range: Range<Int>)] {
        nodes.flatMap { node in
            node.layer.parameters.map {
                let start = node.offset + $0.place.offset
                return ("\(node.name)/\($0.name)", $0, start..<start + $0.place.count)
            }
        }
    }

    /// Every running statistic with its path in files, in the order of the state.
    public var state: [(path: String, statistic: RunningStatistic, range: Range<Int>)] {
        nodes.flatMap { node in
            var next = node.stateOffset
            return node.layer.state.map { statistic in
                defer { next += statistic.count }
                return ("\(node.name)/\(statistic.name)", statistic, next..<next + statistic.count)
            }
        }
    }

    /// The running statistics before the first step.
    public var initialState: [S] {
        state.flatMap { [S](repeating: S($0.statistic.initial), count: $0.range.count) }
    }

    /// Draws a start: every parameter by its initialiser, from a stream of its own.
    public func initialise(_ w: UnsafeMutablePointer<S>, seed: UInt64) {
        for (i, entry) in parameters.enumerated() {
            var stream = RandomStream(seed: seed, stream: RandomPurpose.parameters.stream(UInt64(i)))
            entry.parameter.initial.fill(w + entry.range.lowerBound, count: entry.range.count, from: &stream)
        }
    }
}
