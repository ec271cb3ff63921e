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

    public func whole(_ own: UnsafePointer<S>) throws -> UnsafePointer<S> {
        try communicator.reducing(.allgather, bytes: count * MemoryLayout<S>.stride) {
            if let shared {
                try shared.gather(own, into: work.base, division)
            } else {
                try communicator.allgather(own, into: work.base, division)
            }
        }
        return UnsafePointer(work.base)
    }

    public func take(_ whole: UnsafePointer<S>, into own: UnsafeMutablePointer<S>) {
        division.take(whole, into: own)
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
                try shared.total(into: means.result, division)
            } else {
                try communicator.reduceScatter(whole, into: means.result, division, .sum)
            }
        }
        means.finish(ownCount, threads.team)
    }
}
