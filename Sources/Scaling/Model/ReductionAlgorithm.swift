/// How ranks add up a vector, each ending with the whole sum.
package enum ReductionAlgorithm: String, CaseIterable, Sendable {
    /// Of blocks n/p: a reduce-scatter and an allgather around a ring (Patarasuk and Yuan 2009).
    case ring
    /// Whole vectors between ranks at distances 1, 2, 4 … (Thakur, Rabenseifner and Gropp 2005, section 4.5).
    case recursiveDoubling = "recursive doubling"
    /// Halves, quarters … of the vector at distances 1, 2, 4 …, and back (Rabenseifner 2004; Thakur et al., 4.5).
    case rabenseifner = "Rabenseifner"
}

/// What every rank does at the same time, so many times one after the other.
package struct ReductionRound: Equatable {
    package var times = 1
    /// Sent by a rank and received by it.
    package var bytes: Double
    /// Added to what a rank has.
    package var summed: Double
    /// Between ranks so far apart.
    package var distance: Int
}

extension ReductionAlgorithm {
    /// The rounds of a sum of so many bytes over so many ranks; none for one rank.
    ///
    /// Where p is no power of two, the first 2(p − q) ranks, q the power of two below, join in pairs before the rounds
    /// of the two recursive algorithms, and are told the sum after them: one whole vector each way (MPICH, Open MPI).
    package func rounds(bytes n: Double, ranks p: Int) -> [ReductionRound] {
        guard p > 1 else { return [] }
        if self == .ring {
            let block = n / Double(p)
            return [
                .init(times: p - 1, bytes: block, summed: block, distance: 1),
                .init(times: p - 1, bytes: block, summed: 0, distance: 1),
            ]
        }
        let levels = Int.bitWidth - 1 - p.leadingZeroBitCount, q = 1 << levels
        var rounds: [ReductionRound] = []
        if q != p { rounds.append(.init(bytes: n, summed: n, distance: 1)) }
        switch self {
        case .ring: break
        case .recursiveDoubling:
            for k in 0..<levels { rounds.append(.init(bytes: n, summed: n, distance: 1 << k)) }
        case .rabenseifner:
            let halves = (0..<levels).map { k in
                let part = n / Double(2 << k)
                return ReductionRound(bytes: part, summed: part, distance: 1 << k)
            }
            rounds += halves + halves.reversed().map { .init(bytes: $0.bytes, summed: 0, distance: $0.distance) }
        }
        if q != p { rounds.append(.init(bytes: n, summed: 0, distance: 1)) }
        return rounds
    }
}
