/// Which inputs of a network's nodes are columns of the data, or stand for one of tokens: what changes when other samples
/// are shown.
struct DataInputs {
    struct Place {
        let node, input, column: Int
        /// In the extents in which the layer sees it, of one sample.
        let rows, width: Int
        /// The passes after `forward` read it.
        let isKept: Bool

        /// The input's rows, from a row of the batch on.
        func matrix<S: Scalar>(_ column: ColumnRows<S>, _ first: Int, rows count: Int) -> Matrix<S> {
            Matrix(column.numbers! + first * column.width, count * rows, width)
        }
        func tokens<S: Scalar>(_ column: ColumnRows<S>, _ first: Int) -> Tokens {
            Tokens(base: column.tokens! + first * column.width, positions: column.width, padding: column.padding)
        }
    }
    private(set) var numbers: [Place] = [], tokens: [Place] = []
    /// The network's.
    let columns: Int

    init<S: Scalar>(_ network: Network<S>) {
        columns = network.columns.count
        for (i, node) in network.nodes.enumerated() {
            for (k, v) in node.inputs.enumerated() {
                let shape = network.shapes[v], acts = node.layer.actsOnLastAxis
                func place(_ column: Int) -> Place {
                    Place(
                        node: i, input: k, column: column, rows: acts ? shape.positions : 1,
                        width: acts ? shape.features : shape.count, isKept: node.layer.reads.contains(.input))
                }
                if let column = network.tokens[v] { tokens.append(place(column)) }
                let column = network.storage[v]
                if network.isColumn(column), network.columns[column].kind == .numbers { numbers.append(place(column)) }
            }
        }
    }
}
