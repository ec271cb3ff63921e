import CHDF5
import Glibc

/// An HDF5 file. It is closed when it and everything opened in it are gone, or by ``close()``.
///
/// Several threads may use different files; one `File` and its objects belong to one thread at a time.
public final class File: Container {
    /// What is done with the file.
    public enum Mode: Sendable {
        /// It is there, and is read.
        case readOnly
        /// It is there, and is read and written.
        case readWrite
        /// A new file in the latest format, whose metadata carry checksums. Without `truncate` a file
        /// that is there already is an error.
        case create(truncate: Bool)
    }

    /// Opens or creates the file at `path`.
    ///
    /// A file system without locks is no obstacle; a lock that another process holds is.
    public init(_ path: String, _ mode: Mode) throws {
        let handle = try locked { () throws(HDF5Error) in
            let handle = try Self.openShared(path, mode)
            Self.keepFromChildren(handle.id)
            return handle
        }
        super.init(handle: handle, file: nil, fileName: path, path: "/")
    }

    /// A program that is started meanwhile must not inherit the file: it would hold its lock after the file is closed.
    private static func keepFromChildren(_ id: hid_t) {
        var handle: UnsafeMutableRawPointer?
        guard H5Fget_vfd_handle(id, hid_t(H5P_DEFAULT), &handle) >= 0, let handle else { return }
        _ = fcntl(handle.assumingMemoryBound(to: Int32.self).pointee, F_SETFD, FD_CLOEXEC)
    }

    /// Writes what the library still holds to the operating system. (It does not wait for the disk.)
    public func flush() throws {
        try checked("cannot write \(fileName)") { H5Fflush(id, H5F_SCOPE_GLOBAL) }
    }

    /// Closes the file and everything that is open in it. Using one of those afterwards is an error.
    public func close() throws {
        try checked("cannot close \(fileName)") { H5Iis_valid(id) > 0 ? H5Fclose(id) : 0 }
    }

    /// Opens a file that the library may hold open itself, for a dataset put together of several: both have to close it
    /// in the same way.
    private static func openShared(_ path: String, _ mode: Mode) throws(HDF5Error) -> Handle {
        do {
            return try open(path, mode, H5F_CLOSE_STRONG)
        } catch {
            guard error.description.contains("close degree") else { throw error }
            return try open(path, mode, H5F_CLOSE_WEAK)
        }
    }

    private static func open(
        _ path: String, _ mode: Mode, _ degree: H5F_close_degree_t
    ) throws(HDF5Error) -> Handle {
        let access = Handle(try checked("cannot prepare \(path)") { H5Pcreate(ch5_file_access()) })
        try checked("cannot prepare \(path)") { H5Pset_fclose_degree(access.id, degree) }
        var isNew = false
        if case .create(let truncate) = mode {
            isNew = true
            if !truncate && isThere(path) {
                throw HDF5Error("cannot create \(path): the file is there already")
            }
            try checked("cannot prepare \(path)") {
                H5Pset_libver_bounds(access.id, ch5_latest_format(), ch5_latest_format())
            }
        } else if !isThere(path) {
            throw HDF5Error("cannot open \(path): \(String(cString: strerror(errno)))")
        }
        do {
            return try attempt(path, mode, access)
        } catch {
            guard hasNoLocks(error) else { throw error }
            try checked("cannot prepare \(path)") { ch5_set_file_locking(access.id, false, true) }
            // The first attempt may have left an empty file.
            return try attempt(path, isNew ? .create(truncate: true) : mode, access)
        }
    }

    private static func attempt(
        _ path: String, _ mode: Mode, _ access: Handle
    ) throws(HDF5Error) -> Handle {
        switch mode {
        case .readOnly:
            Handle(try checked("cannot open \(path)") { H5Fopen(path, ch5_read_only(), access.id) })
        case .readWrite:
            Handle(try checked("cannot open \(path)") { H5Fopen(path, ch5_read_write(), access.id) })
        case .create(let truncate):
            Handle(
                try checked("cannot create \(path)") {
                    H5Fcreate(
                        path, truncate ? ch5_truncate() : ch5_exclusive(), ch5_default_properties(), access.id
                    )
                })
        }
    }

    /// Whether opening failed because the file system has no locks, at this or an earlier opening of the
    /// same file. The error EAGAIN means that there are locks and another process holds this one.
    private static func hasNoLocks(_ error: HDF5Error) -> Bool {
        let text = error.description
        return text.contains("locking flag values don't match")
            || (text.contains("unable to lock file") && !text.contains("errno = \(EAGAIN),"))
    }

    private static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
