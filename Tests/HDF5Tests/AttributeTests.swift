import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct AttributeTests {
    @Test func attributesComeBack() throws {
        let folder = try TemporaryFolder()
        let file = try File(folder.file("a.h5"), .create(truncate: true))
        let long = String(repeating: "training: {epochs: 3}\n", count: 8000)
        try file.setAttribute("text", "first")
        try file.setAttribute("text", "a longer one, ü")
        try file.setAttribute("empty", "")
        try file.setAttribute("long", long)
        try file.setAttribute("count", 1 << 40)
        try file.setAttribute("loss", 0.125)
        try file.setAttribute("mean", [1.5, -2])
        try file.setAttribute("sizes", [3, 4])
        try file.close()
        let reopened = try File(folder.file("a.h5"), .readOnly)
        #expect(
            try reopened.attributeNames == ["count", "empty", "long", "loss", "mean", "sizes", "text"])
        #expect(try reopened.attributeString("text") == "a longer one, ü")
        #expect(try reopened.attributeString("empty") == "")
        #expect(try reopened.attributeString("long") == long)
        #expect(try reopened.attributeInt("count") == 1 << 40)
        #expect(try reopened.attributeDouble("loss") == 0.125)
        #expect(try reopened.attributeDoubles("mean") == [1.5, -2])
        #expect(try reopened.attributeInts("sizes") == [3, 4])
        #expect(try reopened.attributeString("missing") == nil)
        #expect(try reopened.attributeInt("missing") == nil)
        #expect(sentence { _ = try reopened.attributeInt("loss") }.contains("not a whole number"))
        #expect(sentence { _ = try reopened.attributeDouble("mean") }.contains("has 2 values instead of one"))
        #expect(sentence { _ = try reopened.attributeString("loss") }.contains("is not a text"))
        #expect(sentence { _ = try reopened.attributeDouble("text") }.contains("does not hold numbers"))
    }

    @Test func whatH5pyWritesIsRead() throws {
        let file = try File(fixture("h5py.h5"), .readOnly)
        #expect(try file.attributeString("variable") == "variable text, ü")
        #expect(try file.attributeString("fixed") == "fixed text")
        #expect(try file.attributeInt("python_int") == 7)
        #expect(try file.attributeInt("numpy_int32") == -3)
        #expect(try file.attributeInt("numpy_uint8") == 200)
        #expect(try file.attributeDouble("python_int") == 7)
        #expect(try file.attributeDouble("python_float") == 0.25)
        #expect(try file.attributeDouble("numpy_float32") == 1.5)
        #expect(try file.attributeDoubles("float_array") == [1, 2.5, -4])
        #expect(try file.attributeInt("int_array_of_one") == 9)
        #expect(try file.dataset("numbers").read(as: Int32.self) == Array(0..<12))
        #expect(try file.dataset("numbers").elementKind == .int16)
        #expect(try file.dataset("half").read(as: Float.self) == [0.5, 1.5])
        #expect(try file.readStrings("words/variable") == ["shirt", "", "Blümchen"])
        #expect(try file.readStrings("words/fixed") == ["ab", "c", "def"])
        #expect(try file.dataset("truth").elementKind == .other)
        #expect(try file.dataset("packed").read(as: Int64.self) == (0..<1000).map { Int64($0) })
        #expect(try file.dataset("packed").hasChecksum)
        #expect(sentence { _ = try file.readStrings("numbers") }.contains("does not hold strings"))
        #expect(
            sentence { _ = try file.dataset("words/fixed").read(as: Float.self) }
                .contains("does not hold numbers"))
    }
}

/// The path of a file in `Fixtures`.
private func fixture(_ name: String) -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return folder.appendingPathComponent("Fixtures/\(name)").path
}
