/// A network cut where training begins: what comes before gives the same values in every step.
package struct SplitNetwork<S: Scalar>: Sendable {
    /// Frozen layers and those between them: its outputs are what the rest reads of them.
    package let prefix: Network<S>
    /// Everything else: outputs of the prefix are columns of its data, and data columns that it reads itself.
    package let rest: Network<S>
    /// By column of the rest: an output of the prefix by number, or a column of the whole network.
    package enum Source: Sendable { case output(Int), column(Int) }
    package let sources: [Source]
}

extension Network {
    /// The network cut behind its frozen prefix: every layer that no trained parameter and no noise reaches. nil: there is
    /// no frozen layer among them.
    package func split() -> SplitNetwork<S>? {
        var isBefore = [Bool](repeating: true, count: columns.count)
        for node in nodes {
            isBefore.append(!node.isActive && !node.layer.drawsNoise && node.inputs.allSatisfy { isBefore[$0] })
        }
        let before = nodes.indices.filter { isBefore[value(of: $0)] }
        guard before.contains(where: { nodes[$0].isFrozen }) else { return nil }
        let after = nodes.indices.filter { !isBefore[value(of: $0)] }
        let read = Set(after.flatMap { nodes[$0].inputs })
        let boundary = before.map(value(of:)).filter(read.contains)

        // Columns of the rest, and what a value of this network is there.
        var restColumns: [Column] = [], sources: [SplitNetwork<S>.Source] = [], place: [Int: Int] = [:]
        for (k, v) in boundary.enumerated() {
            place[v] = restColumns.count
            restColumns.append(Column("output of " + nodes[v - columns.count].name, .numbers, shapes[v]))
            sources.append(.output(k))
        }
        let tokensRead = Set(read.compactMap { tokens[$0] })
        for c in columns.indices where read.contains(c) || tokensRead.contains(c) {
            place[c] = restColumns.count
            restColumns.append(columns[c])
            sources.append(.column(c))
        }
        let columnPlace = place
        for (i, node) in after.enumerated() { place[value(of: node)] = restColumns.count + i }
        func root(_ v: Int) -> Int { columnPlace[v] ?? columnPlace[storage[v]] ?? place[storage[v]]! }
        let values =
            sources.map { source in
                switch source {
                case .output(let k): boundary[k]
                case .column(let c): c
                }
            } + after.map(value(of:))
        let rest = Network(
            columns: restColumns, shapes: values.map { shapes[$0] },
            storage: Array(restColumns.indices) + after.map { root(value(of: $0)) },
            tokens: values.map { tokens[$0].flatMap { columnPlace[$0] } },
            nodes: after.map { i in
                nodes[i].reading(nodes[i].inputs.map { place[$0]! }, ofData: nodes[i].inputs.contains { isBefore[$0] })
            },
            outputs: outputs.map { place[$0]! }, of: self)

        // The prefix has this network's columns.
        var number: [Int: Int] = Dictionary(uniqueKeysWithValues: columns.indices.map { ($0, $0) })
        for (i, node) in before.enumerated() { number[value(of: node)] = columns.count + i }
        let prefixValues = Array(columns.indices) + before.map(value(of:))
        let prefix = Network(
            columns: columns, shapes: prefixValues.map { shapes[$0] },
            storage: prefixValues.map { number[storage[$0]]! },
            tokens: prefixValues.map { tokens[$0] },
            nodes: before.map { i in
                nodes[i].reading(nodes[i].inputs.map { number[$0]! }, ofData: boundary.contains(nodes[i].inputs[0]))
            },
            outputs: boundary.map { number[$0]! }, of: self)
        return SplitNetwork(prefix: prefix, rest: rest, sources: sources)
    }
}

extension Network.Node {
    /// The same node, reading these values.
    /// - Parameter isData: its inputs must stay as they are: it does not write over them.
    fileprivate func reading(_ inputs: [Int], ofData isData: Bool) -> Self {
        Self(
            name: name, kind: kind, place: place, layer: layer, inputs: inputs, number: number, isFrozen: isFrozen,
            offset: offset,
            stateOffset: stateOffset, isActive: isActive, isInPlace: isInPlace && !isData)
    }
}
