import MPI

/// How the gradients and products that each thread sums over its samples become means over the batch of all ranks: the
/// threads' vectors are added up, then the ranks', and each value is divided and takes its penalty (`Means`).
///
/// A pass over the samples makes some vectors. After the last pass `end` leaves the means of all of them.
protocol RankSums<S>: AnyObject {
    associatedtype S: Scalar & MPIDatatype
    func pass(_ vectors: Int, into means: Means<S>, _ threads: ThreadSums<S>, _ body: ThreadPass<S>) throws
    /// - Parameter stop: a request that all ranks hear of here; nil: they are not asked.
    func end(_ vectors: Int, into means: Means<S>, _ threads: ThreadSums<S>, _ stop: StopRequest<S>?) throws
}

/// What a thread does in a pass: it writes its sums of some vectors, and tells `finished`, if there is one, which part of
/// them is final.
typealias ThreadPass<S: Scalar> = (
    _ thread: Int, _ sums: UnsafeMutablePointer<S>, _ finished: Linearisation<S>.Finished?
) -> Void

extension RankSums {
    /// Where every pass leaves its means.
    func end(_ vectors: Int, into means: Means<S>, _ threads: ThreadSums<S>, _ stop: StopRequest<S>?) throws {
        try stop?.check()
    }
}
