/// The parameters and running statistics of layers that are not trained: the same at every point, packed once.
public final class FrozenValues<S: Scalar> {
    private let network: Network<S>
    private let parameters: Buffer<S>, packed: Buffer<S>, state: Buffer<S>
    /// By node of the whole network, where its packed factors begin.
    private let places: [Int]

    /// - Parameter network: the whole one.
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

    /// Takes values: parameters as `Network.allParameters` places the frozen ones, and the statistics of all layers.
    public func set(_ values: Buffer<S>, state statistics: Buffer<S>) {
        precondition(values.count == parameters.count && statistics.count == state.count)
        for (to, from) in [(parameters, values), (state, statistics)] where to.count > 0 {
            to.base.update(from: from.base, count: to.count)
        }
        for (node, place) in zip(network.nodes, places) where node.isFrozen {
            let passes = node.inputs.contains { network.isActive($0) }
            for parameter in node.layer.parameters.map(\.place) {
                parameter.pack(parameters.base + node.offset, transposed: passes, into: packed.base + place)
            }
        }
    }

    /// - Parameter node: of the network that this was made for, or of a part of it.
    func share(of node: Network<S>.Node) -> Parameters<S> {
        Parameters(base: UnsafePointer(parameters.base + node.offset), packed: packed.base + places[node.number])
    }

    func statistics(of node: Network<S>.Node) -> UnsafePointer<S>? {
        node.layer.state.isEmpty ? nil : UnsafePointer(state.base + node.stateOffset)
    }
}
