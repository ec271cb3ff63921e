internal import CMPI

extension Communicator {
    /// own ← this rank's parts of the sum (maximum, minimum) of the ranks' whole vectors. Allocates nothing.
    ///
    /// - Parameters:
    ///   - whole: `division.count` values, left as they are.
    ///   - own: room for `division.ownCount` values, apart from `whole`.
    ///   - division: the same on every rank, made for this communicator.
    /// - Throws: `MPIError` if MPI fails.
    public func reduceScatter<T: MPIDatatype>(
        _ whole: UnsafePointer<T>, into own: UnsafeMutablePointer<T>, _ division: Division,
        _ operation: ReductionOperation
    ) throws {
        guard size > 1 else { return division.take(whole, into: own) }
        let (datatype, operation) = (T.representation.datatype, operation.handle)
        try division.pieces { start, ownStart, parts in
            try check(
                MPI_Reduce_scatter(whole + start, own + ownStart, parts.counts, datatype, operation, handle),
                "MPI_Reduce_scatter", rank: rank)
        }
    }

    /// whole ← the parts of all ranks, on every rank. Allocates nothing.
    ///
    /// - Parameters:
    ///   - own: this rank's `division.ownCount` values.
    ///   - whole: room for `division.count` values, apart from `own`.
    ///   - division: the same on every rank, made for this communicator.
    /// - Throws: `MPIError` if MPI fails.
    public func allgather<T: MPIDatatype>(
        _ own: UnsafePointer<T>, into whole: UnsafeMutablePointer<T>, _ division: Division
    ) throws {
        guard size > 1 else { return whole.update(from: own, count: division.count) }
        let datatype = T.representation.datatype
        try division.pieces { start, ownStart, parts in
            try check(
                MPI_Allgatherv(
                    own + ownStart, parts.counts[rank], datatype, whole + start, parts.counts, parts.offsets, datatype,
                    handle),
                "MPI_Allgatherv", rank: rank)
        }
    }
}
