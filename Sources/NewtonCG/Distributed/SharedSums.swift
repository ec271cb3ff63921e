import MPI

/// Sums of vectors over the ranks of one node, through memory that they have in common.
///
/// A rank makes its own sums in its segment. Then each rank adds up one part of all, in the order of the ranks, finishes
/// it (scale and penalty), and takes the other parts from those that made them. So a value crosses from one core to
/// another once on its way into the sum and once back, and no copy of it is made to be sent; finishing is divided
/// among the ranks. Every rank has the same bits, since each value was summed by one of them.
package final class SharedSums<S: Scalar & MPIDatatype> {
    private let memory: SharedMemory
    private let communicator: Communicator
    private let rank, ranks: Int
    /// Values at a time: they stay in the first cache.
    private static var chunk: Int { 2048 }

    /// On all ranks together. Nil, on all of them, where they do not share a node.
    /// - Parameter count: the most values of a sum.
    package init?(count: Int, over communicator: Communicator) throws {
        guard let memory = try communicator.sharedMemory(segment: count * MemoryLayout<S>.stride) else { return nil }
        (self.memory, self.communicator) = (memory, communicator)
        (rank, ranks) = (communicator.rank, communicator.size)
    }

    private func segment(_ rank: Int) -> UnsafeMutablePointer<S> {
        memory.segments[rank].assumingMemoryBound(to: S.self)
    }

    /// Where this rank's sums are to be written, once all ranks have taken what they need of the last ones.
    package func vector() throws -> UnsafeMutablePointer<S> {
        try memory.waitForAll()
        return segment(rank)
    }

    /// result ← the sum over all ranks of what they wrote to `vector()`.
    /// - Parameters:
    ///   - result: the rank's own memory.
    ///   - team: shares the work.
    ///   - finish: is told which places of `result` have their sum, each on one rank alone: what it makes of them goes to
    ///     all.
    package func total(
        into result: UnsafeMutablePointer<S>, count: Int, team: ThreadTeam, finish: (Range<Int>) -> Void
    ) throws {
        let all = 0..<count
        try memory.meet()
        team.run { t in
            let own = all.part(rank, of: ranks).part(t, of: team.count)
            for places in own.blocks(of: Self.chunk) {
                let first = places.lowerBound, sum = result + first
                S.Kernels.waxpy(count: places.count, 1, segment(1) + first, segment(0) + first, sum)
                for other in 2..<ranks { S.Kernels.axpy(count: places.count, 1, segment(other) + first, sum) }
                finish(places)
                (segment(rank) + first).update(from: sum, count: places.count)
            }
        }
        try memory.meet()
        team.run { t in
            for step in 1..<ranks {
                let other = (rank + step) % ranks, part = all.part(other, of: ranks).part(t, of: team.count)
                (result + part.lowerBound).update(from: segment(other) + part.lowerBound, count: part.count)
            }
        }
        memory.arrive()
    }

    /// own ← this rank's parts of the sum over all ranks of what they wrote to `vector()`.
    package func total(into own: UnsafeMutablePointer<S>, _ division: Division) throws {
        try memory.meet()
        division.parts(of: rank) { first, place, count in
            S.Kernels.waxpy(count: count, 1, segment(1) + first, segment(0) + first, own + place)
            for other in 2..<ranks { S.Kernels.axpy(count: count, 1, segment(other) + first, own + place) }
        }
        memory.arrive()
    }

    /// whole ← the parts of all ranks, on every rank.
    package func gather(
        _ own: UnsafePointer<S>, into whole: UnsafeMutablePointer<S>, _ division: Division
    ) throws {
        let segment = try vector()
        division.parts(of: rank) { first, place, count in
            (segment + first).update(from: own + place, count: count)
            (whole + first).update(from: own + place, count: count)
        }
        try memory.meet()
        for step in 1..<ranks {
            let other = (rank + step) % ranks, theirs = self.segment(other)
            division.parts(of: other) { first, _, count in
                (whole + first).update(from: theirs + first, count: count)
            }
        }
        memory.arrive()
    }
}

extension SharedSums: RankSums {
    func pass(_ vectors: Int, into means: Means<S>, _ threads: ThreadSums<S>, _ body: ThreadPass<S>) throws {
        threads.total(vectors, into: try vector()) { body($0, $1, nil) }
        let count = vectors * threads.count
        try communicator.waitForAll()
        try communicator.reducing(bytes: count * MemoryLayout<S>.stride) {
            try total(into: means.result.base, count: count, team: threads.team) { means.finish($0) }
        }
    }
}
