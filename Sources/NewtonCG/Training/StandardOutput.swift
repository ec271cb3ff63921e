import CSignals
import Glibc
import MPI

/// What a command says on standard output: all of it, or an error in one sentence.
public enum StandardOutput {
    /// A line. Throws a `RunError` where it can't be written.
    public static func line(_ text: String) throws { try write(text + "\n") }

    /// A text. Throws a `RunError` where it can't be written.
    public static func write(_ text: String) throws {
        if let error = writeWhole(text, to: STDOUT_FILENO) {
            throw RunError("standard output can't be written: \(String(cString: strerror(error)))")
        }
    }

    /// A line on standard error, which nobody can be told of where it fails.
    public static func warn(_ text: String) { _ = writeWhole(text + "\n", to: STDERR_FILENO) }

    /// From now on no file takes the number of a standard stream that whoever started the process closed.
    public static func keepStandardStreams() {
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) == -1 {
            // The lowest free number is this one; to use it remains an error.
            _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// From now on an output that its reader closed is an error and no longer ends the process.
    static func outliveItsReader() { csignals_ignore_pipe() }
}
