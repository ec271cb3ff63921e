/// A network's values on blocks of samples, with nothing kept: losses at trial points, metrics, outputs.
package final class Evaluation<S: Scalar> {
    private let network: Network<S>
    private let loss: any Loss<S>
    private let plan: MemoryPlan
    private let workspace: Workspace<S>
    package let factors: Factors<S>

    package static func plan(_ network: Network<S>, block: Int, groupRows: Int = 1) -> MemoryPlan {
        MemoryPlan(valuesOf: network, block: block, groupRows: groupRows)
    }

    /// - Parameter factors: the point, as several evaluations may share it.
    package init(
        _ network: Network<S>, loss: any Loss<S>, plan: MemoryPlan, workspace: Workspace<S>, factors: Factors<S>
    ) {
        precondition(workspace.buffer.count >= plan.shared)
        (self.network, self.loss, self.plan, self.workspace) = (network, loss, plan, workspace)
        self.factors = factors
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
        for (rows, samples) in blocks(x, samples) {
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
        for (rows, samples) in blocks(x, samples) {
            _ = outputs(x: x, rows, samples) { i, y in
                if S.firstNotFinite(y.count, y.read.base) < y.count { culprit = min(culprit ?? i, i) }
            }
        }
        return culprit
    }

    private func blocks(_ x: Matrix<S>, _ samples: Samples) -> [(rows: Range<Int>, samples: Samples)] {
        switch samples {
        case .training(let groups):
            precondition(groups.rows == x.rows)
            return groups.blocks(of: plan.groups).map { (groups.rows(of: $0), .training(groups[$0])) }
        case .evaluation:
            return RowGroups(rows: x.rows).blocks(of: plan.block).map { ($0, samples) }
        }
    }

    private func outputs(
        x: Matrix<S>, _ range: Range<Int>, _ samples: Samples, after: (Int, Target<S>) -> Void = { _, _ in }
    ) -> Matrix<S> {
        let rows = range.count
        func base(_ v: Int) -> UnsafeMutablePointer<S> {
            if network.storage[v] == 0 { return UnsafeMutablePointer(mutating: x.base! + range.lowerBound * x.columns) }
            return place(plan.value[v])
        }
        func place(_ place: MemoryPlan.Place) -> UnsafeMutablePointer<S> {
            guard case .shared(let offset) = place else { preconditionFailure("of values alone none is kept") }
            return workspace.buffer.base + offset
        }
        for (i, node) in network.nodes.enumerated() {
            func view(_ v: Int) -> Target<S> {
                let shape = network.shapes[v]
                return node.layer.actsOnLastAxis
                    ? Target(base(v), rows * shape.positions, shape.features) : Target(base(v), rows, shape.count)
            }
            let mode: Mode<S> =
                switch samples {
                case .training(let groups): .training(groups)
                case .evaluation(let state): .evaluation(state: state + node.stateOffset)
                }
            let point = Point(
                inputs: node.inputs.map { view($0).read }, y: .notKept, w: factors.share(ofNode: i), mode: mode,
                own: UnsafeMutableRawPointer(place(plan.own[i])))
            node.layer.forward(at: point, y: view(i + 1))
            after(i, view(i + 1))
        }
        return Matrix(base(network.nodes.count), rows, network.output.count)
    }
}
