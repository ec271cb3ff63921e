extension MPIEnvironment {
    /// A whole program under MPI: starts MPI, runs `body` on every rank, ends MPI, and gives the exit status.
    ///
    /// Whatever goes wrong, no rank is left waiting and the user reads one sentence:
    ///
    /// - `AgreedError` over all ranks (see ``Communicator/agree(_:)``) and ``SharedError``: rank 0 prints its
    ///   sentence, every rank ends in order with its exit status.
    /// - Any other error: the rank that threw prints it and aborts the job; the status is taken from the
    ///   error if it has an ``ExitStatus``, else it is 1.
    ///
    /// - Parameter body: gets the communicator of all ranks, returns the exit status.
    /// - Returns: the exit status to end the process with.
    public static func run(_ body: (Communicator) throws -> Int32) -> Int32 {
        do {
            try initialise()
        } catch {
            printError("\(error)")
            return 1
        }
        let world = Communicator.world
        do {
            let status = try body(world)
            try finalise()
            return status
        } catch {
            let agreed = error is any SharedError || (error as? AgreedError)?.size == world.size
            let status = (error as? any ExitStatus)?.exitStatus ?? 1
            guard agreed || world.size == 1 else { world.abort(message: "\(error)", status: status) }
            if world.rank == 0 { printError("\(error)") }
            do { try finalise() } catch { world.abort(message: "\(error)", status: status) }
            return status
        }
    }
}
