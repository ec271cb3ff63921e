import CHDF5
import Glibc

/// The installed library's version, as `1.10.8`.
public var libraryVersion: String {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    locked { _ = H5get_libversion(&major, &minor, &release) }
    return "\(major).\(minor).\(release)"
}

/// HDF5 may be built without thread safety, so one lock goes round every call. It is recursive: an
/// operation of several calls holds it throughout.
private final class RecursiveLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
    }
    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
}

private let libraryLock = RecursiveLock()

/// For programs that close their files where they use them: from now on the library does nothing at the process's end.
/// There it would write again what a full disk refused, and crash. To be called before everything else of this module;
/// it holds for all of the process, so that the module itself, a guest in other programs, does not decide it.
public func doNothingAtExit() { H5dont_atexit() }

/// Runs `body` with the lock held and the library's printing of errors off.
func locked<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    libraryLock.lock()
    defer { libraryLock.unlock() }
    // The setting belongs to a thread, so it is made anew with every call; it costs nanoseconds.
    H5Eset_auto2(ch5_default_errors(), nil, nil)
    return try body()
}

/// Runs `body` while no thread is inside the library. A program that is started by it does not hold the locks of this
/// process's files for the moment that its start takes.
public func betweenCalls<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    try locked(body)
}

/// Runs one call of the library; a negative result becomes an error that says `failure` and why.
@discardableResult
func checked<Result: SignedInteger>(
    _ failure: @autoclosure () -> String, _ body: () -> Result
) throws(HDF5Error) -> Result {
    try locked { () throws(HDF5Error) in
        let result = body()
        if result < 0 {
            let reason = innermostMessages()
            throw HDF5Error(failure() + (reason.map { ": " + $0 } ?? ""))
        }
        return result
    }
}

/// An identifier of the library that is given back when nothing refers to it any more.
final class Handle {
    let id: hid_t
    private var isReleased = false

    init(_ id: hid_t) { self.id = id }
    deinit { release() }

    func release() {
        locked {
            // Closing a file closes what was open in it.
            if !isReleased && H5Iis_valid(id) > 0 { _ = H5Idec_ref(id) }
            isReleased = true
        }
    }
}
