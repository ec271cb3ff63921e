/// A flat vector with packed copies of its factors: w for a linearisation, v for a product.
package final class Factors<S: Scalar> {
    /// Rows of a parameter that one thread packs, as they are, transposed, or both while they are in the caches.
    private struct Piece {
        let node: Int
        let parameter: Parameter
        let rows: Range<Int>
        let isPlain, isTransposed: Bool
        var count: Int { rows.count * parameter.columns }
        var work: Int { count * (isPlain && isTransposed ? 2 : 1) }
        /// Where its values lie in a layer's share.
        var first: Int { parameter.offset + rows.lowerBound * parameter.columns }
    }

    let network: Network<S>
    /// The values of layers that are not trained; nil: there are none.
    let frozen: FrozenValues<S>?
    private let packed: Buffer<S>
    /// By node, where its parameters begin in the vector, and its packed factors in the copies.
    private let places: [(vector: Int, packed: Int)]
    /// By thread.
    private let pieces: [[Piece]]
    private(set) var vector: UnsafePointer<S>

    /// - Parameters:
    ///   - transposes: whether there is to be room for transposed factors.
    ///   - threads: those of the team that packs.
    ///   - vector: where the vector will lie; nil: `set` tells.
    ///   - frozen: of a network that has some.
    package init(
        _ network: Network<S>, transposes: Bool, threads: Int = 1, at vector: UnsafePointer<S>? = nil,
        frozen: FrozenValues<S>? = nil
    ) {
        precondition(frozen != nil || network.frozenCount == 0, "the network has frozen layers: give their values")
        (self.network, self.frozen) = (network, frozen)
        var places: [(vector: Int, packed: Int)] = [], count = 0, pieces: [Piece] = []
        for (i, node) in network.nodes.enumerated() {
            // Only where a cotangent passes is a transpose needed.
            let passes = transposes && node.inputs.contains { network.isActive($0) }
            places.append((node.offset, count))
            if node.isFrozen { continue }
            count += node.layer.parameters.map { $0.place.packedEnd(transposed: passes) }.max() ?? 0
            for parameter in node.layer.parameters.map(\.place) {
                // A filter's transpose is another transform, and may be another thread's.
                let isDivided = passes && parameter.isFilter
                for rows in parameter.packingParts {
                    pieces.append(
                        Piece(
                            node: i, parameter: parameter, rows: rows, isPlain: true, isTransposed: passes && !isDivided
                        ))
                    if isDivided {
                        pieces.append(
                            Piece(node: i, parameter: parameter, rows: rows, isPlain: false, isTransposed: true))
                    }
                }
            }
        }
        self.places = places
        packed = Buffer(count: count)
        self.vector = vector ?? UnsafePointer(packed.base)
        // The largest first, each to the thread that has least.
        var shares = [[Piece]](repeating: [], count: threads), loads = [Int](repeating: 0, count: threads)
        for piece in pieces.sorted(by: { $0.work > $1.work }) {
            let thread = loads.indices.min { loads[$0] < loads[$1] }!
            shares[thread].append(piece)
            loads[thread] += piece.work
        }
        self.pieces = shares
    }

    package var bytes: Int { packed.count * MemoryLayout<S>.stride }

    /// Takes a vector, which must stay as it is while it is used here, and packs its factors; their transposes too
    /// where a cotangent passes through them.
    package func set(_ vector: UnsafePointer<S>, transposes: Bool, team: ThreadTeam? = nil) {
        self.vector = vector
        pack(vector, copyTo: nil, transposes, team)
    }

    /// The same of a copy of the vector, made on the way.
    func set(
        copyOf vector: UnsafePointer<S>, at copy: UnsafeMutablePointer<S>, transposes: Bool, team: ThreadTeam? = nil
    ) {
        self.vector = UnsafePointer(copy)
        pack(vector, copyTo: copy, transposes, team)
    }

    private func pack(
        _ vector: UnsafePointer<S>, copyTo copy: UnsafeMutablePointer<S>?, _ transposes: Bool, _ team: ThreadTeam?
    ) {
        func pack(_ share: Int) {
            for piece in pieces[share] {
                let place = places[piece.node], to = packed.base + place.packed
                if let copy, piece.isPlain {
                    let first = place.vector + piece.first
                    (copy + first).update(from: vector + first, count: piece.count)
                }
                func pack(_ transposed: Bool) {
                    piece.parameter.pack(vector + place.vector, transposed: transposed, rows: piece.rows, into: to)
                }
                if piece.isPlain { pack(false) }
                if piece.isTransposed && transposes { pack(true) }
            }
        }
        if let team, team.count == pieces.count { team.run(pack) } else { pieces.indices.forEach(pack) }
    }

    /// A layer's share of a point.
    func weights(ofNode i: Int) -> Parameters<S> {
        if let frozen, network.nodes[i].isFrozen { return frozen.share(of: network.nodes[i]) }
        return trained(i)
    }

    /// A layer's share of a direction: nothing moves what is frozen.
    func direction(ofNode i: Int) -> Parameters<S> { network.nodes[i].isFrozen ? .absent : trained(i) }

    private func trained(_ i: Int) -> Parameters<S> {
        Parameters(base: vector + places[i].vector, packed: packed.base + places[i].packed)
    }
}
