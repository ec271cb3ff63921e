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

/// Writes a line to standard error, whole.
func printError(_ sentence: String) { _ = writeWhole("error: \(sentence)\n", to: STDERR_FILENO) }

/// Writes a text to its end, waiting where a pipe is full. Returns the system's error where it could not.
package func writeWhole(_ text: String, to file: Int32) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
        var written = 0
        while written < bytes.count {
            let count = write(file, bytes.baseAddress! + written, bytes.count - written)
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
