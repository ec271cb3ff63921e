/// A flat vector with packed copies of its factors: w for a linearisation, v for a product.
package final class Factors<S: Scalar> {
    /// A part of a parameter that one thread packs.
    private struct Piece {
        let node: Int
        let parameter: Parameter
        let isTransposed: Bool
        let columns: Range<Int>
        var size: Int { parameter.rows * parameter.columns * columns.count }
    }

    let network: Network<S>
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
    package init(
        _ network: Network<S>, transposes: Bool, threads: Int = 1, at vector: UnsafePointer<S>? = nil
    ) {
        self.network = network
        var places: [(vector: Int, packed: Int)] = [], count = 0, plain: [Piece] = [], transposed: [Piece] = []
        for (i, node) in network.nodes.enumerated() {
            // Only where a cotangent passes is a transpose needed.
            let passes = transposes && node.inputs.contains { network.isActive($0) }
            places.append((node.offset, count))
            count += node.layer.parameters.map { $0.place.packedEnd(transposed: passes) }.max() ?? 0
            for parameter in node.layer.parameters.map(\.place) {
                func pieces(_ transposed: Bool) -> [Piece] {
                    parameter.packingParts(transposed: transposed).map {
                        Piece(node: i, parameter: parameter, isTransposed: transposed, columns: $0)
                    }
                }
                plain += pieces(false)
                if passes { transposed += pieces(true) }
            }
        }
        self.places = places
        packed = Buffer(count: count)
        self.vector = vector ?? UnsafePointer(packed.base)
        // The largest first, each to the thread that has least.
        var shares = [[Piece]](repeating: [], count: threads)
        for pieces in [plain, transposed] {
            var loads = [Int](repeating: 0, count: threads)
            for piece in pieces.sorted(by: { $0.size > $1.size }) {
                let thread = loads.indices.min { loads[$0] < loads[$1] }!
                shares[thread].append(piece)
                loads[thread] += piece.size
            }
        }
        pieces = shares
    }

    package var bytes: Int { packed.count * MemoryLayout<S>.stride }

    /// Takes a vector, which must stay as it is while it is used here, and packs its factors; their transposes too
    /// where a cotangent passes through them.
    package func set(_ vector: UnsafePointer<S>, transposes: Bool, team: ThreadTeam? = nil) {
        self.vector = vector
        func pack(_ share: Int) {
            for piece in pieces[share] where transposes || !piece.isTransposed {
                let place = places[piece.node]
                piece.parameter.pack(
                    vector + place.vector, transposed: piece.isTransposed, columns: piece.columns,
                    into: packed.base + place.packed)
            }
        }
        if let team, team.count == pieces.count { team.run(pack) } else { pieces.indices.forEach(pack) }
    }

    func share(ofNode i: Int) -> Parameters<S> {
        Parameters(base: vector + places[i].vector, packed: packed.base + places[i].packed)
    }
}
