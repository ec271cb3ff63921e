/// The outputs of a network's frozen prefix for a rank's rows: computed once, and kept as columns of the data that is
/// trained on.
final class FrozenPrefix<S: Scalar> {
    private let split: SplitNetwork<S>
    private let evaluation: Evaluation<S>
    private let factors: Factors<S>

    /// - Parameter frozen: the values of the whole network's frozen layers.
    init(_ split: SplitNetwork<S>, frozen: FrozenValues<S>) {
        self.split = split
        let prefix = split.prefix, plan = Evaluation.plan(prefix, block: MemoryPlan.blockSize(prefix))
        factors = Factors(prefix, transposes: false, frozen: frozen)
        evaluation = Evaluation(
            prefix, loss: nil, plan: plan, workspace: Workspace(count: plan.shared), factors: factors)
    }

    /// Bytes of a row's outputs.
    static func bytesOfRow(_ split: SplitNetwork<S>) -> Int {
        split.prefix.outputShapes.reduce(0) { $0 + $1.count } * MemoryLayout<S>.stride
    }

    /// Memory for the rest's columns of these rows; columns of the data, and those of the loss, are shared with them.
    /// - Parameter lossColumns: how many of the rows' last columns are the loss's.
    func shard(for rows: Shard<S>, lossColumns: Int) -> Shard<S> {
        let own = rows.columns.count - lossColumns
        let memory = split.sources.enumerated().map { i, source -> ColumnMemory<S> in
            switch source {
            case .output: ColumnMemory(split.rest.columns[i], rows: rows.count)
            case .column(let c): rows.memory[c]
            }
        }
        return Shard(
            range: rows.range, columns: split.rest.columns + rows.columns[own...], memory: memory + rows.memory[own...])
    }

    /// Computes the prefix's outputs of `rows` into a shard that `shard(for:lossColumns:)` made for them.
    func fill(_ shard: Shard<S>, from rows: Shard<S>) {
        let outer = Phase.prefix.begin()
        defer { outer.end() }
        let samples = Samples<S>(groups: RowGroups(rows: rows.count))
        evaluation.outputs(rows.batch(from: 0, samples)) { first, outputs in
            for (column, source) in split.sources.enumerated() {
                guard case .output(let k) = source, case .numbers(let values) = shard.memory[column] else { continue }
                let width = shard.columns[column].shape.count
                (values.base + first * width).update(from: outputs[k].base!, count: outputs[k].count)
            }
        }
    }
}
