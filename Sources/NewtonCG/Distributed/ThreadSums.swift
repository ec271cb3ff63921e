/// Sums of vectors over the threads of a rank, in the order of the threads.
final class ThreadSums<S: Scalar> {
    let team: ThreadTeam
    /// Values of a vector.
    let count: Int
    /// By thread: its vectors, but for the first, which writes to the result.
    let others: [Buffer<S>]

    /// - Parameter vectors: the most vectors at a time.
    init(_ team: ThreadTeam, count: Int, vectors: Int) {
        (self.team, self.count) = (team, count)
        others = (1..<team.count).map { _ in Buffer(count: vectors * count) }
    }

    /// result ← the sums of the vectors that the body makes on every thread. Each thread then adds up a part of all.
    func total(
        _ vectors: Int = 1, into result: UnsafeMutablePointer<S>,
        _ body: (_ thread: Int, _ vectors: UnsafeMutablePointer<S>) -> Void
    ) {
        team.run { t in body(t, t == 0 ? result : others[t - 1].base) }
        guard team.count > 1 else { return }
        team.run { t in
            let part = (0..<vectors * count).part(t, of: team.count)
            for other in others {
                S.Kernels.axpy(count: part.count, 1, other.base + part.lowerBound, result + part.lowerBound)
            }
        }
    }
}
