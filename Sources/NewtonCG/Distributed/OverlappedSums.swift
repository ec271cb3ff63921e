import MPI
import Synchronization

/// When the sums of the ranks are added up: `reduction` in a configuration.
public enum ReductionSchedule: String, Equatable, Sendable, CaseIterable {
    /// In pieces, each begun as soon as its values are final on this rank.
    case overlapped
    /// All of it after the pass.
    case atEnd = "at_end"
}

/// Sums over ranks whose pieces are on their way while the backward pass that makes them still runs.
///
/// A pass finishes the layers from the last to the first, and in a rank's last block of samples what it has finished is
/// final. So pieces are begun from the end of a vector to its beginning, vector by vector: an order that the parameter
/// count alone gives, the same on every rank. When a piece is begun depends on the rank, and whether it is begun does not.
///
/// The threads of a rank tell how far they are; what all of them have finished is added up by all, each its part of a
/// piece, as they come by. The first of them, which is the one that may call MPI, begins the pieces that are added up.
package final class OverlappedSums<S: Scalar & MPIDatatype> {
    /// The first thread's sums, and in the end this rank's: vectors one after another.
    private let sums: Buffer<S>
    /// The other threads'.
    private let others: [Buffer<S>]
    private let communicator: Communicator
    private let pending: PendingReductions
    private let count, piece, piecesOfVector, threads: Int
    /// By thread: the pieces that it has finished, and those of which it has added up its part.
    private let finished, added: UnsafeMutablePointer<Atomic<Int>>
    /// By thread: to be told what is final.
    private var hooks: [Linearisation<S>.Finished] = []

    private var result: UnsafeMutablePointer<S>?
    private var all = 0
    /// The first error of MPI in the middle of a pass, which goes on; it is thrown at the end.
    private var failure: (any Error)?

    /// Calls of MPI between two layers: each of them moves a message by a stage at most.
    private static var calls: Int { 8 }

    /// - Parameters:
    ///   - count: values of a vector.
    ///   - vectors: the most vectors at a time.
    ///   - others: the sums of the threads but the first, each with room for as many vectors.
    package init(
        count: Int, vectors: Int, others: [Buffer<S>], pieceBytes: Int = Communicator.pieceBytes,
        _ communicator: Communicator
    ) {
        (self.count, self.others, self.communicator, threads) = (count, others, communicator, others.count + 1)
        piece = pieceBytes / MemoryLayout<S>.stride
        piecesOfVector = (count + piece - 1) / piece
        sums = Buffer(count: vectors * count)
        pending = PendingReductions(capacity: vectors * piecesOfVector, over: communicator)
        (finished, added) = (.allocate(capacity: threads), .allocate(capacity: threads))
        for t in 0..<threads {
            (finished + t).initialize(to: Atomic(0))
            (added + t).initialize(to: Atomic(0))
        }
        hooks = (0..<threads).map { thread in { [unowned self] vector, place in finish(thread, vector, from: place) } }
    }

    deinit {
        for flags in [finished, added] {
            flags.deinitialize(count: threads)
            flags.deallocate()
        }
    }

    /// result ← the sums over threads and ranks of vectors that the body makes. It runs on every thread, with that
    /// thread's vectors and its hook.
    package func total(
        into result: UnsafeMutablePointer<S>, vectors: Int = 1, team: ThreadTeam,
        _ body: (Int, UnsafeMutablePointer<S>, @escaping Linearisation<S>.Finished) -> Void
    ) throws {
        begin(vectors: vectors, into: result)
        team.run { t in body(t, t == 0 ? sums.base : others[t - 1].base, hooks[t]) }
        if threads > 1 { team.run { t in add(t) } }
        try end()
    }

    /// The sums of some vectors come into `result`, which lies apart from `sums`.
    private func begin(vectors: Int, into result: UnsafeMutablePointer<S>) {
        (self.result, all, failure) = (result, vectors * piecesOfVector, nil)
        for t in 0..<threads {
            finished[t].store(0, ordering: .relaxed)
            added[t].store(0, ordering: .relaxed)
        }
    }

    /// Where the values of a piece lie, in the order in which they are finished.
    private func place(_ index: Int) -> Range<Int> {
        let vector = index / piecesOfVector, first = (piecesOfVector - 1 - index % piecesOfVector) * piece
        return vector * count + first..<vector * count + min(first + piece, count)
    }

    private func finish(_ thread: Int, _ vector: Int, from place: Int) {
        let pieces = (vector + 1) * piecesOfVector - (place + piece - 1) / piece
        if threads > 1 {
            finished[thread].store(pieces, ordering: .releasing)
            add(thread)
        }
        if thread == 0 { send(threads > 1 ? least(added) : pieces) }
    }

    private func least(_ flags: UnsafeMutablePointer<Atomic<Int>>) -> Int {
        var least = Int.max
        for t in 0..<threads { least = min(least, flags[t].load(ordering: .acquiring)) }
        return least
    }

    /// Adds up a thread's part of what all threads have finished, in the order of the threads.
    private func add(_ thread: Int) {
        let end = least(finished), first = added[thread].load(ordering: .relaxed)
        guard first < end else { return }
        for index in first..<end {
            let part = place(index).part(thread, of: threads)
            for other in others {
                S.Kernels.axpy(count: part.count, 1, other.base + part.lowerBound, sums.base + part.lowerBound)
            }
        }
        added[thread].store(end, ordering: .releasing)
    }

    /// Begins what was not begun of the first `pieces`.
    private func send(_ pieces: Int) {
        guard failure == nil else { return }
        do {
            while pending.count < pieces {
                let place = place(pending.count)
                try pending.sum(sums.base + place.lowerBound, into: result! + place.lowerBound, count: place.count)
            }
            for _ in 0..<Self.calls { try pending.progress() }
        } catch {
            failure = error
        }
    }

    /// Begins what is left, and waits for all of it. What the pass did not hide is measured: the waiting for the last
    /// rank, then the rest of the reduction. It is no message of the profile, for it says not how long one takes.
    private func end() throws {
        send(all)
        if let failure { throw failure }
        try communicator.waitForAll()
        let phase = Phase.reduction.begin(), work = Work.reductions.begin()
        defer {
            work.end()
            phase.end()
        }
        Phase.count(bytes: all / piecesOfVector * count * MemoryLayout<S>.stride)
        try pending.complete()
    }
}

extension OverlappedSums: RankSums {
    func pass(_ vectors: Int, into means: Means<S>, _ threads: ThreadSums<S>, _ body: ThreadPass<S>) throws {
        try total(into: means.result.base, vectors: vectors, team: threads.team) { body($0, $1, $2) }
        means.finish(vectors * count, threads.team)
    }
}
