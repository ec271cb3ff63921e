internal import CMPI

/// Reductions that were begun and go on while this rank computes. MPI moves them in its own calls only, so that
/// ``progress()`` is to be called from time to time.
///
/// All ranks begin the same reductions in the same order, each at its own time. The memory of the requests is taken
/// once; the main thread alone uses it.
public final class PendingReductions {
    private let communicator: Communicator
    private let requests: UnsafeMutableRawPointer
    private let indices: UnsafeMutablePointer<Int32>
    private let capacity: Int
    /// Begun since the last completion of all.
    public private(set) var count = 0

    /// - Parameters:
    ///   - capacity: the most reductions between two calls of ``complete()``.
    ///   - communicator: the ranks; more than one.
    public init(capacity: Int, over communicator: Communicator) {
        precondition(communicator.size > 1, "one rank has nothing to reduce")
        (self.capacity, self.communicator) = (capacity, communicator)
        requests = .allocate(byteCount: max(1, capacity) * Int(CMPI_request_bytes()), alignment: 16)
        indices = .allocate(capacity: max(1, capacity))
    }

    /// Every reduction must have been completed, unless an error ended the run.
    deinit {
        requests.deallocate()
        indices.deallocate()
    }

    /// Begins sum ← Σ over the ranks of `values`. Neither may be touched before ``complete()``.
    ///
    /// - Parameters:
    ///   - values: `count` values of this rank.
    ///   - sum: room for as many, apart from `values`; the same bits on every rank in the end.
    ///   - count: the same on every rank.
    /// - Throws: `MPIError` if MPI fails.
    public func sum<T: MPIDatatype>(
        _ values: UnsafePointer<T>, into sum: UnsafeMutablePointer<T>, count length: Int
    ) throws {
        precondition(count < capacity, "more reductions are pending than there is room for")
        try check(
            CMPI_iallreduce(
                values, sum, Int32(length), T.representation.datatype, ReductionOperation.sum.handle,
                communicator.handle, requests, Int32(count)),
            "MPI_Iallreduce", rank: communicator.rank)
        count += 1
    }

    /// Lets MPI work on what is pending, and returns at once.
    public func progress() throws {
        guard count > 0 else { return }
        try check(CMPI_testsome(Int32(count), requests, indices), "MPI_Testsome", rank: communicator.rank)
    }

    /// Waits until all sums are there.
    public func complete() throws {
        guard count > 0 else { return }
        try check(CMPI_waitall(Int32(count), requests), "MPI_Waitall", rank: communicator.rank)
        count = 0
    }
}
