import Foundation
import TestSupport
import Testing

/// The package of somebody else that depends on this one.
@Suite struct ExampleTests {
    /// It is built through its path dependency, checks, trains and prints; with one sign wrong `check` names its layer.
    @Test func anOwnPackageIsTheWholeProgram() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let end = try run(root.appendingPathComponent("scripts/example.sh").standardizedFileURL.path, timeout: 1500)
        #expect(end.status == 0 && end.output.contains("example: passed"), "\(end.output)\(end.error)")
    }
}
