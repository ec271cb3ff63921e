import Glibc
import HDF5

/// Refuses to write where it would destroy what is read: where `output` is one of the inputs, by whatever path or link it
/// is named, or no plain file.
///
/// - Parameter plainFile: false: a device or a pipe is written to, too.
/// - Throws: a `DataError` that names both.
package func checkOutput(_ output: String, over inputs: [String], plainFile: Bool = true) throws {
    guard let target = FileIdentity(output) else { return }
    guard target.isPlain || !plainFile else {
        throw DataError("\(output) is no plain file: choose another name for the output")
    }
    for input in inputs where FileIdentity(input) == target {
        throw DataError(
            "writing \(output) would destroy \(input == output ? "the file that is read" : "\(input), which is read: they are one file")"
                + "; choose another name for the output")
    }
}

/// The same for an HDF5 input: also what its links and datasets read of other files.
package func checkOutput(_ output: String, overAllOf input: File) throws {
    try checkOutput(output, over: [input.fileName] + input.otherFiles)
}

/// What makes a file one and the same under all of its names.
private struct FileIdentity: Equatable {
    let device, number: UInt64
    let isPlain: Bool

    /// Nil: there is none.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
        isPlain = status.st_mode & S_IFMT == S_IFREG
    }
}
