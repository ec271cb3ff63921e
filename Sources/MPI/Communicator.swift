internal import CMPI
import Synchronization

/// A group of ranks that communicate with one another.
///
/// Every method but ``abort(message:status:)`` is collective: all ranks of the communicator call it, in the
/// same order, with the same operation, root and number of values. On one rank nothing is sent and MPI isn't
/// called.
///
/// A communicator may be handed to other threads, but only the thread that initialised MPI may use it
/// (`MPI_THREAD_FUNNELED`). What MPI holds for it goes some time after the last reference to it, which all ranks give up
/// at the same place.
public final class Communicator: @unchecked Sendable {
    /// This process's number among the ranks, 0 … `size` − 1.
    public let rank: Int
    /// The number of ranks.
    public let size: Int

    let handle: MPI_Comm

    private init(handle: MPI_Comm, rank: Int, size: Int) {
        self.handle = handle
        self.rank = rank
        self.size = size
    }

    /// Takes over a communicator that was made for it; its errors are returned from here on.
    private convenience init(owning handle: MPI_Comm) throws {
        var rank: Int32 = 0
        var size: Int32 = 0
        try check(CMPI_return_errors(handle), "MPI_Comm_set_errhandler")
        try check(MPI_Comm_rank(handle, &rank), "MPI_Comm_rank")
        try check(MPI_Comm_size(handle, &size), "MPI_Comm_size")
        self.init(handle: handle, rank: Int(rank), size: Int(size))
    }

    deinit {
        if handle != CMPI_comm_null() { Retired.add(handle) }
    }

    private static let shared = Mutex<Communicator?>(nil)

    /// All ranks of the job, in messages of their own. `MPIEnvironment.initialise()` must have been called: without it
    /// the program ends here with a message.
    public static var world: Communicator {
        guard let world = shared.withLock({ $0 }) else {
            fatalError("Communicator.world needs MPI: call MPIEnvironment.initialise() before it is used.")
        }
        return world
    }

    /// Makes `world`, on all ranks together, where there is none.
    static func openWorld() throws {
        try shared.withLock { world in
            if world != nil { return }
            var code: Int32 = 0
            let handle: MPI_Comm = CMPI_duplicate(CMPI_comm_world(), &code)
            try check(code, "MPI_Comm_dup")
            world = try Communicator(owning: handle)
        }
    }

    /// `world` lasts as long as somebody holds it.
    static func closeWorld() throws {
        shared.withLock { $0 = nil }
        try Retired.free()
    }

    /// One rank alone, without MPI: for programs and tests that are not distributed.
    public static let single = Communicator(handle: CMPI_comm_null(), rank: 0, size: 1)

    /// Divides the ranks into groups that communicate among themselves.
    ///
    /// - Parameters:
    ///   - colour: ranks with the same colour, from 0 up, come into one group.
    ///   - key: orders the ranks of a group; where it is the same, their present order decides.
    /// - Returns: the group this rank belongs to.
    /// - Throws: `MPIError` if the colour is negative or MPI fails.
    public func split(colour: Int, key: Int = 0) throws -> Communicator {
        guard colour >= 0, let colour = Int32(exactly: colour), let key = Int32(exactly: key) else {
            throw MPIError("A split can't use colour \(colour), key \(key): give 32 bits, colour ≥ 0.")
        }
        guard size > 1 else { return self }
        try Retired.free()
        var code: Int32 = 0
        let group: MPI_Comm = CMPI_split(handle, colour, key, &code)
        try check(code, "MPI_Comm_split", rank: rank)
        return try Communicator(owning: group)
    }

    /// Waits until every rank has come here.
    public func barrier() throws {
        guard size > 1 else { return }
        try check(MPI_Barrier(handle), "MPI_Barrier", rank: rank)
    }
}

/// Communicators that nobody holds any more. MPI's call to free one is collective, and for the thread that communicates;
/// the last reference may have been another's. So they wait here for the next collective call about communicators.
private enum Retired {
    private struct Handle: @unchecked Sendable { let value: MPI_Comm }
    private static let waiting = Mutex<[Handle]>([])

    static func add(_ handle: MPI_Comm) {
        let handle = Handle(value: handle)
        waiting.withLock { $0.append(handle) }
    }

    static func free() throws {
        let all = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for handle in all { try check(CMPI_free(handle.value), "MPI_Comm_free") }
    }
}
