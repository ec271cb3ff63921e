/// The views of one block of samples, in the order of the nodes: what each pass of each layer reads and writes. Made
/// once; other samples can be shown through the same memory without any taken.
package final class BlockViews<S: Scalar> {
    package let rows: Int
    /// The place of the first row in the batch.
    private(set) var first: Int
    /// What forward sees, and what it leaves to the later passes.
    private(set) var fresh: [Point<S>] = [], points: [Point<S>] = []
    let y: [Target<S>]
    /// A node's output's cotangent, and its inputs'; the former as rBackward sees it.
    let gy: [Target<S>], gx: [[Target<S>]], keptGy: [Matrix<S>]
    /// Tangents of inputs as rForward sees them, and as rBackward does.
    let ry: [Target<S>], rx: [[Matrix<S>]], keptRx: [[Matrix<S>]]
    let rgy: [Target<S>], rgx: [[Target<S>]]
    private(set) var targets: Targets<S>

    /// The values that the loss reads, as it sees them; their cotangents, tangents, the tangents' cotangents, and what the
    /// loss keeps of them.
    let outputs: LossViews<S>

    /// Where the point lies whose weights the views read.
    let vector: UnsafePointer<S>
    /// Inputs that are data, and tokens of inputs.
    private let data: DataInputs
    private var formTargets: [Target<S>]?

    /// - Parameters:
    ///   - data: the network's.
    ///   - kept: this block's memory, or that of blocks which follow one another.
    ///   - shared: every block's.
    init(
        _ network: Network<S>, _ plan: MemoryPlan, _ batch: BatchRows<S>, data: DataInputs, w: Factors<S>,
        loss: any Loss<S>, kept: UnsafeMutablePointer<S>, shared: UnsafeMutablePointer<S>
    ) {
        func at(_ place: MemoryPlan.Place) -> UnsafeMutablePointer<S>? {
            switch place {
            case .none: nil
            case .kept(let offset): kept + offset
            case .shared(let offset): shared + offset
            }
        }
        let nodes = network.nodes, shapes = network.shapes, rows = batch.rows
        (self.rows, first) = (rows, batch.first)
        vector = w.vector
        outputs = LossViews(
            network.outputs.indices.map { k in
                let v = network.outputs[k], shape = shapes[v]
                func view(_ place: MemoryPlan.Place) -> Target<S> {
                    Target(at(place), samples: rows, of: shape, lastAxis: loss.actsOnLastAxis)
                }
                return (
                    view(plan.value[v]), view(plan.g[v]), view(plan.r[v]), view(plan.rg[v]), view(plan.loss[k])
                )
            })

        /// A value as a layer sees it.
        func view(_ place: MemoryPlan.Place, _ v: Int, of node: Network<S>.Node, adds: Bool = false) -> Target<S> {
            node.view(at(place), rows, shapes[v], adds: adds)
        }
        self.data = data
        func value(_ v: Int, of node: Network<S>.Node) -> Matrix<S> {
            network.isColumn(network.storage[v]) ? .absent : view(plan.value[v], v, of: node).read
        }
        for (i, node) in nodes.enumerated() {
            let reads = node.layer.reads, statistics = node.isFrozen ? w.frozen?.statistics(of: node) : nil
            let slots = plan.slots[i].map { at($0).map { UnsafeMutableRawPointer($0) } }
            func point(_ inputs: [Matrix<S>], _ y: Matrix<S>) -> Point<S> {
                Point(
                    inputs: inputs, tokens: node.inputs.map { _ in .absent }, y: y, w: w.weights(ofNode: i),
                    samples: batch.samples, statistics: statistics, slots: slots, node: node.number)
            }
            let inputs = node.inputs.map { value($0, of: node) }
            fresh.append(point(inputs, .notKept))
            points.append(
                point(
                    reads.contains(.input) ? inputs : inputs.map { _ in .notKept },
                    reads.contains(.output) ? value(network.value(of: i), of: node) : .notKept))
        }
        func all(_ places: [MemoryPlan.Place]) -> [Target<S>] {
            nodes.enumerated().map { i, node in view(places[network.value(of: i)], network.value(of: i), of: node) }
        }
        y = all(plan.value)
        gy = all(plan.g)
        ry = all(plan.r)
        rgy = all(plan.rg)
        // What a layer declares that it does not need is not there: zero, or not to be read.
        let gy = gy
        keptGy = nodes.enumerated().map { i, node in
            if case .kept = plan.g[network.value(of: i)], network.readsCotangent(i) { return gy[i].read }
            return node.readsTangents ? .absent : .notKept
        }
        func tangents(_ node: Network<S>.Node) -> [Matrix<S>] {
            node.inputs.map { network.isActive($0) ? view(plan.r[$0], $0, of: node).read : .absent }
        }
        rx = nodes.map(tangents)
        keptRx = nodes.map { $0.readsTangents ? tangents($0) : $0.inputs.map { _ in .notKept } }

        // Backwards, the last reader of a value writes its cotangent, the earlier ones add; the loss reads last of all.
        var written = Set(network.outputs.map { network.storage[$0] }), gx: [[Target<S>]] = [], rgx: [[Target<S>]] = []
        for node in nodes.reversed() {
            let wanted = node.inputs.map { v in network.isActive(v) && node.isActive }
            let adds = zip(node.inputs, wanted).map { v, wanted in
                wanted && !node.layer.isReshape && !written.insert(network.storage[v]).inserted
            }
            func inputs(_ places: [MemoryPlan.Place]) -> [Target<S>] {
                node.inputs.indices.map { k in
                    let v = node.inputs[k]
                    return wanted[k] ? view(places[v], v, of: node, adds: adds[k]) : .absent
                }
            }
            gx.append(inputs(plan.g))
            rgx.append(inputs(plan.rg))
        }
        self.gx = gx.reversed()
        self.rgx = rgx.reversed()
        targets = batch.targets(after: network.columns.count)
        show(batch)
    }

    /// Views like the outputs' in another memory, made at the first call.
    func forms(in memory: UnsafeMutablePointer<S>) -> [Target<S>] {
        if let formTargets { return formTargets }
        var next = memory
        let made = outputs.tangentCotangent.map { like in
            defer { next += like.count }
            return Target(next, like.rows, like.columns)
        }
        formTargets = made
        return made
    }

    /// Shows other samples, as many as before.
    func show(_ batch: BatchRows<S>) {
        precondition(batch.rows == rows)
        first = batch.first
        targets = batch.targets(after: data.columns)
        for i in fresh.indices {
            fresh[i].samples = batch.samples
            points[i].samples = batch.samples
        }
        for place in data.numbers {
            let x = place.matrix(batch.columns[place.column], first, rows: rows)
            fresh[place.node].inputs[place.input] = x
            if place.isKept { points[place.node].inputs[place.input] = x }
        }
        for place in data.tokens {
            let tokens = place.tokens(batch.columns[place.column], first)
            fresh[place.node].tokens[place.input] = tokens
            points[place.node].tokens[place.input] = tokens
        }
    }
}

/// What a loss reads and writes of a block, by value that it reads, as it sees them.
struct LossViews<S: Scalar> {
    let value: [Matrix<S>]
    let cotangent: [Target<S>]
    let tangent: [Matrix<S>]
    let tangentCotangent: [Target<S>], tangentCotangentToRead: [Matrix<S>]
    let kept: [Target<S>], keptToRead: [Matrix<S>]

    init(_ views: [(y: Target<S>, g: Target<S>, r: Target<S>, rg: Target<S>, kept: Target<S>)]) {
        value = views.map(\.y.read)
        cotangent = views.map(\.g)
        tangent = views.map(\.r.read)
        tangentCotangent = views.map(\.rg)
        tangentCotangentToRead = views.map(\.rg.read)
        kept = views.map(\.kept)
        keptToRead = views.map(\.kept.read)
    }
}

extension Network.Node {
    /// A value of a shape as its layer sees it.
    func view(
        _ base: UnsafeMutablePointer<S>?, _ rows: Int, _ shape: Shape, adds: Bool = false
    ) -> Target<S> {
        Target(base, samples: rows, of: shape, lastAxis: layer.actsOnLastAxis, adds: adds)
    }
}
