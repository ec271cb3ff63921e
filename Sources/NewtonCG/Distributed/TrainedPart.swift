/// What is trained of a network, on what data: the network itself, or what lies behind its frozen prefix, on the prefix's
/// outputs.
public final class TrainedPart<S: Scalar> {
    /// The whole network: parameters and statistics have its layout.
    public let whole: Network<S>
    /// What is linearised and evaluated.
    public let network: Network<S>
    /// The values of frozen layers; nil: there are none.
    public let frozen: FrozenValues<S>?
    private let prefix: FrozenPrefix<S>?
    /// Columns of a loss.
    private let lossColumns: Int
    private var shards: [(rows: Shard<S>, kept: Shard<S>)] = []
    /// For the run's head: what is frozen, and what becomes of the prefix.
    public let lines: [String]

    /// - Parameters:
    ///   - rows: the most rows of a rank, over all parts of its data.
    ///   - limit: bytes that the prefix's outputs may take; beyond, they are computed anew in every pass.
    public init(_ whole: Network<S>, lossColumns: Int, rows: Int, limit: Int) {
        (self.whole, self.lossColumns) = (whole, lossColumns)
        let isFrozen = whole.nodes.contains(where: \.isFrozen)
        frozen = isFrozen ? FrozenValues(whole) : nil
        guard let frozen else {
            (network, prefix, lines) = (whole, nil, [])
            return
        }
        var lines = [
            "trains \(whole.parameterCount) of \(whole.parameterCount + whole.frozenCount) parameters; frozen: "
                + whole.nodes.filter(\.isFrozen).map(\.name).joined(separator: ", ")
        ]
        if let split = whole.split() {
            let bytes = rows * FrozenPrefix<S>.bytesOfRow(split), names = split.prefix.nodes.map(\.name)
            let what = "the outputs of the frozen prefix (to \(names.last!), \(readable(bytes)) a rank)"
            if bytes <= limit {
                (network, prefix) = (split.rest, FrozenPrefix(split, frozen: frozen))
                lines.append("\(what) are computed once and kept")
            } else {
                (network, prefix) = (whole, nil)
                lines.append("\(what) are more than 'memory' allows (\(readable(limit))): computed in every pass")
            }
        } else {
            (network, prefix) = (whole, nil)
        }
        self.lines = lines
    }

    /// The data that is trained or evaluated on, for a rank's rows of a part. It is filled by `freeze`.
    public func shard(_ rows: Shard<S>) -> Shard<S> {
        guard let prefix else { return rows }
        let kept = prefix.shard(for: rows, lossColumns: lossColumns)
        shards.append((rows, kept))
        return kept
    }

    /// Takes the frozen values: parameters as `Network.allParameters` places them, and the statistics of all layers.
    /// Computes the prefix's outputs.
    public func freeze(_ parameters: Buffer<S>, state: Buffer<S>) {
        guard let frozen else { return }
        frozen.set(parameters, state: state)
        for (rows, kept) in shards { prefix?.fill(kept, from: rows) }
    }
}
