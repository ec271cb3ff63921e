/// What each layer's `forward` reads and writes for a block of so many rows of which nothing is kept. Made once; other
/// samples and other points are shown through the same memory without any taken.
final class ValueViews<S: Scalar> {
    let rows: Int
    private(set) var points: [Point<S>]
    private(set) var y: [Target<S>]
    /// The network's output, one row a sample.
    private(set) var output: Matrix<S>
    /// Inputs that are data: of which node, and which one; and the nodes whose outputs are.
    private let dataInputs: [(node: Int, input: Int)]
    private let dataOutputs: [Int]
    private let isDataOutput: Bool
    private let stateOffsets: [Int]

    init(
        _ network: Network<S>, _ plan: MemoryPlan, rows: Int, data: UnsafePointer<S>, factors: Factors<S>,
        workspace: UnsafeMutablePointer<S>
    ) {
        func place(_ place: MemoryPlan.Place) -> UnsafeMutablePointer<S> {
            guard case .shared(let offset) = place else { preconditionFailure("of values alone none is kept") }
            return workspace + offset
        }
        func base(_ v: Int) -> UnsafeMutablePointer<S> {
            network.storage[v] == 0 ? UnsafeMutablePointer(mutating: data) : place(plan.value[v])
        }
        func view(_ v: Int, of node: Network<S>.Node) -> Target<S> {
            let shape = network.shapes[v]
            return node.layer.actsOnLastAxis
                ? Target(base(v), rows * shape.positions, shape.features) : Target(base(v), rows, shape.count)
        }
        let nodes = network.nodes
        self.rows = rows
        points = nodes.enumerated().map { i, node in
            Point(
                inputs: node.inputs.map { view($0, of: node).read }, y: .notKept, w: factors.share(ofNode: i),
                mode: .training(RowGroups(rows: rows)), own: UnsafeMutableRawPointer(place(plan.own[i])))
        }
        y = nodes.enumerated().map { i, node in view(i + 1, of: node) }
        output = Matrix(base(nodes.count), rows, network.output.count)
        dataInputs = nodes.enumerated().flatMap { i, node in
            node.inputs.enumerated().filter { network.storage[$1] == 0 }.map { (i, $0.offset) }
        }
        dataOutputs = nodes.indices.filter { network.storage[$0 + 1] == 0 }
        isDataOutput = network.storage[nodes.count] == 0
        stateOffsets = nodes.map(\.stateOffset)
    }

    /// Shows as many samples, at the factors' point.
    func show(_ data: UnsafePointer<S>, _ samples: Evaluation<S>.Samples, at factors: Factors<S>) {
        for i in points.indices {
            points[i].w = factors.share(ofNode: i)
            points[i].mode =
                switch samples {
                case .training(let groups): .training(groups)
                case .evaluation(let state): .evaluation(state: state + stateOffsets[i])
                }
        }
        for (node, k) in dataInputs {
            let old = points[node].inputs[k]
            points[node].inputs[k] = Matrix(data, old.rows, old.columns)
        }
        for i in dataOutputs { y[i] = Target(UnsafeMutablePointer(mutating: data), y[i].rows, y[i].columns) }
        if isDataOutput { output = Matrix(data, output.rows, output.columns) }
    }
}
