/// Where a network's values lie, for one block of samples.
///
/// Kept for every block: values that a later pass reads, cotangents that rBackward reads, what layers
/// and loss keep of their own. All else is shared by the blocks: other values and cotangents are needed only
/// while the point moves, tangents and their cotangents only in a product, so these two overlap. In each of them memory
/// is taken again as soon as nobody reads what lies there (`Lifetimes`).
///
/// Gauss–Newton products have no rBackward: a plan for them alone keeps no cotangents, and needs a tangent no longer
/// than until its readers' rForward.
package struct MemoryPlan {
    /// Nothing, or where it begins in a block's own memory or in the shared one.
    enum Place { case none, kept(Int), shared(Int) }
    /// By value: it, its cotangent, its tangent, the tangent of its cotangent.
    let value: [Place], g: [Place], r: [Place], rg: [Place]
    /// By node: its layer's slots.
    let slots: [[Place]]
    /// By value that the loss reads: what it keeps.
    let loss: [Place]
    /// Values kept for each block of `block` samples, and shared by all blocks.
    package let perBlock, shared: Int
    /// Which products can be taken: a plan for the Hessian serves both, one for Gauss–Newton only its own.
    let curvature: Curvature
    package let block: Int
    /// The most groups of a block: `block` rows hold as many of the largest.
    package let groups: Int

    /// For products at a kept point.
    /// - Parameter block: rows of a block: one or more groups of at most `groupRows`.
    init<S: Scalar>(_ network: Network<S>, for curvature: Curvature, block: Int, groupRows: Int = 1) {
        let nodes = network.nodes, last = nodes.count, sizes = network.shapes.map { block * $0.count }
        let groups = max(1, block / groupRows), columns = network.columns.count, outputs = network.outputs
        // The schedule: node i runs forwards at step i, the loss at step `last`, node i backwards at `back(i)`.
        func back(_ i: Int) -> Int { 2 * last - i }
        var values = PlannedValues(columns: columns, shares: nodes.map { $0.sharesValue ? $0.inputs[0] : nil })
        var cotangents = PlannedValues(columns: columns, shares: nodes.map { $0.sharesTangents ? $0.inputs[0] : nil })
        var tangents = cotangents
        values.need(outputs, at: last)
        cotangents.need(outputs, at: last)
        tangents.need(outputs, at: last)
        for (i, node) in nodes.enumerated() {
            let output = network.value(of: i)
            values.need([output] + node.inputs, at: i)
            if node.layer.reads.contains(.input) { values.keep(node.inputs) }
            if node.layer.reads.contains(.output) { values.keep([output]) }
            guard node.isActive else { continue }
            let active = node.inputs.filter(network.isActive)
            cotangents.need([output] + active, at: back(i))
            tangents.need([output] + active, at: i)
            if curvature == .hessian && node.readsTangents { tangents.need(active, at: back(i)) }
        }
        let productCotangents = cotangents
        if curvature == .hessian {
            cotangents.keep(nodes.indices.filter { network.readsCotangent($0) }.map(network.value(of:)))
        }

        var kept = 0, moving = Lifetimes(), product = Lifetimes(), scratch = 0
        let value = values.place(sizes, kept: &kept, &moving), g = cotangents.place(sizes, kept: &kept, &moving)
        let r = tangents.place(sizes, kept: &kept, &product)
        let rg = productCotangents.place(sizes, kept: &kept, &product)
        let slots = nodes.enumerated().map { i, node in
            var next = 0
            let places = Self.sizes(of: node.layer, block, groups).map { spec, size -> (SlotLife, Place) in
                switch spec.life {
                case .linearisation: (spec.life, .kept(kept.take(size)))
                case .product: (spec.life, .shared(product.add(size, in: i...back(i))))
                case .pass: (spec.life, .shared(next.take(size)))
                }
            }
            scratch = max(scratch, next)
            return places
        }
        loss = outputs.map { .kept(kept.take(sizes[$0])) }
        let places = (moving: moving.places(), product: product.places())
        // Scratch of a pass is every layer's in turn, whatever else is needed then.
        let end = max(places.moving.count, places.product.count)
        self.slots = slots.map { slots in
            slots.map { life, place in
                switch life {
                case .linearisation: place
                case .product: place.found(in: places.product.offsets)
                case .pass: place.shifted(by: end)
                }
            }
        }
        self.value = value.map { $0.found(in: places.moving.offsets) }
        self.g = g.map { $0.found(in: places.moving.offsets) }
        self.r = r.map { $0.found(in: places.product.offsets) }
        self.rg = rg.map { $0.found(in: places.product.offsets) }
        (perBlock, shared) = (kept, end + scratch)
        (self.curvature, self.block, self.groups) = (curvature, block, groups)
    }

    /// For values alone: nothing outlives its block.
    init<S: Scalar>(valuesOf network: Network<S>, block: Int, groupRows: Int = 1) {
        let nodes = network.nodes, last = nodes.count, groups = max(1, block / groupRows)
        var values = PlannedValues(
            columns: network.columns.count, shares: nodes.map { $0.sharesValue ? $0.inputs[0] : nil })
        var lifetimes = Lifetimes(), kept = 0
        values.need(network.outputs, at: last)
        for (i, node) in nodes.enumerated() { values.need([network.value(of: i)] + node.inputs, at: i) }
        let value = values.place(network.shapes.map { block * $0.count }, kept: &kept, &lifetimes)
        let slots = nodes.enumerated().map { i, node in
            Self.sizes(of: node.layer, block, groups).map { spec, size in
                spec.life == .product ? Place.none : .shared(lifetimes.add(size, in: i...i))
            }
        }
        let places = lifetimes.places()
        self.value = value.map { $0.found(in: places.offsets) }
        self.slots = slots.map { $0.map { $0.found(in: places.offsets) } }
        (g, r, rg, loss, perBlock, shared) = ([], [], [], [], 0, places.count)
        (curvature, self.block, self.groups) = (.gaussNewton, block, groups)
    }

    /// A layer's slots, and the values of memory that each takes.
    private static func sizes<S: Scalar>(of layer: any Layer<S>, _ block: Int, _ groups: Int) -> [(SlotSpec, Int)] {
        layer.slots.map { spec in
            let bytes = layer.bytes(of: spec, samples: block, groups: groups)
            return (spec, (bytes + MemoryLayout<S>.stride - 1) / MemoryLayout<S>.stride)
        }
    }

    /// Samples of a block: so many that its values stay in the caches (measured: about 6 MB of them, 512 rows at most),
    /// but in wide dense layers enough to outweigh the sweep over the gradient that each block adds to. Whole groups of
    /// `groupRows`, at least one.
    package static func blockSize<S: Scalar>(_ network: Network<S>, groupRows: Int = 1) -> Int {
        let bytes = network.shapes.reduce(0) { $0 + $1.count } * MemoryLayout<S>.stride
        let multiplications = network.nodes.reduce(0) { $0 + $1.layer.multiplications }
        let enough = 512 * (network.parameterCount + network.frozenCount) / max(1, multiplications)
        let rows = max(8, min(512, max((6 << 20) / bytes, enough) / 8 * 8))
        return max(1, rows / groupRows) * groupRows
    }
}

extension MemoryPlan.Place {
    /// A number of `Lifetimes` becomes an offset.
    fileprivate func found(in offsets: [Int]) -> Self {
        if case .shared(let number) = self { .shared(offsets[number]) } else { self }
    }
    fileprivate func shifted(by offset: Int) -> Self {
        if case .shared(let place) = self { .shared(offset + place) } else { self }
    }
}

/// Memory that the blocks of all linearisations and evaluations share, one after the other.
package final class Workspace<S: Scalar> {
    let buffer: Buffer<S>
    package init(count: Int) { buffer = Buffer(count: count) }
}
