import Foundation
import HDF5
import TestSupport
import Testing

/// What is open at the process's end.
@Suite struct ExitTests {
    /// A program's own use of the library is as it would be without this module: the library closes what is still open.
    @Test func theLibraryClosesWhatAProgramLeftOpen() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.h5")
        await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
            let file = try File(path, .create(truncate: true))
            try file.write("x", [Int32(5)], shape: [1])
            _ = Unmanaged.passRetained(file)
            exit(7)
        }
        #expect(try File(path, .readOnly).dataset("x").read(as: Int32.self) == [5])
    }

    /// And does not where a program said that it closes its files itself.
    @Test func nothingIsDoneWhereAProgramSaidSo() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.h5")
        await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
            HDF5.doNothingAtExit()
            let file = try File(path, .create(truncate: true))
            try file.write("x", [Int32(5)], shape: [1])
            _ = Unmanaged.passRetained(file)
            exit(7)
        }
        #expect(throws: HDF5Error.self) { try File(path, .readOnly) }
    }
}
