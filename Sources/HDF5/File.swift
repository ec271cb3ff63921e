import CHDF5
import Glibc

/// An HDF5 file. It is closed when it and everything opened in it are gone, or by ``close()``.
///
/// Several threads may use different files; one `File` and its objects belong to one thread at a time.
public final class File: Container {
    public enum Mode: Sendable {
        case readOnly
        case readWrite
        /// A new file in the latest format, whose metadata carry checksums. Without `truncate` a file
        /// that is there already is an error.
        case create(truncate: Bool)
    }

    /// Opens or creates the file at `path`.
    ///
    /// File systems without locks are no obstacle to reading; a lock that another process holds is.
    public init(_ path: String, _ mode: Mode) throws {
        super.init(
            handle: try Self.open(path, mode), file: nil, fileName: path, path: "/")
    }

    /// Writes what the library still holds to the operating system. (It does not wait for the disk.)
    public func flush() throws {
        try call("cannot write \(fileName)") { H5Fflush(id, H5F_SCOPE_GLOBAL) }
    }

    /// Closes the file and everything that is open in it. Using one of those afterwards is an error.
    public func close() throws {
        try call("cannot close \(fileName)") { H5Iis_valid(id) > 0 ? H5Fclose(id) : 0 }
    }

    private static func open(_ path: String, _ mode: Mode) throws(HDF5Error) -> Handle {
        let access = Handle(try call("cannot prepare \(path)") { H5Pcreate(ch5_file_access()) })
        try call("cannot prepare \(path)") { H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG) }
        if case .create(let truncate) = mode {
            try call("cannot prepare \(path)") {
                H5Pset_libver_bounds(access.id, ch5_latest_format(), ch5_latest_format())
            }
            if !truncate && isThere(path) {
                throw HDF5Error("cannot create \(path): the file is there already")
            }
            return Handle(
                try call("cannot create \(path)") {
                    H5Fcreate(
                        path, truncate ? ch5_truncate() : ch5_exclusive(), ch5_default_properties(), access.id
                    )
                })
        }
        guard isThere(path) else {
            throw HDF5Error("cannot open \(path): \(String(cString: strerror(errno)))")
        }
        var flags = ch5_read_write()
        if case .readOnly = mode { flags = ch5_read_only() }
        do {
            return Handle(try call("cannot open \(path)") { H5Fopen(path, flags, access.id) })
        } catch {
            // "Unavailable" means that another process is writing the file; anything else that the file
            // system has no locks, which does not matter to a reader.
            guard case .readOnly = mode, error.description.contains("unable to lock file"),
                !error.description.contains("errno = \(EAGAIN),")
            else { throw error }
            try call("cannot prepare \(path)") { ch5_set_file_locking(access.id, false, true) }
            return Handle(try call("cannot open \(path)") { H5Fopen(path, flags, access.id) })
        }
    }

    private static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
