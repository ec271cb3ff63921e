/// Which layers' parameters are trained; those of all others are frozen.
public enum Trainable: Equatable, Sendable {
    /// Those of all layers.
    case all
    /// The last layer that has parameters.
    case lastLayer
    /// Layers by name, or by the beginning of their path: `residual_3` and all that lies in it.
    case layers([String])

    /// The numbers of the nodes that are trained.
    /// - Parameter hasParameters: of a node.
    func nodes(of spec: ModelSpec, _ hasParameters: (Int) -> Bool) throws -> Set<Int> {
        switch self {
        case .all: return Set(spec.nodes.indices)
        case .lastLayer: return Set([spec.nodes.indices.last(where: hasParameters)].compactMap { $0 })
        case .layers(let names):
            var chosen = Set<Int>()
            for name in names {
                let found = spec.nodes.indices.filter {
                    spec.nodes[$0].name == name || spec.nodes[$0].name.hasPrefix(name + "/")
                }
                guard !found.isEmpty else {
                    throw ModelError(
                        "'trainable' names '\(name)', but the model has no such layer"
                            + suggestion(for: name, among: spec.nodes.map(\.name)), key: "trainable")
                }
                chosen.formUnion(found)
            }
            return chosen
        }
    }
}
