import Foundation
import HDF5

/// Programs that this one has draw or reckon for it.
package enum OtherProgram {
    /// Runs a program to its end; it has nothing to read.
    ///
    /// - Parameter command: its name, looked for on PATH, and its arguments.
    /// - Returns: its exit status (127: there is none of this name) and what it wrote, to either output.
    /// - Throws: why it could not be started.
    package static func run(_ command: [String]) throws -> (status: Int32, said: String) {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        (process.standardOutput, process.standardError) = (output, output)
        try betweenCalls { try process.run() }
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }
}
