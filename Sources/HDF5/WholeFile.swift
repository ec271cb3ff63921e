import CHDF5
import Glibc

extension File {
    /// Writes a file so that `path` never names a half-written one: `body` fills a new file of a temporary
    /// name in the same folder, which is flushed to the disk and then renamed. On an error the temporary
    /// file is removed and what was at `path` stays.
    ///
    /// - Parameter check: gets the temporary name of the closed file before it is renamed; may refuse it.
    public static func writeWhole(
        _ path: String, check: (_ temporary: String) throws -> Void = { _ in }, _ body: (File) throws -> Void
    ) throws {
        try replaceWhole(path) { temporary in
            let file = try File(temporary, .create(truncate: true))
            try body(file)
            try file.flush()
            try file.close()
            try check(temporary)
        }
    }

    /// The same for a changed copy: `body` gets a copy of the file at `source` to change. The copy holds all of its data
    /// itself, also what the source has of other files, which are read only.
    public static func writeWhole(
        _ path: String, copiedFrom source: String, check: (_ temporary: String) throws -> Void = { _ in },
        _ body: (File) throws -> Void
    ) throws {
        try replaceWhole(path) { temporary in
            try copy(source, to: temporary, for: path)
            let file = try File(temporary, .readWrite)
            try file.takeIn(try File(source, .readOnly))
            try body(file)
            try file.flush()
            try file.close()
            try check(temporary)
        }
    }

    /// `write` gets the temporary name and leaves a closed file there.
    private static func replaceWhole(_ path: String, _ write: (_ temporary: String) throws -> Void) throws {
        let temporary = "\(path).\(getpid()).partial"
        do {
            try write(temporary)
            try synchronise(temporary)
            guard rename(temporary, path) == 0 else { throw systemError("cannot write \(path)") }
        } catch {
            unlink(temporary)
            throw error
        }
        // Without this the new name itself may be lost when the power fails.
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        try synchronise(folder)
    }

    private static func copy(_ source: String, to target: String, for path: String) throws {
        let failure = "cannot copy \(source)"
        guard let input = fopen(source, "rb") else { throw systemError(failure) }
        defer { fclose(input) }
        guard let output = fopen(target, "wb") else { throw systemError("cannot write \(path)") }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var count = 0
        repeat {
            count = fread(&buffer, 1, buffer.count, input)
            fwrite(buffer, 1, count, output)
        } while count > 0
        let failed = ferror(input) != 0 || ferror(output) != 0
        guard fclose(output) == 0, !failed else { throw systemError(failure) }
    }

    private static func synchronise(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY)
        guard descriptor >= 0 else { throw systemError("cannot write \(path)") }
        defer { Glibc.close(descriptor) }
        // Some network file systems cannot synchronise a folder, which they say by EINVAL.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw systemError("cannot write \(path)") }
    }

    private static func systemError(_ failure: String) -> HDF5Error {
        HDF5Error("\(failure): \(String(cString: strerror(errno)))")
    }
}
