import CMPI

/// Calls of MPI that this program counts before it passes them on: MPI's profiling interface has all of them by a second
/// name.
enum Calls {
    /// Communicators that were freed.
    nonisolated(unsafe) static var freed = 0
    /// Barriers over `MPI_COMM_WORLD` itself.
    nonisolated(unsafe) static var barriersOfWorld = 0
}

@_cdecl("MPI_Comm_free") public func countedFree(_ communicator: UnsafeMutablePointer<MPI_Comm?>?) -> Int32 {
    Calls.freed += 1
    return PMPI_Comm_free(communicator)
}

@_cdecl("MPI_Barrier") public func countedBarrier(_ communicator: MPI_Comm?) -> Int32 {
    if communicator == CMPI_comm_world() { Calls.barriersOfWorld += 1 }
    return PMPI_Barrier(communicator)
}
