import CSignals

/// USR1 and TERM, as a batch system sends them before a job's time is over.
public enum StopSignal {
    /// From now on they ask a run to stop and no longer end the process.
    public static func watch() { csignals_catch() }

    /// Asks this process to stop, as a signal would.
    static func raise() { csignals_raise() }

    /// Whether this process was asked to stop. Ranks may see it at different times: they have to agree.
    public static var isRaised: Bool { csignals_raised() != 0 }
}
