internal import CMPI
import Glibc

extension Communicator {
    /// Ends the whole job at once, from this rank alone: for errors where the other ranks are in the middle of
    /// something and would wait for ever.
    ///
    /// - Parameters:
    ///   - message: one sentence, printed to standard error, with this rank's number if there are several.
    ///   - status: the exit status of the job, not 0.
    public func abort(message: String, status: Int32 = 1) -> Never {
        printError(size > 1 ? "rank \(rank): \(message)" : message)
        if MPIEnvironment.isInitialised { MPI_Abort(CMPI_comm_world(), status) }
        exit(status)
    }
}

/// Writes a line to standard error, whole, at once.
func printError(_ sentence: String) {
    var line = "error: \(sentence)\n"
    line.withUTF8 { bytes in
        var written = 0
        while written < bytes.count {
            let count = write(STDERR_FILENO, bytes.baseAddress! + written, bytes.count - written)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }
            written += count
        }
    }
}
