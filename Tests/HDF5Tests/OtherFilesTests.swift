import Foundation
import HDF5
import TestSupport
import Testing

/// Datasets of which parts lie in other files, links, and what is missing of them.
@Suite struct OtherFilesTests {
    let folder: TemporaryFolder
    var path: String { folder.file("whole.h5") }

    init() throws { folder = try TemporaryFolder() }

    /// Two files of 3 and 2 rows of two numbers, and one that puts them together.
    private func virtual(shape: [Int] = [5, 2]) throws {
        for (name, count) in [("a", 3), ("b", 2)] {
            try File.writeWhole(folder.file("\(name).h5")) {
                try $0.write("rows", (0..<2 * count).map { Double($0) }, shape: [count, 2])
            }
        }
        try File.writeWhole(path) { try $0.setAttribute("made", "by a test") }
        try OtherStorage(path).virtual("x/all", shape: shape, sources: [("a.h5", "rows", 3), ("b.h5", "rows", 2)])
    }

    private func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: folder.file(name)) }

    @Test func aVirtualDatasetIsReadOfItsFiles() throws {
        try virtual()
        let file = try File(path, .readOnly)
        let dataset = try file.dataset("x/all")
        #expect(dataset.isElsewhere && dataset.otherFiles == [folder.file("a.h5"), folder.file("b.h5")])
        #expect(try dataset.read(as: Double.self) == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3])
        // Its files are open in the library now.
        #expect(try file.dataset("x/all").read(as: Int32.self).last == 3)
        #expect(try !File(folder.file("a.h5"), .readOnly).dataset("rows").isElsewhere)
    }

    @Test func whatAVirtualDatasetLacksIsNamed() throws {
        try virtual()
        try remove("b.h5")
        let missing = sentence { _ = try File(path, .readOnly).dataset("x/all") }
        #expect(missing.contains("/x/all of \(path)") && missing.contains("b.h5 is not there"), "\(missing)")

        try File.writeWhole(folder.file("b.h5")) { try $0.write("other", [1.0], shape: [1]) }
        let renamed = sentence { _ = try File(path, .readOnly).dataset("x/all") }
        #expect(renamed.contains("of which rows is not in \(folder.file("b.h5"))"), "\(renamed)")

        try File.writeWhole(folder.file("b.h5")) { try $0.write("rows", [1.0, 2], shape: [1, 2]) }
        let short = sentence { _ = try File(path, .readOnly).dataset("x/all") }
        #expect(short.contains("/rows of \(folder.file("b.h5")) has the shape [1, 2]"), "\(short)")

        try virtual(shape: [6, 2])
        let holes = sentence { _ = try File(path, .readOnly).dataset("x/all") }
        #expect(holes.contains("which have 10 of its 12 values"), "\(holes)")
    }

    @Test func whatIsMissingBehindAnotherIsFound() throws {
        try virtual()
        let outer = folder.file("outer.h5")
        try File.writeWhole(outer) { _ in }
        try OtherStorage(outer).virtual("x", shape: [5, 2], sources: [("whole.h5", "x/all", 5)])
        #expect(try File(outer, .readOnly).dataset("x").read(as: Int32.self).count == 10)
        #expect(
            try File(outer, .readOnly).dataset("x").otherFiles.map { fileName($0) } == ["whole.h5", "a.h5", "b.h5"])
        try remove("a.h5")
        #expect(sentence { _ = try File(outer, .readOnly).dataset("x") }.contains("a.h5 is not there"))

        try OtherStorage(outer).virtual("circle", shape: [1], sources: [("outer.h5", "circle", 1)])
        #expect(sentence { _ = try File(outer, .readOnly).dataset("circle") }.contains("without an end"))
    }

    private func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }

    @Test func numbersInAFileOfTheirOwnAreThereOrNamed() throws {
        let raw = folder.file("numbers.bin")
        try File.writeWhole(path) { _ in }
        try OtherStorage(path).raw("x", shape: [2, 2], file: raw)
        let missing = sentence { _ = try File(path, .readOnly).dataset("x") }
        #expect(missing.contains("\(raw), which can't be reached: No such file"), "\(missing)")
        try write([UInt8](repeating: 0, count: 31), to: raw)
        let cut = sentence { _ = try File(path, .readOnly).dataset("x") }
        #expect(cut.contains("is cut off: it has 31 of 32 bytes"), "\(cut)")
        try write([UInt8](repeating: 0, count: 32), to: raw)
        let dataset = try File(path, .readOnly).dataset("x")
        #expect(dataset.isElsewhere && dataset.otherFiles == [raw])
        #expect(try dataset.read(as: Double.self) == [0, 0, 0, 0])
    }

    @Test func linksAreSeenAndFollowed() throws {
        try virtual()
        try OtherStorage(path).link("soft", to: "/x/all")
        try OtherStorage(path).link("outer/far", to: "/rows", in: "a.h5")
        try OtherStorage(path).name("/x", again: "again")
        let file = try File(path, .readOnly)
        #expect(try file.link("soft") == .soft("/x/all"))
        #expect(try file.link("outer/far") == .external(file: "a.h5", path: "/rows"))
        #expect(try file.link("x") == .object && file.link("nothing") == nil)
        #expect(try file.isDataset("soft") && file.isDataset("outer/far") && file.isGroup("again"))
        #expect(try file.group("x").identity == file.group("again").identity)
        #expect(try file.dataset("soft").identity == file.dataset("again/all").identity)
        #expect(
            try file.dataset("outer/far").identity
                == File(folder.file("a.h5"), .readOnly).dataset("rows").identity)
        #expect(try file.group("x").identity != file.identity)
    }

    @Test func aLinkThatLeadsToNothingIsAnError() throws {
        try virtual()
        try OtherStorage(path).link("test", to: "/rows", in: "gone.h5")
        try OtherStorage(path).link("train/inputs", to: "/nowhere")
        try OtherStorage(path).link("wrong", to: "/nowhere", in: "a.h5")
        let file = try File(path, .readOnly)
        for body in [
            { try file.has($0) }, { try file.isGroup($0) }, { try file.isDataset($0) },
        ] as [(String) throws -> Bool] {
            let other = sentence { _ = try body("test") }
            #expect(
                other.contains("/test of \(path) is a link to /rows in the file gone.h5, which is not there"),
                "\(other)")
            #expect(sentence { _ = try body("test/inputs") }.contains("gone.h5"))
            let own = sentence { _ = try body("train/inputs") }
            #expect(own.contains("/train/inputs of \(path) is a link to /nowhere, which is not there"), "\(own)")
            let wrong = sentence { _ = try body("wrong") }
            #expect(wrong.contains("a link to /nowhere in \(folder.file("a.h5"))"), "\(wrong)")
        }
    }

    @Test func aFilterThatIsNotHereIsNamed() throws {
        try File.writeWhole(path) { _ in }
        try OtherStorage(path).filtered("x", rows: 4, by: 32015)
        try OtherStorage(path).filtered("y", rows: 4, by: 400)
        let message = sentence { _ = try File(path, .readOnly).dataset("x") }
        #expect(message.contains("/x of \(path) is compressed by zstd (HDF5 filter 32015)"), "\(message)")
        #expect(message.contains("HDF5_PLUGIN_PATH"))
        #expect(sentence { _ = try File(path, .readOnly).dataset("y") }.contains("HDF5 filter 400"))
    }

    @Test func textThatIsNotUTF8IsAnError() throws {
        try File.writeWhole(path) { _ in }
        try OtherStorage(path).bytes("good", [Array("Öl".utf8), Array("a".utf8)])
        try OtherStorage(path).bytes("names", [Array("a".utf8), [0xD6, 0x6C]])
        #expect(try File(path, .readOnly).readStrings("good") == ["Öl", "a"])
        let message = sentence { _ = try File(path, .readOnly).readStrings("names") }
        #expect(message.contains("/names of \(path)") && message.contains("is not UTF-8"), "\(message)")
    }

    @Test func aChangedCopyHoldsItsOwnData() throws {
        try virtual()
        let raw = folder.file("numbers.bin")
        try write([UInt8](repeating: 0, count: 32), to: raw)
        let storage = OtherStorage(path)
        try storage.raw("raw", shape: [2, 2], file: raw)
        try storage.name("/x/all", again: "alias")
        try storage.link("far", to: "/", in: "a.h5")
        try storage.link("far again", to: "/rows", in: "a.h5")
        try storage.link("soft", to: "/far/rows")
        try storage.link("lost", to: "/rows", in: "gone.h5")
        let source = try File(path, .readWrite)
        try source.dataset("alias").setAttribute("unit", "m")
        try source.close()
        let before = ["whole.h5", "a.h5", "b.h5", "numbers.bin"].map { fileBytes(folder.file($0)) }

        let output = folder.file("copy.h5")
        try File.writeWhole(output, copiedFrom: path) { file in
            for name in ["x/all", "raw", "far/rows"] {
                let dataset = try file.dataset(name)
                try dataset.write([Double](repeating: 7, count: dataset.count))
            }
        }
        #expect(before == ["whole.h5", "a.h5", "b.h5", "numbers.bin"].map { fileBytes(folder.file($0)) })
        for name in ["a.h5", "b.h5", "numbers.bin"] { try remove(name) }
        let file = try File(output, .readOnly)
        for name in ["x/all", "alias", "raw", "far/rows", "far again", "soft"] {
            let dataset = try file.dataset(name)
            #expect(!dataset.isElsewhere)
            #expect(try dataset.read(as: Double.self).allSatisfy { $0 == 7 }, "\(name)")
        }
        #expect(try file.dataset("x/all").identity == file.dataset("alias").identity)
        #expect(try file.dataset("far/rows").identity == file.dataset("far again").identity)
        #expect(try file.dataset("alias").attributeString("unit") == "m")
        #expect(try file.attributeString("made") == "by a test")
        #expect(try file.link("lost") == .external(file: "gone.h5", path: "/rows"))
    }
}
