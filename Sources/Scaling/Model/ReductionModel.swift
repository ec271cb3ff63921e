import MPI

/// Seconds of a sum over ranks on a network, by its α–β–γ model (docs/scaling-model.md).
package struct ReductionModel: Sendable {
    package let network: NetworkDescription

    package init(_ network: NetworkDescription) { self.network = network }

    /// One algorithm over ranks that stand in a node each.
    package func seconds(_ algorithm: ReductionAlgorithm, bytes: Int, nodes: Int) -> Double {
        seconds(algorithm, bytes: bytes, ranks: nodes, over: network.link, tree: network.fatTree)
    }

    /// The fastest algorithm: inside a node, between nodes, or both one after the other.
    ///
    /// - Parameter bytes: of one call of MPI.
    package func best(bytes: Int, ranks: Int) -> (name: String, seconds: Double) {
        let nodes = (ranks + network.ranksPerNode - 1) / network.ranksPerNode
        guard let inside = network.insideNode else { return flat(bytes, nodes, network.link, network.fatTree) }
        guard nodes > 1 else { return flat(bytes, ranks, inside, nil) }
        return [parted(bytes, nodes, inside), doubled(bytes, nodes, inside)].min { $0.seconds < $1.seconds }!
    }

    /// A vector as the program reduces it: in pieces of `Communicator.pieceBytes`, one after the other.
    package func seconds(vector bytes: Int, ranks: Int) -> Double {
        Self.pieces(bytes).reduce(0) { $0 + Double($1.count) * best(bytes: $1.bytes, ranks: ranks).seconds }
    }

    /// The calls of MPI that a vector takes: whole pieces, and the rest.
    package static func pieces(_ bytes: Int) -> [(bytes: Int, count: Int)] {
        let piece = Communicator.pieceBytes
        return [(piece, bytes / piece), (bytes % piece, bytes % piece > 0 ? 1 : 0)].filter { $0.1 > 0 }
    }

    private func flat(
        _ bytes: Int, _ ranks: Int, _ link: Link, _ tree: NetworkDescription.FatTree?
    ) -> (name: String, seconds: Double) {
        ReductionAlgorithm.allCases.map { algorithm in
            (algorithm.rawValue, seconds(algorithm, bytes: bytes, ranks: ranks, over: link, tree: tree))
        }.min { $0.1 < $1.1 }!
    }

    /// A reduce-scatter inside full nodes; the ranks of a node sum their parts with those of other nodes, over a cable
    /// that they share, so that a node sends what a single rank would; an allgather inside.
    private func parted(_ bytes: Int, _ nodes: Int, _ inside: Link) -> (name: String, seconds: Double) {
        let first = [ReductionAlgorithm.ring, .rabenseifner].map {
            ($0.rawValue, seconds($0, bytes: bytes, ranks: network.ranksPerNode, over: inside, tree: nil))
        }.min { $0.1 < $1.1 }!
        let second = flat(bytes, nodes, network.link, network.fatTree)
        return ("\(first.0) + \(second.name)", first.1 + second.seconds)
    }

    /// Recursive doubling over all ranks: of a node each sends its whole vector over the shared cable.
    private func doubled(_ bytes: Int, _ nodes: Int, _ inside: Link) -> (name: String, seconds: Double) {
        var shared = network.link
        shared.bandwidth /= Double(network.ranksPerNode)
        let name = ReductionAlgorithm.recursiveDoubling
        let first = seconds(name, bytes: bytes, ranks: network.ranksPerNode, over: inside, tree: nil)
        return (name.rawValue, first + seconds(name, bytes: bytes, ranks: nodes, over: shared, tree: network.fatTree))
    }

    private func seconds(
        _ algorithm: ReductionAlgorithm, bytes: Int, ranks: Int, over link: Link, tree: NetworkDescription.FatTree?
    ) -> Double {
        algorithm.rounds(bytes: Double(bytes), ranks: ranks).reduce(0) { sum, round in
            let latencies = tree.map { $0.latencies(round.distance, algorithm, ranks: ranks) } ?? 1
            let one = link.seconds(bytes: round.bytes, latencies: latencies)
            return sum + Double(round.times) * (one + round.summed * network.sumSecondsPerByte)
        }
    }
}

extension NetworkDescription.FatTree {
    /// How many latencies the farthest pair of a round pays: 1 where all stay below their switch.
    ///
    /// The pairs of a recursive round lie in blocks of twice their distance, which a switch holds whole where they
    /// divide its nodes. Where p is no power of two, of the first ranks only every second takes part: there blocks are
    /// twice as long, and must end where these ranks end.
    package func latencies(_ distance: Int, _ algorithm: ReductionAlgorithm, ranks p: Int) -> Double {
        if p <= nodes { return 1 }
        if algorithm == .ring { return 2 }
        let q = 1 << (Int.bitWidth - 1 - p.leadingZeroBitCount), block = 2 * distance
        let isBelow = p == q ? nodes % block == 0 : nodes % (2 * block) == 0 && (p - q) % block == 0
        return isBelow ? 1 : 2
    }
}
