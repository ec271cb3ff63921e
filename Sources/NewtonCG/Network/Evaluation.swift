/// A network's values on blocks of samples, with nothing kept: losses at trial points, metrics, outputs.
package final class Evaluation<S: Scalar> {
    private let network: Network<S>
    private let loss: any Loss<S>
    private let plan: MemoryPlan
    private let workspace: Workspace<S>
    package let factors: Factors<S>

    package static func plan(_ network: Network<S>, block: Int) -> MemoryPlan {
        MemoryPlan(valuesOf: network, block: block)
    }

    /// - Parameter factors: the point, as several evaluations may share it.
    package init(
        _ network: Network<S>, loss: any Loss<S>, plan: MemoryPlan, workspace: Workspace<S>, factors: Factors<S>
    ) {
        precondition(workspace.buffer.count >= plan.shared)
        (self.network, self.loss, self.plan, self.workspace) = (network, loss, plan, workspace)
        self.factors = factors
    }

    /// Σ ℓ over these samples at the factors' point; `each` sees every block's first row, outputs and targets.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func loss(
        x: Matrix<S>, _ targets: Targets<S>, each: (Int, Matrix<S>, Targets<S>) -> Void = { _, _, _ in }
    ) -> Double {
        var sum = 0.0
        for first in stride(from: 0, to: x.rows, by: plan.block) {
            let rows = min(plan.block, x.rows - first), block = targets.rows(from: first, rows)
            let output = outputs(x: x, first: first, rows: rows)
            sum += loss.value(y: output, block, kept: .absent)
            each(first, output, block)
        }
        return sum
    }

    /// The first node whose output is not finite on these samples; nil where all are.
    package func firstNotFinite(x: Matrix<S>) -> Int? {
        var culprit: Int?
        for first in stride(from: 0, to: x.rows, by: plan.block) {
            let rows = min(plan.block, x.rows - first)
            _ = outputs(x: x, first: first, rows: rows) { i, y in
                if S.firstNotFinite(y.count, y.read.base) < y.count { culprit = min(culprit ?? i, i) }
            }
        }
        return culprit
    }

    private func outputs(
        x: Matrix<S>, first: Int, rows: Int, after: (Int, Target<S>) -> Void = { _, _ in }
    ) -> Matrix<S> {
        func base(_ v: Int) -> UnsafeMutablePointer<S> {
            if network.storage[v] == 0 { return UnsafeMutablePointer(mutating: x.base! + first * x.columns) }
            return place(plan.value[v])
        }
        func place(_ place: MemoryPlan.Place) -> UnsafeMutablePointer<S> {
            guard case .shared(let offset) = place else { preconditionFailure("values alone are not kept") }
            return workspace.buffer.base + offset
        }
        for (i, node) in network.nodes.enumerated() {
            func view(_ v: Int) -> Target<S> {
                let shape = network.shapes[v]
                return node.layer.actsOnLastAxis
                    ? Target(base(v), rows * shape.positions, shape.features) : Target(base(v), rows, shape.count)
            }
            let point = Point(
                inputs: node.inputs.map { view($0).read }, y: .notKept, w: factors.share(of: node),
                own: UnsafeMutableRawPointer(place(plan.own[i])))
            node.layer.forward(at: point, y: view(i + 1))
            after(i, view(i + 1))
        }
        return Matrix(base(network.nodes.count), rows, network.output.count)
    }
}
