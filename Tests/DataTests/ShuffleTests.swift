import HDF5
import NewtonCG
import TestSupport
import Testing

@Suite struct ShuffleTests {
    /// 30 training and 10 test rows sorted by class, and more that a copy has to keep.
    private func sortedFile(_ path: String) throws {
        try File.writeWhole(path) { file in
            try file.setAttribute("format", "newton-cg dataset")
            try file.setAttribute("version", 1)
            try file.setAttribute("name", "sorted")
            try file.setAttribute("task", "classification")
            try file.setAttribute("remark", "kept")
            try file.writeStrings("class_names", ["a", "b", "c"])
            for (part, count) in [("train", 30), ("test", 10)] {
                let inputs = try file.createDataset(
                    "\(part)/inputs", shape: [count, 2], of: Float.self, chunk: [7, 2], deflate: 1,
                    checksum: true)
                try inputs.write((0..<(2 * count)).map { Float($0) })
                try file.write(
                    "\(part)/targets", (0..<Int32(count)).map { 3 * $0 / Int32(count) }, shape: [count])
                try file.write("\(part)/weight", (0..<count).map { Double($0) }, shape: [count])
                try file.write("\(part)/constant", [7] as [Int64], shape: [1])
            }
            try file.dataset("train/inputs").setAttribute("mean", [1.0, 2.0])
        }
    }

    @Test func rowsStayTogetherAndTheRestIsKept() throws {
        let folder = try TemporaryFolder()
        let (input, output) = (folder.file("in.h5"), folder.file("out.h5"))
        try sortedFile(input)
        #expect(try DatasetFile(input).isSortedByClass())
        let summary = try Shuffle(input: input, output: output).run()
        #expect(summary.contains("train (30 rows), test (10 rows) in a random order"), "\(summary)")
        #expect(try !DatasetFile(output).isSortedByClass())
        let file = try File(output, .readOnly)
        #expect(try file.attributeString("remark") == "kept")
        #expect(try file.readStrings("class_names") == ["a", "b", "c"])
        #expect(try file.dataset("train/inputs").attributeDoubles("mean") == [1, 2])
        #expect(try file.dataset("train/inputs").chunk == [7, 2])
        #expect(try file.dataset("train/inputs").hasChecksum)
        for (part, count) in [("train", 30), ("test", 10)] {
            let order = try file.dataset("\(part)/weight").read(as: Int32.self)
            #expect(order.sorted() == (0..<Int32(count)).map { $0 } && order != order.sorted())
            #expect(
                try file.dataset("\(part)/targets").read(as: Int32.self)
                    == order.map { 3 * $0 / Int32(count) })
            #expect(
                try file.dataset("\(part)/inputs").read(as: Int32.self)
                    == order.flatMap { [2 * $0, 2 * $0 + 1] })
            #expect(try file.dataset("\(part)/constant").read(as: Int64.self) == [7])
        }
        // With another seed, and not in place: what is read is never lost.
        let order = try file.dataset("train/weight").read(as: Int32.self)
        let other = folder.file("other.h5")
        _ = try Shuffle(input: input, output: other, seed: 2).run()
        #expect(try File(other, .readOnly).dataset("train/weight").read(as: Int32.self) != order)
        #expect(sentence { _ = try Shuffle(input: input, output: input, seed: 2).run() }.contains("would destroy"))
        #expect(try folder.contents == ["in.h5", "other.h5", "out.h5"])
    }

    @Test func whatIsNoDatasetIsRefused() throws {
        let folder = try TemporaryFolder()
        try File.writeWhole(folder.file("in.h5")) { try $0.write("x", [1.0], shape: [1]) }
        let message = sentence {
            _ = try Shuffle(input: folder.file("in.h5"), output: folder.file("out.h5")).run()
        }
        #expect(message.contains("is not a dataset of newton-cg"), "\(message)")
        #expect(try folder.contents == ["in.h5"])
    }
}
