import CMPI
import Glibc
import MPI

/// Programs that start and end MPI themselves; the module MPI is a guest in them. Each is the only one of its job.
let hosts: [String: @Sendable () throws -> Void] = [
    // The host's MPI is as it was before and afterwards; errors of the module's calls come back as Swift errors.
    "host": {
        var provided: Int32 = 0
        MPI_Init_thread(nil, nil, CMPI_thread_funneled(), &provided)
        let handler = errorHandler()
        try MPIEnvironment.initialise()
        let world = Communicator.world
        try expect(errorHandler() == handler, "the host's error handler was replaced")
        try expect(try world.allreduce(1, .sum) == world.size, "the ranks do not sum")
        let before = Calls.barriersOfWorld
        try world.barrier()
        try expect(Calls.barriersOfWorld == before, "the module communicates among the host's messages")
        if world.size > 1 {
            let value = UnsafeMutablePointer<Float>.allocate(capacity: 2),
                sums = PendingReductions(capacity: 1, over: world)
            do {
                try sums.sum(value, into: value + 1, count: -1)
                throw Failure(description: "a wrong count was taken")
            } catch let error as MPIError {
                try expect(error.description.contains("MPI_Iallreduce failed"), "it says \(error)")
            }
        }
        try MPIEnvironment.finalise()
        try expect(MPIEnvironment.isInitialised, "the module ended the host's MPI")
        try expect(errorHandler() == handler, "the host's error handler was replaced in the end")
        // It may come again.
        try MPIEnvironment.initialise()
        try expect(try Communicator.world.allreduce(1, .sum) == world.size, "the ranks do not sum again")
        try MPIEnvironment.finalise()
    },
    // A host without threads is told so.
    "host-without-threads": {
        MPI_Init(nil, nil)
        do {
            try MPIEnvironment.initialise()
            throw Failure(description: "MPI_THREAD_SINGLE was taken")
        } catch let error as MPIError {
            try expect(error.description.contains("with MPI_THREAD_FUNNELED or more"), "it says \(error)")
        }
    },
]

/// Runs a host to its end, and gives its exit status.
func run(host: String, _ body: () throws -> Void) -> Int32 {
    do { try body() } catch {
        say("error: \(error)", to: STDERR_FILENO)
        MPI_Abort(CMPI_comm_world(), 1)
    }
    var rank: Int32 = 0
    PMPI_Barrier(CMPI_comm_world())
    MPI_Comm_rank(CMPI_comm_world(), &rank)
    if rank == 0 { say("PASSED \(host)") }
    MPI_Finalize()
    return 0
}

private func errorHandler() -> MPI_Errhandler? {
    var handler: MPI_Errhandler?
    MPI_Comm_get_errhandler(CMPI_comm_world(), &handler)
    return handler
}
