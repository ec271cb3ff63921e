import MPI

/// Sums that take one message after the last pass.
final class SumsAtEnd<S: Scalar & MPIDatatype>: RankSums {
    private let communicator: Communicator

    init(_ communicator: Communicator) { self.communicator = communicator }

    func pass(_ vectors: Int, into means: Means<S>, _ threads: ThreadSums<S>, _ body: ThreadPass<S>) {
        threads.total(vectors, into: means.result.base) { body($0, $1, nil) }
    }

    func end(_ vectors: Int, into means: Means<S>, _ threads: ThreadSums<S>, _ stop: StopRequest<S>?) throws {
        let count = vectors * threads.count
        if let stop {
            try stop.total(means.result.base, count: count)
        } else {
            try communicator.total(means.result.base, count: count)
        }
        means.finish(count, threads.team)
    }
}
