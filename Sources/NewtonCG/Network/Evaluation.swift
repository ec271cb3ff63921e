/// A network's values on blocks of samples, with nothing kept: losses at trial points, metrics, outputs.
package final class Evaluation<S: Scalar> {
    private let network: Network<S>
    private let loss: (any Loss<S>)?
    private let plan: MemoryPlan
    private let workspace: Workspace<S>
    package let factors: Factors<S>
    /// The network's. Passes take single fields of them by index: a copy of a node would count references.
    private let nodes: [Network<S>.Node]
    private let nothingKept: [Target<S>]
    /// One for each number of rows that blocks have: that of a full one, and of the last ones.
    private var views: [ValueViews<S>] = []

    package static func plan(_ network: Network<S>, block: Int, groupRows: Int = 1) -> MemoryPlan {
        MemoryPlan(valuesOf: network, block: block, groupRows: groupRows)
    }

    /// - Parameters:
    ///   - loss: nil: only outputs are wanted.
    ///   - factors: the point, as several evaluations may share it.
    package init(
        _ network: Network<S>, loss: (any Loss<S>)?, plan: MemoryPlan, workspace: Workspace<S>, factors: Factors<S>
    ) {
        precondition(workspace.buffer.count >= plan.shared)
        (self.network, self.loss, self.plan, self.workspace) = (network, loss, plan, workspace)
        (self.factors, nodes) = (factors, network.nodes)
        nothingKept = network.outputs.map { _ in .absent }
    }

    /// Σ ℓ over these rows at the factors' point; `each` sees every block's first row, outputs and targets.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func loss(
        _ rows: BatchRows<S>, each: (Int, [Matrix<S>], Targets<S>) -> Void = { _, _, _ in }
    ) -> Double {
        guard let loss else { preconditionFailure("an evaluation without a loss gives outputs alone") }
        var sum = 0.0
        forEachBlock(rows) { block in
            let targets = block.targets(after: network.columns.count), outputs = outputs(block)
            sum += loss.value(y: outputs, targets, kept: nothingKept)
            each(block.first, outputs, targets)
        }
        return sum
    }

    /// Shows every block's first row and outputs.
    package func outputs(_ rows: BatchRows<S>, each: (Int, [Matrix<S>]) -> Void) {
        forEachBlock(rows) { each($0.first, outputs($0)) }
    }

    /// The first node whose output is not finite on these samples; nil where all are.
    package func firstNotFinite(_ rows: BatchRows<S>) -> Int? {
        var culprit: Int?
        forEachBlock(rows) { block in
            _ = outputs(block) { i, y in
                if S.Kernels.firstNotFinite(count: y.count, in: y.read.base) < y.count {
                    culprit = min(culprit ?? i, i)
                }
            }
        }
        return culprit
    }

    private func forEachBlock(_ rows: BatchRows<S>, _ body: (BatchRows<S>) -> Void) {
        for part in (0..<rows.samples.groups.count).blocks(of: plan.groups) { body(rows.groups(part)) }
    }

    private func outputs(_ rows: BatchRows<S>, after: (Int, Target<S>) -> Void = { _, _ in }) -> [Matrix<S>] {
        let block = block(of: rows.rows)
        block.show(rows, at: factors)
        for i in nodes.indices {
            nodes[i].layer.forward(at: block.points[i], y: block.y[i])
            after(i, block.y[i])
        }
        return block.outputs
    }

    private func block(of rows: Int) -> ValueViews<S> {
        if let known = views.first(where: { $0.rows == rows }) { return known }
        let made = ValueViews(
            network, plan, rows: rows, factors: factors, lossActsOnLastAxis: loss?.actsOnLastAxis ?? false,
            workspace: workspace.buffer.base)
        views.append(made)
        return made
    }
}
