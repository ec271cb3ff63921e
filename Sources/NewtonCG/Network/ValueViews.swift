/// What each layer's `forward` reads and writes for a block of so many rows of which nothing is kept. Made once; other
/// samples and other points are shown through the same memory without any taken.
final class ValueViews<S: Scalar> {
    let rows: Int
    private(set) var points: [Point<S>]
    private(set) var y: [Target<S>]
    /// The values that the loss reads, as it sees them.
    private(set) var outputs: [Matrix<S>]
    private let data: DataInputs
    /// Nodes whose outputs lie in a column of the data, and outputs that do.
    private let dataOutputs: [(node: Int, column: Int)], dataReads: [(output: Int, column: Int)]

    init(
        _ network: Network<S>, _ plan: MemoryPlan, rows: Int, factors: Factors<S>, lossActsOnLastAxis: Bool,
        workspace: UnsafeMutablePointer<S>
    ) {
        func place(_ place: MemoryPlan.Place) -> UnsafeMutablePointer<S>? {
            guard case .shared(let offset) = place else { return nil }
            return workspace + offset
        }
        let nodes = network.nodes
        self.rows = rows
        func view(_ v: Int, of node: Network<S>.Node) -> Target<S> {
            node.view(place(plan.value[v]), rows, network.shapes[v])
        }
        points = nodes.enumerated().map { i, node in
            Point(
                inputs: node.inputs.map { view($0, of: node).read }, tokens: node.inputs.map { _ in .absent },
                y: .notKept, w: factors.weights(ofNode: i), samples: Samples(groups: RowGroups(rows: rows)),
                statistics: nil, slots: plan.slots[i].map { place($0).map { UnsafeMutableRawPointer($0) } },
                node: node.number)
        }
        y = nodes.enumerated().map { i, node in view(network.value(of: i), of: node) }
        outputs = network.outputs.map { v in
            Target(place(plan.value[v]), samples: rows, of: network.shapes[v], lastAxis: lossActsOnLastAxis).read
        }
        data = DataInputs(network)
        func isData(_ v: Int) -> Bool { network.isColumn(network.storage[v]) }
        dataOutputs = nodes.indices.filter { isData(network.value(of: $0)) }.map {
            ($0, network.storage[network.value(of: $0)])
        }
        dataReads = network.outputs.indices.filter { isData(network.outputs[$0]) }.map {
            ($0, network.storage[network.outputs[$0]])
        }
    }

    /// Shows as many samples, at the factors' point.
    func show(_ batch: BatchRows<S>, at factors: Factors<S>) {
        for i in points.indices {
            points[i].w = factors.weights(ofNode: i)
            points[i].samples = batch.samples
            let node = factors.network.nodes[i]
            if let statistics = batch.samples.statistics {
                points[i].statistics = statistics + node.stateOffset
            } else {
                points[i].statistics = node.isFrozen ? factors.frozen?.statistics(of: node) : nil
            }
        }
        for place in data.numbers {
            points[place.node].inputs[place.input] =
                place.matrix(batch.columns[place.column], batch.first, rows: rows)
        }
        for place in data.tokens {
            points[place.node].tokens[place.input] = place.tokens(batch.columns[place.column], batch.first)
        }
        func base(_ column: Int) -> UnsafePointer<S> {
            let rows = batch.columns[column]
            return rows.numbers! + batch.first * rows.width
        }
        for (i, column) in dataOutputs {
            y[i] = Target(UnsafeMutablePointer(mutating: base(column)), y[i].rows, y[i].columns)
        }
        for (k, column) in dataReads { outputs[k] = Matrix(base(column), outputs[k].rows, outputs[k].columns) }
    }
}
