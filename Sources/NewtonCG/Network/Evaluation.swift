/// A network's values on blocks of samples, with nothing kept: losses at trial points, metrics, outputs.
package final class Evaluation<S: Scalar> {
    private let network: Network<S>
    private let loss: any Loss<S>
    private let plan: MemoryPlan
    private let workspace: Workspace<S>
    package let factors: Factors<S>
    /// The network's. Passes take single fields of them by index: a copy of a node would count references.
    private let nodes: [Network<S>.Node]
    /// One for each number of rows that blocks have: that of a full one, and of the last ones.
    private var views: [ValueViews<S>] = []

    package static func plan(_ network: Network<S>, block: Int, groupRows: Int = 1) -> MemoryPlan {
        MemoryPlan(valuesOf: network, block: block, groupRows: groupRows)
    }

    /// - Parameter factors: the point, as several evaluations may share it.
    package init(
        _ network: Network<S>, loss: any Loss<S>, plan: MemoryPlan, workspace: Workspace<S>, factors: Factors<S>
    ) {
        precondition(workspace.buffer.count >= plan.shared)
        (self.network, self.loss, self.plan, self.workspace) = (network, loss, plan, workspace)
        (self.factors, nodes) = (factors, network.nodes)
    }

    /// Whether samples are seen as in training, or as in evaluation.
    package enum Samples {
        case training(RowGroups)
        /// With running statistics, in the order of the network's state.
        case evaluation(state: UnsafePointer<S>)
    }

    /// Σ ℓ over these samples at the factors' point; `each` sees every block's first row, outputs and targets.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func loss(
        x: Matrix<S>, _ targets: Targets<S>, _ samples: Samples,
        each: (Int, Matrix<S>, Targets<S>) -> Void = { _, _, _ in }
    ) -> Double {
        var sum = 0.0
        forEachBlock(x, samples) { rows, samples in
            let block = targets.rows(from: rows.lowerBound, rows.count)
            let output = outputs(x: x, rows, samples)
            sum += loss.value(y: output, block, kept: .absent)
            each(rows.lowerBound, output, block)
        }
        return sum
    }

    /// The first node whose output is not finite on these samples; nil where all are.
    package func firstNotFinite(x: Matrix<S>, _ samples: Samples) -> Int? {
        var culprit: Int?
        forEachBlock(x, samples) { rows, samples in
            _ = outputs(x: x, rows, samples) { i, y in
                if S.firstNotFinite(y.count, y.read.base) < y.count { culprit = min(culprit ?? i, i) }
            }
        }
        return culprit
    }

    private func forEachBlock(_ x: Matrix<S>, _ samples: Samples, _ body: (Range<Int>, Samples) -> Void) {
        switch samples {
        case .training(let groups):
            precondition(groups.rows == x.rows)
            for part in (0..<groups.count).blocks(of: plan.groups) {
                body(groups.rows(of: part), .training(groups[part]))
            }
        case .evaluation:
            for rows in (0..<x.rows).blocks(of: plan.block) { body(rows, samples) }
        }
    }

    private func outputs(
        x: Matrix<S>, _ range: Range<Int>, _ samples: Samples, after: (Int, Target<S>) -> Void = { _, _ in }
    ) -> Matrix<S> {
        let data = x.base! + range.lowerBound * x.columns, block = block(of: range.count, data)
        block.show(data, samples, at: factors)
        for i in nodes.indices {
            nodes[i].layer.forward(at: block.points[i], y: block.y[i])
            after(i, block.y[i])
        }
        return block.output
    }

    private func block(of rows: Int, _ data: UnsafePointer<S>) -> ValueViews<S> {
        if let known = views.first(where: { $0.rows == rows }) { return known }
        let made = ValueViews(
            network, plan, rows: rows, data: data, factors: factors, workspace: workspace.buffer.base)
        views.append(made)
        return made
    }
}
