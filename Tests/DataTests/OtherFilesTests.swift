import Foundation
import HDF5
import NewtonCG
import TestSupport
import Testing

/// Datasets that other programs put together of several files, links and names.
@Suite struct OtherFilesTests {
    let folder: TemporaryFolder
    var path: String { folder.file("data.h5") }
    var output: String { folder.file("out.h5") }

    init() throws { folder = try TemporaryFolder() }

    /// 40 training rows, whose inputs lie in `a.h5` and `b.h5`, and 10 test rows. A row's input is its number.
    private func virtual() throws {
        for (name, rows) in [("a", 0..<25), ("b", 25..<40)] {
            try File.writeWhole(folder.file("\(name).h5")) {
                try $0.write("x", rows.map { Double($0) }, shape: [rows.count, 1])
            }
        }
        try dataset { try $0.write("train/targets", (0..<40).map { Double($0) }, shape: [40, 1]) }
        try OtherStorage(path).virtual(
            "train/inputs", shape: [40, 1], sources: [("a.h5", "x", 25), ("b.h5", "x", 15)])
    }

    private func dataset(_ body: (File) throws -> Void) throws {
        try File.writeWhole(path) { file in
            try file.setAttribute("format", "newton-cg dataset")
            try file.setAttribute("version", 1)
            try file.setAttribute("task", "regression")
            try file.write("test/inputs", (0..<10).map { Double($0) }, shape: [10, 1])
            try file.write("test/targets", (0..<10).map { Double($0) }, shape: [10, 1])
            try body(file)
        }
    }

    private func rows(_ file: File, _ name: String) throws -> [Double] { try file.dataset(name).read() }

    @Test func shufflingLeavesTheSourcesOfAVirtualDataset() throws {
        try virtual()
        let before = ["data.h5", "a.h5", "b.h5"].map { fileBytes(folder.file($0)) }
        _ = try Shuffle(input: path, output: output).run()
        #expect(before == ["data.h5", "a.h5", "b.h5"].map { fileBytes(folder.file($0)) })
        for name in ["data.h5", "a.h5", "b.h5"] { try FileManager.default.removeItem(atPath: folder.file(name)) }
        let file = try File(output, .readOnly)
        let inputs = try rows(file, "train/inputs")
        #expect(inputs.sorted() == (0..<40).map { Double($0) } && inputs != inputs.sorted())
        #expect(try inputs == rows(file, "train/targets"))
    }

    @Test func shufflingLeavesTheFilesBehindLinks() throws {
        try File.writeWhole(folder.file("parts.h5")) { file in
            try file.write("group/inputs", (0..<40).map { Double($0) }, shape: [40, 1])
            try file.write("group/targets", (0..<40).map { Double($0) }, shape: [40, 1])
        }
        try dataset { _ in }
        try OtherStorage(path).link("train", to: "/group", in: "parts.h5")
        let before = fileBytes(folder.file("parts.h5"))
        #expect(try DatasetFile(path).part("train").rows == 40)
        _ = try Shuffle(input: path, output: output).run()
        #expect(before == fileBytes(folder.file("parts.h5")))
        let file = try File(output, .readOnly)
        #expect(try file.link("train") == .object)
        #expect(try rows(file, "train/inputs") == rows(file, "train/targets"))
        #expect(try rows(file, "train/inputs") != (0..<40).map { Double($0) })
    }

    @Test func anObjectOfTwoNamesIsShuffledOnce() throws {
        try virtual()
        let storage = OtherStorage(path)
        try storage.name("/train/targets", again: "train/alias")
        try storage.name("/train/inputs", again: "train/again")
        try storage.link("train/soft", to: "/train/targets")
        _ = try Shuffle(input: path, output: output).run()
        let file = try File(output, .readOnly)
        let targets = try rows(file, "train/targets")
        #expect(targets != targets.sorted())
        for name in ["inputs", "again", "alias", "soft"] { #expect(try rows(file, "train/\(name)") == targets) }
        #expect(try file.dataset("train/alias").identity == file.dataset("train/targets").identity)
    }

    /// Each part has an order of its own, so each needs rows of its own.
    @Test func rowsThatTwoPartsShareBecomeTheirOwn() throws {
        try dataset {
            try $0.write("train/inputs", (0..<10).map { Double($0) }, shape: [10, 1])
            try $0.write("train/targets", (0..<10).map { Double($0) }, shape: [10, 1])
        }
        try OtherStorage(path).remove("test/inputs")
        try OtherStorage(path).name("/train/inputs", again: "test/inputs")
        try OtherStorage(path).name("/train", again: "validation")
        _ = try Shuffle(input: path, output: output).run()
        let file = try File(output, .readOnly)
        for part in ["train", "test", "validation"] {
            #expect(try rows(file, "\(part)/inputs") == rows(file, "\(part)/targets"))
        }
        #expect(try rows(file, "train/inputs") != rows(file, "test/inputs"))
    }

    @Test func aSourceThatIsMissingIsNamed() throws {
        try virtual()
        #expect(try DatasetFile(path).part("train").rows == 40)
        try FileManager.default.removeItem(atPath: folder.file("b.h5"))
        for body in [
            { _ = try DatasetFile(path) }, { _ = try Inspection(path) },
            { _ = try Shuffle(input: path, output: output).run() },
        ] as [() throws -> Void] {
            let message = sentence(body)
            #expect(message.contains("/train/inputs of \(path)") && message.contains("b.h5 is not there"), "\(message)")
        }
        #expect(try !folder.contents.contains("out.h5"))
    }

    @Test func aPartThatIsALinkToNothingIsNoMissingPart() throws {
        try virtual()
        try OtherStorage(path).link("validation", to: "/test", in: "held-out.h5")
        let message = sentence { _ = try DatasetFile(path) }
        #expect(
            message.contains("/validation of \(path)") && message.contains("held-out.h5, which is not there"),
            "\(message)")
    }

    @Test func inspectionShowsWhatLiesElsewhere() throws {
        try virtual()
        try OtherStorage(path).link("far", to: "/x", in: "a.h5")
        try OtherStorage(path).link("lost", to: "/x", in: "c.h5")
        try OtherStorage(path).name("/", again: "test/root")
        let text = try Inspection(path).text
        #expect(
            text.contains("inputs  (40, 1) float64, read of \(folder.file("a.h5")), \(folder.file("b.h5"))\n"),
            "\(text)")
        #expect(text.contains("  far → /x of a.h5  (25, 1) float64\n"))
        #expect(text.contains("  lost → /x of c.h5: leads to nothing\n"))
        #expect(text.contains("    root/ again\n"))
    }

    @Test func anInputIsNotWrittenOver() throws {
        try virtual()
        let files = FileManager.default
        try files.createSymbolicLink(atPath: folder.file("link.h5"), withDestinationPath: path)
        try files.linkItem(atPath: path, toPath: folder.file("hard.h5"))
        try files.createSymbolicLink(atPath: folder.file("here"), withDestinationPath: folder.path)
        let before = try folder.contents.map { fileBytes(folder.file($0)) }
        for name in [
            "data.h5", "link.h5", "hard.h5", "a.h5", "here/b.h5",
            "../\(folder.path.split(separator: "/").last!)/data.h5",
        ] {
            let message = sentence { _ = try Shuffle(input: path, output: folder.file(name)).run() }
            #expect(message.contains("would destroy") && message.contains("choose another name"), "\(name): \(message)")
        }
        let device = sentence { _ = try Shuffle(input: path, output: "/dev/null").run() }
        #expect(device.contains("/dev/null is no plain file"), "\(device)")
        #expect(try before == folder.contents.map { fileBytes(folder.file($0)) })
    }
}
