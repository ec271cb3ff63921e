import Foundation
import MPI

/// What rank 0 tells the user: lines on standard output and in `log.txt`, and a progress bar where standard output is
/// a terminal. Other ranks have none. A run goes on where they can't be written, and says so once; where the reader of
/// standard output has gone, it is asked to stop.
public final class Console {
    let showsBar: Bool
    private let printsLines: Bool
    private var log: UnsafeMutablePointer<FILE>?
    private var logPath = ""
    private var outputFailed = false, logFailed = false
    private var barIsShown = false
    private var lastBar = -1.0

    /// - Parameter quiet: nothing on standard output.
    public init(quiet: Bool = false) {
        printsLines = !quiet
        showsBar = !quiet && Self.isTerminal
        StandardOutput.outliveItsReader()
    }

    deinit { if let log { fclose(log) } }

    /// From now on lines go to this file too.
    func open(log path: String, append: Bool) throws {
        logPath = path
        log = fopen(path, append ? "a" : "w")
        if log == nil { throw RunError("\(path) can't be written: \(String(cString: strerror(errno)))") }
    }

    /// A line for the user and the log.
    public func line(_ text: String) {
        clearBar()
        if printsLines { put(text + "\n") }
        logOnly(text)
    }

    /// A line that a terminal need not see, because the bar says it.
    func detail(_ text: String) {
        if showsBar { logOnly(text) } else { line(text) }
    }

    func logOnly(_ text: String) {
        guard let log else { return }
        guard fputs(text + "\n", log) < 0 || fflush(log) != 0 else { return }
        let reason = lastSystemError()
        clearerr(log)
        if !logFailed { StandardOutput.warn("warning: \(logPath) can't be written: \(reason); the run goes on") }
        logFailed = true
    }

    /// "[████······] 42 %  text", at most ten times a second.
    func bar(_ fraction: Double, _ text: String) {
        guard showsBar else { return }
        let now = Date().timeIntervalSinceReferenceDate
        guard now - lastBar > 0.1 || fraction >= 1 else { return }
        lastBar = now
        let width = 30, done = Int((Double(width) * min(1, fraction)).rounded(.down))
        let blocks = String(repeating: "█", count: done) + String(repeating: "·", count: width - done)
        put("\r[\(blocks)] \(Int((fraction * 100).rounded(.down))) %  \(text)\u{1B}[K")
        barIsShown = true
    }

    /// Takes the progress bar off the screen, where one is shown.
    public func clearBar() {
        if barIsShown { put("\r\u{1B}[K") }
        barIsShown = false
    }

    private func put(_ text: String) {
        guard !outputFailed, let error = writeWhole(text, to: STDOUT_FILENO) else { return }
        let hasReader = error != EPIPE
        outputFailed = true
        StandardOutput.warn(
            "warning: standard output can't be written: \(String(cString: strerror(error))); "
                + (hasReader ? "the run goes on" : "the run is asked to stop")
                + (logPath.isEmpty ? "" : ", its lines are in \(logPath)"))
        if !hasReader { StopSignal.raise() }
    }

    /// Whether a launcher started this process. To be asked before MPI starts: it may then say so of a lone process too.
    public static let wasLaunched = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"].contains {
        ProcessInfo.processInfo.environment[$0] != nil
    }

    /// Whether the user sees standard output on a terminal. A launcher may give its ranks a terminal of their own
    /// whatever it does with what they say, so where there is one its output decides.
    private static var isTerminal: Bool {
        guard isatty(1) != 0, ProcessInfo.processInfo.environment["TERM"] != "dumb" else { return false }
        guard wasLaunched else { return true }
        let output = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(getppid())/fd/1")
        return output.map { $0.hasPrefix("/dev/pts/") || $0.hasPrefix("/dev/tty") } ?? false
    }
}
