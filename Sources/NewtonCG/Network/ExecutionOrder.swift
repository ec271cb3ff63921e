extension ModelSpec {
    /// The nodes as they are run, each with its place in `nodes`.
    ///
    /// Clipping and the maximum of a window commute, in values and in derivatives: where several values of a window are
    /// clipped to the largest one, all of them have the derivative 0. So a max-pooling that alone reads a ReLU goes
    /// first, and the ReLU has only the maxima to do.
    var executionOrder: [(origin: Int, node: Node)] {
        var order = nodes.enumerated().map { (origin: $0, node: $1) }
        for i in nodes.indices.dropLast() where ["relu", "relu6"].contains(order[i].node.kind) {
            let (clip, pool) = (order[i], order[i + 1]), value = i + 1
            guard pool.node.kind == "max_pool2d", nodes.count(where: { $0.inputs.contains(value) }) == 1 else {
                continue
            }
            guard pool.node.inputs == [value] else { continue }
            order[i] = (pool.origin, pool.node.reading(clip.node.inputs))
            order[i + 1] = (clip.origin, clip.node.reading([value]))
        }
        return order
    }
}

extension ModelSpec.Node {
    fileprivate func reading(_ inputs: [Int]) -> Self {
        Self(name: name, kind: kind, options: options, inputs: inputs)
    }
}
