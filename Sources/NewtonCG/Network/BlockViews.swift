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
    let lossKept: Target<S>
    private(set) var targets: Targets<S>

    /// The network's output as the loss sees it, one row a sample; its cotangent, tangent, and tangent's cotangent.
    let output: Matrix<S>
    let outputCotangent: Target<S>
    let outputTangent: Matrix<S>
    let outputTangentCotangent: Target<S>

    /// Where the point lies whose weights the views read.
    let vector: UnsafePointer<S>
    /// Inputs that are data: of which node, and which one.
    private let dataInputs: [(node: Int, input: Int)]

    /// A block's samples in the batch x.
    struct Samples {
        let x: Matrix<S>
        let targets: Targets<S>
        let first: Int
        let groups: RowGroups
        var data: UnsafePointer<S> { x.base! + first * x.columns }
    }

    /// - Parameters:
    ///   - kept: this block's memory, or that of blocks which follow one another.
    ///   - shared: every block's.
    init(
        _ network: Network<S>, _ plan: MemoryPlan, _ samples: Samples, w: Factors<S>,
        kept: UnsafeMutablePointer<S>, shared: UnsafeMutablePointer<S>
    ) {
        func at(_ place: MemoryPlan.Place) -> UnsafeMutablePointer<S>? {
            switch place {
            case .none: nil
            case .kept(let offset): kept + offset
            case .shared(let offset): shared + offset
            }
        }
        let nodes = network.nodes, last = nodes.count, shapes = network.shapes, rows = samples.groups.rows
        (self.rows, first) = (rows, samples.first)
        vector = w.vector
        func whole(_ place: MemoryPlan.Place) -> Target<S> { Target(at(place), rows, network.output.count) }
        lossKept = whole(plan.loss)
        output = whole(plan.value[last]).read
        outputCotangent = whole(plan.g[last])
        outputTangent = whole(plan.r[last]).read
        outputTangentCotangent = whole(plan.rg[last])

        /// A value as a layer sees it.
        func view(_ place: MemoryPlan.Place, _ v: Int, of node: Network<S>.Node, adds: Bool = false) -> Target<S> {
            let shape = shapes[v]
            return node.layer.actsOnLastAxis
                ? Target(at(place), rows * shape.positions, shape.features, adds: adds)
                : Target(at(place), rows, shape.count, adds: adds)
        }
        func value(_ v: Int, of node: Network<S>.Node) -> Matrix<S> {
            guard network.storage[v] == 0 else { return view(plan.value[v], v, of: node).read }
            let shape = shapes[v]
            return node.layer.actsOnLastAxis
                ? Matrix(samples.data, rows * shape.positions, shape.features)
                : Matrix(samples.data, rows, shape.count)
        }
        for (i, node) in nodes.enumerated() {
            let keeps = node.layer.keeps, weights = w.share(ofNode: i), mode = Mode<S>.training(samples.groups)
            let own = UnsafeMutableRawPointer(at(plan.own[i])!)
            fresh.append(
                Point(inputs: node.inputs.map { value($0, of: node) }, y: .notKept, w: weights, mode: mode, own: own))
            points.append(
                Point(
                    inputs: node.inputs.map { keeps.contains(.input) ? value($0, of: node) : .notKept },
                    y: keeps.contains(.output) ? value(i + 1, of: node) : .notKept, w: weights, mode: mode, own: own))
        }
        func outputs(_ places: [MemoryPlan.Place]) -> [Target<S>] {
            nodes.enumerated().map { i, node in view(places[i + 1], i + 1, of: node) }
        }
        y = outputs(plan.value)
        gy = outputs(plan.g)
        ry = outputs(plan.r)
        rgy = outputs(plan.rg)
        // What a layer declares that it does not need is not there: zero, or not to be read.
        let gy = gy
        keptGy = nodes.enumerated().map { i, node in
            if case .kept = plan.g[i + 1], network.readsCotangent(i) { return gy[i].read }
            return node.readsTangents ? .absent : .notKept
        }
        func tangents(_ node: Network<S>.Node) -> [Matrix<S>] {
            node.inputs.map { network.isActive($0) ? view(plan.r[$0], $0, of: node).read : .absent }
        }
        rx = nodes.map(tangents)
        keptRx = nodes.map { $0.readsTangents ? tangents($0) : $0.inputs.map { _ in .notKept } }

        // Backwards, the last reader of a value writes its cotangent, the earlier ones add.
        var written = Set<Int>(), gx: [[Target<S>]] = [], rgx: [[Target<S>]] = []
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
        targets = samples.targets.rows(from: samples.first, rows)
        dataInputs = nodes.enumerated().flatMap { i, node in
            node.inputs.enumerated().filter { network.storage[$1] == 0 }.map { (i, $0.offset) }
        }
    }

    /// Shows other samples, as many as before.
    func show(_ samples: Samples) {
        precondition(samples.groups.rows == rows)
        first = samples.first
        targets = samples.targets.rows(from: first, rows)
        let mode = Mode<S>.training(samples.groups)
        for i in fresh.indices {
            fresh[i].mode = mode
            points[i].mode = mode
        }
        for (node, k) in dataInputs {
            let old = fresh[node].inputs[k], new = Matrix(samples.data, old.rows, old.columns)
            fresh[node].inputs[k] = new
            if !points[node].inputs[k].isNotKept { points[node].inputs[k] = new }
        }
    }
}
