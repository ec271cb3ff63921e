/// Where a network's values lie, for one block of samples.
///
/// Kept for every block: values that a later pass reads, cotangents that rBackward reads, what layers
/// and loss keep of their own. All else is shared by the blocks: other values and cotangents live only
/// while the point moves, tangents and their cotangents only in a product, so these two overlap.
package struct MemoryPlan {
    enum Place { case kept(Int), shared(Int) }
    /// By value: it, its cotangent, its tangent, the tangent of its cotangent.
    private(set) var value: [Place] = [.shared(0)], g: [Place] = [.shared(0)]
    private(set) var r: [Place] = [.shared(0)], rg: [Place] = [.shared(0)]
    /// By node: what its layer keeps of its own.
    private(set) var own: [Place] = []
    private(set) var loss = Place.kept(0)
    /// Values kept for each block of `block` samples, and shared by all blocks.
    package private(set) var perBlock = 0, shared = 0
    package let block: Int
    /// The most groups of a block: `block` rows hold as many of the largest.
    package let groups: Int

    /// For products at a kept point.
    /// - Parameter block: rows of a block: one or more groups of at most `groupRows`.
    init<S: Scalar>(_ network: Network<S>, block: Int, groupRows: Int = 1) {
        (self.block, groups) = (block, max(1, block / groupRows))
        let sizes = network.shapes.map(\.count), nodes = network.nodes
        // The first value in the same memory: of values, of cotangents.
        var root = [0], gRoot = [0]
        for (i, node) in nodes.enumerated() {
            root.append(node.isInPlace || node.layer.isReshape ? root[node.inputs[0]] : i + 1)
            gRoot.append(node.sharesTangents ? gRoot[node.inputs[0]] : i + 1)
        }
        var readLater = Set([root.last!]), gReadLater = Set<Int>()
        for (i, node) in nodes.enumerated() {
            if node.layer.keeps.contains(.input) { readLater.formUnion(node.inputs.map { root[$0] }) }
            if node.layer.keeps.contains(.output) { readLater.insert(root[i + 1]) }
            if !node.layer.isPiecewiseLinear && !node.layer.isReshape { gReadLater.insert(gRoot[i + 1]) }
        }
        var moving = 0, product = 0
        for (i, node) in nodes.enumerated() {
            let n = i + 1, input = node.inputs[0], size = sizes[n]
            value.append(
                root[n] != n
                    ? value[input] : readLater.contains(n) ? .kept(take(size, &perBlock)) : .shared(take(size, &moving))
            )
            g.append(
                gRoot[n] != n
                    ? g[input] : gReadLater.contains(n) ? .kept(take(size, &perBlock)) : .shared(take(size, &moving)))
            r.append(gRoot[n] != n ? r[input] : .shared(take(size, &product)))
            rg.append(gRoot[n] != n ? rg[input] : .shared(take(size, &product)))
            own.append(.kept(takeOwn(node.layer, &perBlock)))
        }
        loss = .kept(take(sizes.last!, &perBlock))
        shared = max(moving, product)
    }

    /// For values alone: nothing outlives its block.
    init<S: Scalar>(valuesOf network: Network<S>, block: Int, groupRows: Int = 1) {
        (self.block, groups) = (block, max(1, block / groupRows))
        for (i, node) in network.nodes.enumerated() {
            let shares = node.isInPlace || node.layer.isReshape
            value.append(shares ? value[node.inputs[0]] : .shared(take(network.shapes[i + 1].count, &shared)))
            own.append(.shared(takeOwn(node.layer, &shared)))
        }
    }

    /// What a layer keeps of its own, of every sample and of every group.
    private func takeOwn<S: Scalar>(_ layer: any Layer<S>, _ counter: inout Int) -> Int {
        func values(_ bytes: Int) -> Int { (bytes + MemoryLayout<S>.stride - 1) / MemoryLayout<S>.stride }
        return take(block * values(layer.keptBytes) + groups * values(layer.keptBytesOfGroup), total: &counter)
    }

    /// A place for a block of samples, from a counter; whole cache lines.
    private func take(_ size: Int, _ counter: inout Int) -> Int {
        take(block * size, total: &counter)
    }
    private func take(_ values: Int, total counter: inout Int) -> Int {
        defer { counter += (values + 15) / 16 * 16 }
        return counter
    }

    /// Samples of a block: so many that its values stay in the caches (measured: about 6 MB of them, 512 rows at most),
    /// but in wide dense layers enough to outweigh the sweep over the gradient that each block adds to. Whole groups of
    /// `groupRows`, at least one.
    package static func blockSize<S: Scalar>(_ network: Network<S>, groupRows: Int = 1) -> Int {
        let bytes = network.shapes.reduce(0) { $0 + $1.count } * MemoryLayout<S>.stride
        let multiplications = network.nodes.reduce(0) { $0 + $1.layer.multiplications }
        let enough = 512 * network.parameterCount / max(1, multiplications)
        let rows = max(8, min(512, max((6 << 20) / bytes, enough) / 8 * 8))
        return max(1, rows / groupRows) * groupRows
    }
}

/// Memory that the blocks of all linearisations and evaluations share, one after the other.
package final class Workspace<S: Scalar> {
    let buffer: Buffer<S>
    package init(count: Int) { buffer = Buffer(count: count) }
}
