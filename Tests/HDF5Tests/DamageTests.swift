import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct DamageTests {
    let folder: TemporaryFolder
    var path: String { folder.file("a.h5") }

    init() throws { folder = try TemporaryFolder() }

    /// A file with one checked dataset, 100 numbers that no other bytes of the file look like.
    private func checkedFile() throws -> [UInt8] {
        do {
            let file = try File(path, .create(truncate: true))
            try file.setAttribute("config", "name: a text under the header's checksum")
            try file.write("values", (0..<100).map { Float($0) + 0.7 }, shape: [10, 10], checksum: true)
            try file.flush()
            try file.close()
        }
        return try #require(fileBytes(path))
    }

    @Test func aMissingFileIsNamed() {
        let message = sentence { _ = try File("/nowhere/at/all.h5", .readOnly) }
        #expect(message == "cannot open /nowhere/at/all.h5: No such file or directory")
        #expect(
            sentence { _ = try File("/nowhere/at/all.h5", .create(truncate: true)) }.hasSuffix(
                "unable to open file: No such file or directory; open failed")
        )
    }

    @Test func aFileThatIsThereIsNotOverwrittenUnasked() throws {
        let before = try checkedFile()
        let message = sentence { _ = try File(path, .create(truncate: false)) }
        #expect(message.contains("is there already"))
        #expect(fileBytes(path) == before)
    }

    @Test func anotherKindOfFileIsRecognised() throws {
        try write(Array("a,b,c\n1,2,3\n".utf8), to: path)
        let message = sentence { _ = try File(path, .readOnly) }
        #expect(
            message.contains("cannot open \(path)") && message.contains("signature not found"), "\(message)")
    }

    @Test func aTruncatedFileIsRecognised() throws {
        let bytes = try checkedFile()
        try write(Array(bytes.prefix(bytes.count - 100)), to: path)
        let message = sentence { _ = try File(path, .readOnly) }
        #expect(message.contains("truncated file"), "\(message)")
    }

    @Test func everyFlippedBitOfTheNumbersIsFound() throws {
        let bytes = try checkedFile()
        let pattern = withUnsafeBytes(of: Float(0.7)) { Array($0) }
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: pattern) })
        for position in stride(from: start, to: start + 400, by: 37) {
            var damaged = bytes
            damaged[position] ^= 1 << UInt8(position % 8)
            try write(damaged, to: path)
            let message = sentence { _ = try File(path, .readOnly).dataset("values").read(as: Float.self) }
            #expect(message.contains("cannot read /values of \(path)"), "byte \(position): \(message)")
            #expect(message.contains("Fletcher32"), "byte \(position): \(message)")
            let rows = sentence {
                _ = try File(path, .readOnly).dataset("values").readRows(0..<1, as: Float.self)
            }
            #expect(rows.contains("Fletcher32"), "byte \(position): \(rows)")
        }
    }

    @Test func aFlippedBitOfAnAttributeIsFound() throws {
        var bytes = try checkedFile()
        let text = Array("header's".utf8)
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: text) })
        bytes[start] ^= 1
        try write(bytes, to: path)
        let message = sentence { _ = try File(path, .readOnly).attributeString("config") }
        #expect(message.contains("checksum"), "\(message)")
    }

    @Test func whatIsNotThereIsNamed() throws {
        _ = try checkedFile()
        let file = try File(path, .readOnly)
        let dataset = sentence { _ = try file.dataset("train/inputs") }
        #expect(dataset.contains("cannot open the dataset /train/inputs of \(path)"), "\(dataset)")
        #expect(sentence { _ = try file.group("train") }.contains("cannot open the group /train"))
        #expect(sentence { _ = try file.group("values") }.contains("cannot open the group /values"))
        #expect(sentence { try file.write("x", [1.0], shape: [1]) }.contains("cannot create the dataset /x"))
        #expect(sentence { try file.setAttribute("a", 1) }.contains("cannot write the attribute a"))
    }

    @Test func aLockThatAnotherHoldsIsRespected() throws {
        _ = try checkedFile()
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let message = sentence { _ = try File(path, .readOnly) }
        #expect(message.contains("unable to lock file, errno = 11"), "\(message)")
        close(descriptor)
        #expect(try File(path, .readOnly).has("values"))
    }

    /// Else a program that is started meanwhile would hold the lock of a file that is closed here.
    @Test func childrenDoNotInheritFiles() throws {
        _ = try checkedFile()
        let file = try File(path, .readWrite)
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init).filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasSuffix(path)
                ?? false
        }
        #expect(!open.isEmpty && open.allSatisfy { fcntl($0, F_GETFD) & FD_CLOEXEC != 0 })
        try file.close()
    }

    @Test func aClosedFileIsAnErrorNotACrash() throws {
        _ = try checkedFile()
        let file = try File(path, .readOnly)
        let dataset = try file.dataset("values")
        try file.close()
        try file.close()
        #expect(sentence { _ = try dataset.read(as: Float.self) }.contains("cannot read /values"))
        #expect(try !file.has("values"))
        #expect(sentence { _ = try file.names }.contains("cannot list"))
    }

    @Test func theWrongNumberOfValuesIsRefused() throws {
        let file = try File(path, .create(truncate: true))
        let message = sentence { try file.write("x", [1.0, 2, 3], shape: [2, 2]) }
        #expect(message.contains("3 values for the shape [2, 2]"), "\(message)")
        #expect(
            sentence { try file.createDataset("y", shape: [-1], of: Float.self) }.contains("impossible shape")
        )
        #expect(
            sentence { try file.createDataset("z", shape: [4], of: Float.self, chunk: [0]) }
                .contains("do not suit"))
    }
}
