/// How a vector is divided over ranks: it is cut into pieces that stay in the caches, and of every piece each rank
/// holds one part, its parts one after another. So sums and gathers of divided vectors go piece by piece and need no
/// other memory.
///
/// Parts differ by one value at most. Ranks may hold nothing of a short piece.
public struct Division: Sendable {
    /// Of one piece, by rank.
    struct Parts: Sendable {
        let counts, offsets: [Int32]

        init(_ length: Int, ranks: Int) {
            offsets = (0..<ranks).map { Int32($0 * length / ranks) }
            counts = (0..<ranks).map { Int32(($0 + 1) * length / ranks - $0 * length / ranks) }
        }
    }

    /// Values of the whole vector, and of this rank's parts together.
    public let count, ownCount: Int
    private let rank, pieceCount: Int
    private let full, last: Parts

    /// The division of vectors of `count` values of type `T`.
    ///
    /// - Parameter pieceBytes: bytes of a piece of the whole vector; the last one may be shorter.
    public init<T: MPIDatatype>(
        _ count: Int, of: T.Type, over communicator: Communicator, pieceBytes: Int = Communicator.pieceBytes
    ) {
        precondition(count >= 0 && pieceBytes >= MemoryLayout<T>.stride, "pieces hold at least one value")
        (self.count, rank, pieceCount) = (count, communicator.rank, pieceBytes / MemoryLayout<T>.stride)
        full = Parts(pieceCount, ranks: communicator.size)
        last = Parts(count % pieceCount, ranks: communicator.size)
        ownCount = count / pieceCount * Int(full.counts[rank]) + Int(last.counts[rank])
    }

    /// Runs the body for every piece: where it begins in the whole vector and in this rank's parts, and its parts.
    @inline(__always) func pieces(_ body: (_ start: Int, _ own: Int, _ parts: Parts) throws -> Void) rethrows {
        var start = 0, own = 0
        while start < count {
            let parts = count - start < pieceCount ? last : full
            try body(start, own, parts)
            own += Int(parts.counts[rank])
            start += pieceCount
        }
    }

    /// Runs the body for a rank's part of every piece: where it begins in the whole vector and in that rank's parts, and
    /// how many values it has.
    package func parts(of rank: Int, _ body: (_ whole: Int, _ own: Int, _ count: Int) -> Void) {
        var own = 0
        pieces { start, _, parts in
            let count = Int(parts.counts[rank])
            body(start + Int(parts.offsets[rank]), own, count)
            own += count
        }
    }

    /// own ← this rank's parts of a whole vector.
    public func take<T>(_ whole: UnsafePointer<T>, into own: UnsafeMutablePointer<T>) {
        parts(of: rank) { first, place, count in (own + place).update(from: whole + first, count: count) }
    }
}
