internal import CMPI
import Synchronization

/// The beginning and the end of MPI in this process, and what is known about it.
public enum MPIEnvironment {
    /// True once `initialise()` has started MPI itself, so that `finalise()` ends only what it began.
    private static let startedHere = Mutex(false)

    /// Starts MPI, with calls from one thread at a time (`MPI_THREAD_FUNNELED`), on all ranks together.
    ///
    /// Where the program around this module has started MPI, nothing of it changes: this module communicates apart, by
    /// ``Communicator/world``, and its errors become Swift errors there alone. Call it, and everything else that
    /// communicates, from the main thread.
    ///
    /// - Throws: `MPIError` if MPI was finalised before (it can't be started twice in a process) or
    ///   doesn't allow a process with several threads.
    public static func initialise() throws {
        try startedHere.withLock { startedHere in
            if isFinalised {
                throw MPIError(
                    "MPI was already finalised in this process and can't be started again: "
                        + "start it once, at the beginning of the program.")
            }
            if isInitialised {
                try requireThreads()
            } else {
                var provided: Int32 = 0
                try check(MPI_Init_thread(nil, nil, CMPI_thread_funneled(), &provided), "MPI_Init_thread")
                startedHere = true
                // For calls without a communicator.
                try check(CMPI_return_errors(CMPI_comm_world()), "MPI_Comm_set_errhandler")
                if provided < CMPI_thread_funneled() {
                    throw MPIError(
                        "This MPI (\(libraryVersion)) doesn't allow threads beside the one that "
                            + "communicates: use an MPI built with MPI_THREAD_FUNNELED.")
                }
            }
            try Communicator.openWorld()
        }
    }

    /// Of an MPI that was started before.
    private static func requireThreads() throws {
        var provided: Int32 = 0, isMain: Int32 = 0
        try check(MPI_Query_thread(&provided), "MPI_Query_thread")
        guard provided >= CMPI_thread_funneled() else {
            throw MPIError(
                "MPI was started for a process without threads: start it by MPI_Init_thread, with MPI_THREAD_FUNNELED "
                    + "or more.")
        }
        try check(MPI_Is_thread_main(&isMain), "MPI_Is_thread_main")
        guard isMain != 0 else {
            throw MPIError("MPI was started by another thread: call this from the one that started it.")
        }
    }

    /// Ends MPI, on all ranks together, if `initialise()` started it; else only what this module has of it. No
    /// communication of this module is possible afterwards.
    ///
    /// - Throws: `MPIError` if MPI can't end in order.
    public static func finalise() throws {
        try startedHere.withLock { startedHere in
            guard isInitialised else { return }
            try Communicator.closeWorld()
            guard startedHere else { return }
            startedHere = false
            try check(MPI_Finalize(), "MPI_Finalize")
        }
    }

    /// Whether MPI runs: it was initialised, here or elsewhere, and not yet finalised.
    public static var isInitialised: Bool {
        var flag: Int32 = 0
        return MPI_Initialized(&flag) == CMPI_success() && flag != 0 && !isFinalised
    }

    private static var isFinalised: Bool {
        var flag: Int32 = 0
        return MPI_Finalized(&flag) == CMPI_success() && flag != 0
    }

    /// The name and version of the MPI library: the first line of what it says of itself, for instance
    /// `Open MPI v4.1.4, …`. Known before MPI is initialised.
    public static var libraryVersion: String {
        let version = text(capacity: CMPI_max_library_version_string()) { MPI_Get_library_version($0, $1) }
        let line = (version ?? "").split(whereSeparator: { $0.isNewline || $0 == "\0" }).first ?? ""
        return line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The name of the node this rank runs on.
    ///
    /// - Throws: `MPIError` if MPI doesn't run.
    public static func processorName() throws -> String {
        guard isInitialised else {
            throw MPIError("The name of the node is known only while MPI runs: initialise MPI first.")
        }
        guard let name = text(capacity: CMPI_max_processor_name(), { MPI_Get_processor_name($0, $1) }) else {
            throw MPIError("MPI_Get_processor_name failed: MPI doesn't know the name of this node.")
        }
        return name
    }

    /// Seconds since some fixed moment of this rank, by MPI's clock. MPI must run.
    public static var wallTime: Double { MPI_Wtime() }
}
