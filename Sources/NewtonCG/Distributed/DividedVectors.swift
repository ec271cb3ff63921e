import MPI

/// Each rank holds its part: memory for a vector is divided by the number of ranks.
public final class DividedVectors<S: Scalar & MPIDatatype>: VectorSpace {
    private let communicator: Communicator
    private let division: Division
    public let work: Buffer<S>
    /// Where ranks share a node; else this rank's sums lie in a whole vector of its own.
    var shared: SharedSums<S>?
    private lazy var sums = Buffer<S>(count: count)
    public var count: Int { division.count }
    public var ownCount: Int { division.ownCount }
    public var isDivided: Bool { true }

    /// Vectors of `count` values, in parts of the same size to within one.
    public init(count: Int, over communicator: Communicator) {
        self.communicator = communicator
        division = Division(count, of: S.self, over: communicator)
        work = Buffer(count: count)
    }

    public func reduce(_ sums: UnsafeMutableBufferPointer<Double>) throws {
        try communicator.reducing(bytes: sums.count * 8) {
            try communicator.allreduce(sums.baseAddress!, count: sums.count, .sum)
        }
    }

    public func whole(_ own: Vector<S>) throws -> Vector<S> {
        precondition(own.count == ownCount, "this rank's part of a vector")
        let own = own.base
        try communicator.reducing(.allgather, bytes: count * MemoryLayout<S>.stride) {
            if let shared {
                try shared.gather(own, into: work.base, division)
            } else {
                try communicator.allgather(own, into: work.base, division)
            }
        }
        return work.vector
    }

    public func take(_ whole: Vector<S>, into own: MutableVector<S>) {
        precondition(whole.count == count && own.count == ownCount, "a vector, and this rank's part of one")
        division.take(whole.base, into: own.base)
    }

    public func runs(_ body: (_ whole: Int, _ own: Int, _ count: Int) -> Void) {
        division.parts(of: communicator.rank, body)
    }
}

/// Sums are made as whole vectors, one a pass, and reduced to parts.
extension DividedVectors: RankSums {
    func pass(_ vectors: Int, into means: Means<S>, _ threads: ThreadSums<S>, _ body: ThreadPass<S>) throws {
        precondition(vectors == 1, "divided vectors are made one by one")
        let whole = try shared?.vector() ?? sums.base
        threads.total(into: whole) { body($0, $1, nil) }
        try communicator.waitForAll()
        try communicator.reducing(.reduceScatter, bytes: count * MemoryLayout<S>.stride) {
            if let shared {
                try shared.total(into: means.result.base, division)
            } else {
                try communicator.reduceScatter(whole, into: means.result.base, division, .sum)
            }
        }
        means.finish(ownCount, threads.team)
    }
}
