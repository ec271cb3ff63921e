import Glibc

/// The reason of the last failed system call, as `No such file or directory`.
func lastSystemError() -> String { String(cString: strerror(errno)) }

/// All bytes of a file.
func readBytes(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw DataError("cannot open \(path): \(lastSystemError())") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let got = fread(&buffer, 1, buffer.count, file)
        bytes.append(contentsOf: buffer[..<got])
        if got < buffer.count { break }
    }
    guard ferror(file) == 0 else { throw DataError("cannot read \(path): \(lastSystemError())") }
    return bytes
}
