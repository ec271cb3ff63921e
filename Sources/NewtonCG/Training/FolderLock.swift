import Foundation

/// Keeps a run folder for one process at a time. The system gives the lock back when the process ends, however it
/// ends; the file stays and means nothing by itself.
public final class FolderLock: Sendable {
    private let descriptor: Int32
    /// False where the file system has no locks.
    let isHeld: Bool

    /// Throws a `RunError` where another process has the lock, or the folder can't be written.
    init(_ folder: String) throws {
        let path = "\(folder)/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw RunError("the run folder \(folder) can't be written: \(String(cString: strerror(errno)))")
        }
        isHeld = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        if !isHeld, errno == EWOULDBLOCK {
            let holder = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            close(descriptor)
            throw RunError(
                "the run folder \(folder) is in use by another newton-cg (\(holder.isEmpty ? "unknown process" : holder)): "
                    + "wait for its end, or choose another folder by --run-dir", exitStatus: 2)
        }
        guard isHeld else { return }
        // For the one that is refused; the lock holds without it.
        let holder = "process \(getpid()) on \(ProcessInfo.processInfo.hostName)"
        ftruncate(descriptor, 0)
        _ = holder.withCString { write(descriptor, $0, strlen($0)) }
    }

    deinit { close(descriptor) }
}
