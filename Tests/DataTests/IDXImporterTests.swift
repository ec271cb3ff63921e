import CZlib
import HDF5
import NewtonCG
import TestSupport
import Testing

@Suite struct IDXImporterTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func idx(_ shape: [Int], _ values: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(shape.count)]
            + shape.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } } + values
    }

    private func writeCompressed(_ bytes: [UInt8], to path: String) throws {
        let stream = try #require(gzopen(path, "wb"))
        #expect(gzwrite(stream, bytes, UInt32(bytes.count)) == Int32(bytes.count))
        gzclose(stream)
    }

    /// 50 images of 2 × 3 pixels, all pixels of image i equal to i, with the label i mod 5; 20 to test.
    private func importer(seed: UInt64 = 1, names: [String] = ["a", "b", "c", "d", "e"]) throws -> IDXImporter {
        for (part, count) in [("train", 50), ("test", 20)] {
            let images = (0..<count).flatMap { [UInt8](repeating: UInt8($0), count: 6) }
            try writeCompressed(idx([count, 2, 3], images), to: folder.file("\(part)-images.gz"))
            try write(idx([count], (0..<count).map { UInt8($0 % 5) }), to: folder.file("\(part)-labels"))
        }
        return IDXImporter(
            trainImages: folder.file("train-images.gz"), testImages: folder.file("test-images.gz"),
            labels: (folder.file("train-labels"), folder.file("test-labels")), classNames: names, seed: seed,
            output: folder.file("out.h5"))
    }

    @Test func imagesAndLabelsStayTogetherInARandomOrder() throws {
        var orders: [[UInt8]] = []
        for seed in [1, 1, 2] as [UInt64] {
            let summary = try importer(seed: seed).run()
            #expect(summary.contains("50 training and 20 test images of 2 × 3 pixels, 5 classes"))
            let dataset = try DatasetFile(folder.file("out.h5"))
            #expect(dataset.name == "out" && dataset.classNames == ["a", "b", "c", "d", "e"])
            #expect(try dataset.part("test").rows == 20)
            let train = try dataset.part("train")
            #expect(train.inputShape == [2, 3, 1])
            let file = try File(folder.file("out.h5"), .readOnly)
            let pixels = try file.dataset("train/inputs").read(as: UInt8.self)
            let images = stride(from: 0, to: 300, by: 6).map { Array(pixels[$0..<($0 + 6)]) }
            #expect(images.allSatisfy { Set($0).count == 1 })
            let order = images.map { $0[0] }
            #expect(order.sorted() == (0..<50).map { UInt8($0) } && order != order.sorted())
            #expect(try train.readLabels(0..<50) == order.map { Int32($0) % 5 })
            orders.append(order)
        }
        #expect(orders[0] == orders[1] && orders[0] != orders[2])
    }

    @Test func withoutLabelsTheImagesAreTheTargets() throws {
        var importer = try importer(names: [])
        (importer.labels, importer.trainRows) = (nil, 30)
        #expect(try importer.run().contains("30 training and 20 test images of 2 × 3 pixels, to be learnt themselves"))
        let dataset = try DatasetFile(folder.file("out.h5"))
        #expect(dataset.task == .autoencoding)
        let part = try dataset.part("train")
        #expect(part.rows == 30 && part.targetWidth == 6)
        // The first of the whole's random order.
        let taken = try File(folder.file("out.h5"), .readOnly).dataset("train/inputs").read(as: UInt8.self)
        importer.trainRows = nil
        _ = try importer.run()
        let all = try File(folder.file("out.h5"), .readOnly).dataset("train/inputs").read(as: UInt8.self)
        #expect(all.count == 300 && taken == Array(all.prefix(180)))
        importer.trainRows = 51
        #expect(sentence { _ = try importer.run() }.contains("has 50 images: 51 rows can't be taken of them"))
    }

    /// Each case replaces one of the four files.
    @Test func damagedFilesAreRefused() throws {
        let labels = (0..<50).map { UInt8($0 % 5) }
        let cases: [(String, [UInt8], String)] = [
            ("train-labels", idx([49], Array(labels.dropLast())), "has 50 images, but"),
            ("train-labels", idx([50], Array(labels.dropLast())), "is cut off: 49 of 50 values"),
            ("train-labels", idx([50], labels + [0]), "goes on after its 50 values"),
            ("train-labels", [0, 0, 8, 1, 0, 0], "is cut off in its header"),
            ("train-labels", [0, 0, 13, 1], "holds elements of IDX type 13"),
            ("train-labels", idx([50, 1, 1], labels), "has 3 axes instead of 1"),
            ("train-labels", Array("PNG".utf8), "is not an IDX file"),
            ("train-labels", idx([1 << 31], []), "is cut off: 0 of 2147483648 values"),
            (
                "train-labels", idx([50], labels.dropLast() + [7]),
                "label 49 is 7, but there are 5 class names"
            ),
            ("test-images.gz", idx([20, 3, 2], [UInt8](repeating: 0, count: 120)), "2 × 3"),
        ]
        for (name, bytes, fragment) in cases {
            let importer = try importer()
            try write(bytes, to: folder.file(name))
            let message = sentence { _ = try importer.run() }
            #expect(
                message.contains(fragment) && message.contains(folder.file(name)), "\(fragment): \(message)")
            #expect(try !folder.contents.contains("out.h5"))
        }
    }

    @Test func damagedCompressionIsRefused() throws {
        let importer = try importer()
        let whole = try #require(fileBytes(folder.file("train-images.gz")))
        try write(Array(whole.dropLast(20)), to: folder.file("train-images.gz"))
        let cut = sentence { _ = try importer.run() }
        #expect(cut.contains("unexpected end of file") || cut.contains("is cut off"), "\(cut)")
        var flipped = whole
        flipped[whole.count - 6] ^= 1  // In the checksum at the end.
        try write(flipped, to: folder.file("train-images.gz"))
        let damaged = sentence { _ = try importer.run() }
        #expect(damaged.contains("is damaged") && damaged.contains("incorrect data check"), "\(damaged)")
        // Without its checksum, its length, and all but a byte of both.
        for lost in [8, 4, 1] {
            try write(Array(whole.dropLast(lost)), to: folder.file("train-images.gz"))
            let cut = sentence { _ = try importer.run() }
            #expect(cut.contains("is cut off") || cut.contains("unexpected end of file"), "\(lost): \(cut)")
            #expect(try !folder.contents.contains("out.h5"))
        }
        let missing = sentence {
            var importer = importer
            importer.testImages = folder.file("nothing")
            try write(whole, to: folder.file("train-images.gz"))
            _ = try importer.run()
        }
        #expect(missing.contains("cannot open the images") && missing.contains("No such file"), "\(missing)")
    }

    /// Labels that only the test part has, or only training rows that are not taken.
    @Test func classesThatTheTrainingRowsLackAreCounted() throws {
        for (rows, greatest) in [(3, 7), (50, 7), (1, 255)] {
            var importer = try importer(names: [])
            let labels = (0..<20).map { UInt8($0 == 11 ? greatest : $0 % 5) }
            try write(idx([20], labels), to: folder.file("test-labels"))
            importer.trainRows = rows
            let summary = try importer.run()
            #expect(summary.hasSuffix("\(greatest + 1) classes"), "\(summary)")
            let dataset = try DatasetFile(folder.file("out.h5"))
            #expect(dataset.classNames == (0...greatest).map(String.init))
            #expect(try dataset.part("test").readLabels(0..<20).max() == Int32(greatest))
            #expect(try Inspection(folder.file("out.h5")).text.contains("classes: \(greatest + 1)"))
        }
        for seed in [1, 2, 3] as [UInt64] {
            var importer = try importer(seed: seed, names: [])
            importer.trainRows = 1
            _ = try importer.run()
            #expect(try DatasetFile(folder.file("out.h5")).numberOfClasses == 5)
        }
        // Where the training rows have them all the file needs no names.
        _ = try importer(names: []).run()
        #expect(try DatasetFile(folder.file("out.h5")).classNames == nil)
    }
}
