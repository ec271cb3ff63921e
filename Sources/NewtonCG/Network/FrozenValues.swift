/// The parameters and running statistics of layers that are not trained: the same at every point, packed once.
public final class FrozenValues<S: Scalar> {
    private let network: Network<S>
    private let parameters: Buffer<S>, packed: Buffer<S>, state: Buffer<S>
    /// By node, where its packed factors begin.
    private let places: [Int]

    public init(_ network: Network<S>) {
        self.network = network
        var places: [Int] = [], count = 0
        for node in network.nodes {
            places.append(count)
            guard node.isFrozen else { continue }
            count += node.layer.parameters.map { $0.place.packedEnd(transposed: true) }.max() ?? 0
        }
        self.places = places
        (parameters, packed) = (Buffer(count: network.frozenCount), Buffer(count: count))
        state = Buffer(count: network.stateCount)
    }

    public var bytes: Int { (parameters.count + packed.count) * MemoryLayout<S>.stride }
    /// As `Network.allParameters` places them.
    public var vector: Buffer<S> { parameters }

    /// Takes values: parameters as `Network.allParameters` places the frozen ones, and the statistics of all layers.
    public func set(_ values: UnsafePointer<S>, state statistics: UnsafePointer<S>) {
        parameters.base.update(from: values, count: parameters.count)
        state.base.update(from: statistics, count: state.count)
        for (node, place) in zip(network.nodes, places) where node.isFrozen {
            let passes = node.inputs.contains { network.isActive($0) }
            for parameter in node.layer.parameters.map(\.place) {
                parameter.pack(parameters.base + node.offset, transposed: passes, into: packed.base + place)
            }
        }
    }

    func share(ofNode i: Int) -> Parameters<S> {
        Parameters(base: UnsafePointer(parameters.base + network.nodes[i].offset), packed: packed.base + places[i])
    }

    func statistics(of node: Network<S>.Node) -> UnsafePointer<S>? {
        node.layer.state.isEmpty ? nil : UnsafePointer(state.base + node.stateOffset)
    }
}
