/// The views of one block of samples, in the order of the nodes: what each pass of each layer reads and writes.
struct BlockViews<S: Scalar> {
    /// What forward sees, and what it leaves to the later passes.
    private(set) var fresh: [Point<S>] = [], points: [Point<S>] = []
    private(set) var y: [Target<S>] = []
    private(set) var gy: [Target<S>] = [], gx: [[Target<S>]] = []
    private(set) var ry: [Target<S>] = [], rx: [[Matrix<S>]] = []
    private(set) var rgy: [Target<S>] = [], rgx: [[Target<S>]] = []
    let lossKept: Target<S>
    let targets: Targets<S>
    /// Counted from the first row of the batch.
    let rows: Range<Int>

    /// The network's output as the loss sees it, one row a sample; its cotangent, tangent, and tangent's cotangent.
    let output: Matrix<S>
    let outputCotangent: Target<S>
    let outputTangent: Matrix<S>
    let outputTangentCotangent: Target<S>

    /// Rows `first` … of the batch x, in `groups`; `kept` is this block's memory, `shared` every block's.
    init(
        _ network: Network<S>, _ plan: MemoryPlan, groups: RowGroups, first: Int, x: Matrix<S>, _ targets: Targets<S>,
        w: Factors<S>,
        kept: UnsafeMutablePointer<S>, shared: UnsafeMutablePointer<S>
    ) {
        func at(_ place: MemoryPlan.Place) -> UnsafeMutablePointer<S> {
            switch place {
            case .kept(let offset): kept + offset
            case .shared(let offset): shared + offset
            }
        }
        let last = network.nodes.count, shapes = network.shapes, rows = groups.rows, mode = Mode<S>.training(groups)
        self.targets = targets.rows(from: first, rows)
        self.rows = first..<first + rows
        lossKept = Target(at(plan.loss), rows, network.output.count)
        output = Matrix(
            network.storage[last] == 0 ? x.base! + first * x.columns : UnsafePointer(at(plan.value[last])), rows,
            network.output.count)
        outputCotangent = Target(at(plan.g[last]), rows, network.output.count)
        outputTangent = Matrix(at(plan.r[last]), rows, network.output.count)
        outputTangentCotangent = Target(at(plan.rg[last]), rows, network.output.count)

        for (i, node) in network.nodes.enumerated() {
            let n = i + 1, keeps = node.layer.keeps, weights = w.share(of: node)
            /// The extents of a value as this layer sees it.
            func size(_ v: Int) -> (Int, Int) {
                node.layer.actsOnLastAxis ? (rows * shapes[v].positions, shapes[v].features) : (rows, shapes[v].count)
            }
            func value(_ v: Int) -> Matrix<S> {
                let base = network.storage[v] == 0 ? x.base! + first * x.columns : UnsafePointer(at(plan.value[v]))
                return Matrix(base, size(v).0, size(v).1)
            }
            func target(_ place: MemoryPlan.Place, _ v: Int, adds: Bool = false) -> Target<S> {
                Target(at(place), size(v).0, size(v).1, adds: adds)
            }
            let inputs = node.inputs.map(value), own = UnsafeMutableRawPointer(at(plan.own[i]))
            fresh.append(Point(inputs: inputs, y: .notKept, w: weights, mode: mode, own: own))
            points.append(
                Point(
                    inputs: keeps.contains(.input) ? inputs : inputs.map { _ in .notKept },
                    y: keeps.contains(.output) ? value(n) : .notKept, w: weights, mode: mode, own: own))
            y.append(target(plan.value[n], n))
            gy.append(target(plan.g[n], n))
            ry.append(target(plan.r[n], n))
            rgy.append(target(plan.rg[n], n))
            rx.append(node.inputs.map { network.isActive($0) ? target(plan.r[$0], $0).read : .absent })
        }

        // Backwards, the last reader of a value writes its cotangent, the earlier ones add.
        var written = Set<Int>()
        for node in network.nodes.reversed() {
            let targets = node.inputs.map { v -> (Target<S>, Target<S>) in
                guard network.isActive(v), node.isActive else { return (.absent, .absent) }
                let adds = !node.layer.isReshape && !written.insert(network.storage[v]).inserted
                let size =
                    node.layer.actsOnLastAxis
                    ? (rows * shapes[v].positions, shapes[v].features) : (rows, shapes[v].count)
                return (
                    Target(at(plan.g[v]), size.0, size.1, adds: adds),
                    Target(at(plan.rg[v]), size.0, size.1, adds: adds)
                )
            }
            gx.append(targets.map(\.0))
            rgx.append(targets.map(\.1))
        }
        gx.reverse()
        rgx.reverse()
    }
}
