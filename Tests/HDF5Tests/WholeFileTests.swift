import HDF5
import TestSupport
import Testing

@Suite struct WholeFileTests {
    let folder: TemporaryFolder
    var path: String { folder.file("a.h5") }

    init() throws { folder = try TemporaryFolder() }

    private struct Stop: Error {}

    @Test func aWholeFileReplacesTheOldOne() throws {
        for value in [1, 2] as [Int32] {
            try File.writeWhole(path) { try $0.write("x", [value], shape: [1]) }
            #expect(try File(path, .readOnly).dataset("x").read(as: Int32.self) == [value])
        }
        #expect(try folder.contents == ["a.h5"])
    }

    @Test func anErrorLeavesTheOldFile() throws {
        try File.writeWhole(path) { try $0.write("x", [Int32(1)], shape: [1]) }
        #expect(throws: Stop.self) {
            try File.writeWhole(path) { file in
                try file.write("x", [Int32(2)], shape: [1])
                throw Stop()
            }
        }
        #expect(try File(path, .readOnly).dataset("x").read(as: Int32.self) == [1])
        #expect(try folder.contents == ["a.h5"])
    }

    @Test func aFolderThatIsNotThereIsNamed() {
        let message = sentence { try File.writeWhole("/nowhere/at/all.h5") { _ in } }
        #expect(message.contains("/nowhere/at/all.h5") && message.contains("No such file"), "\(message)")
    }

    @Test func rowsAreReordered() throws {
        let file = try File(path, .create(truncate: true))
        try file.write("x", (0..<12).map { UInt16($0) }, shape: [4, 3], checksum: true)
        let dataset = try file.dataset("x")
        try dataset.reorderRows([2, 0, 3, 1])
        #expect(try dataset.read(as: Int32.self) == [6, 7, 8, 0, 1, 2, 9, 10, 11, 3, 4, 5])
        #expect(sentence { try dataset.reorderRows([0]) }.contains("an order of 1 rows"))
        #expect(sentence { try dataset.reorderRows([0, 1, 2, 4]) }.contains("there is no row 4"))
    }
}
