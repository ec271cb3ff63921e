import HDF5
import NewtonCG
import TestSupport
import Testing

@Suite struct DatasetFileTests {
    let folder: TemporaryFolder
    var path: String { folder.file("a.h5") }

    init() throws { folder = try TemporaryFolder() }

    private func write(_ task: String, _ body: (File) throws -> Void) throws { try writeDataset(path, task, body) }

    /// Two training images of 1 × 2 pixels and 2 channels, and one to test.
    private func writeImages(_ attributes: (Dataset) throws -> Void = { _ in }) throws {
        try write("classification") { file in
            try file.write(
                "train/inputs", [0, 51, 102, 153, 204, 255, 0, 255] as [UInt8], shape: [2, 1, 2, 2])
            try file.write("train/targets", [2, 0] as [Int32], shape: [2])
            try file.write("test/inputs", [255, 0, 255, 0] as [UInt8], shape: [1, 1, 2, 2])
            try file.write("test/targets", [1] as [Int32], shape: [1])
            try attributes(try file.dataset("train/inputs"))
        }
    }

    private func inputs<S: Scalar>(_ part: DatasetPart, _ rows: Range<Int>, as: S.Type = S.self) throws -> [S] {
        var values = [S](repeating: 0, count: rows.count * part.inputSize)
        try part.readInputs(rows, into: &values)
        return values
    }

    private func targets(_ part: DatasetPart, _ rows: Range<Int>) throws -> [Double] {
        var values = [Double](repeating: 0, count: rows.count * part.targetWidth)
        try part.readTargets(rows, into: &values)
        return values
    }

    // MARK: What is read

    @Test func imagesAreDividedBy255() throws {
        try writeImages()
        let dataset = try DatasetFile(path)
        #expect(dataset.name == "small" && dataset.task == .classification)
        #expect(dataset.numberOfClasses == 3 && dataset.classNames == nil)
        #expect(dataset.partNames == ["train", "test"] && !dataset.hasPart("validation"))
        let train = try dataset.part("train")
        #expect(train.rows == 2 && train.inputShape == [1, 2, 2] && train.targetWidth == 1)
        #expect(try inputs(train, 0..<2) == [0, 0.2, 0.4, 0.6, 0.8, 1, 0, 1] as [Float])
        #expect(try inputs(train, 1..<2) == [0.8, 1, 0, 1] as [Double])
        #expect(try inputs(train, 1..<1) == [] as [Float])
        #expect(try train.readLabels(0..<2) == [2, 0])
        #expect(try dataset.part("test").readLabels(0..<1) == [1])
    }

    @Test func meanAndStdOfTrainHoldForEveryPart() throws {
        try writeImages {
            try $0.setAttribute("mean", 55.0)
            try $0.setAttribute("std", 100.0)
        }
        let one = try DatasetFile(path)
        #expect(try inputs(one.part("test"), 0..<1) == [2, -0.55, 2, -0.55] as [Double])

        try writeImages {
            try $0.setAttribute("mean", [55.0, 0])
            try $0.setAttribute("std", [100.0, 0])
        }
        let channels = try DatasetFile(path)
        // A std of 0 counts as 1.
        #expect(try inputs(channels.part("train"), 1..<2) == [1.49, 255, -0.55, 255] as [Double])

        try writeImages { try $0.setAttribute("mean", [1.0, 2, 3, 4]) }
        let features = try DatasetFile(path)
        #expect(try inputs(features.part("train"), 0..<1) == [-1, 49, 99, 149] as [Float])
    }

    @Test func floatsAreTakenAsTheyAreOrStandardised() throws {
        for standardise in [false, true] {
            try write("regression") { file in
                try file.write("train/inputs", [1e9 + 1, 1e9 + 2, 1e9 + 3], shape: [3, 1])
                try file.write("train/targets", (0..<6).map { Float($0) }, shape: [3, 2])
                if standardise {
                    try file.dataset("train/inputs").setAttribute("mean", [1e9 + 2])
                    try file.dataset("train/inputs").setAttribute("std", [0.5])
                }
            }
            let train = try DatasetFile(path).part("train")
            // In single precision 1e9 + 1 is 1e9: the mean has to be taken off in double.
            #expect(
                try inputs(train, 0..<3) == (standardise ? [-2, 0, 2] : [1e9, 1e9, 1e9] as [Float]))
            #expect(train.targetWidth == 2)
            #expect(try targets(train, 1..<3) == [2, 3, 4, 5])
        }
    }

    @Test func anAutoencodingLearnsItsInputs() throws {
        try write("autoencoding") { file in
            try file.write("train/inputs", [0, 255, 51, 0] as [UInt8], shape: [2, 2])
        }
        let train = try DatasetFile(path).part("train")
        #expect(train.targetWidth == 2)
        #expect(try targets(train, 0..<2) == [0, 1, 0.2, 0])
        #expect(sentence { _ = try train.readLabels(0..<1) }.contains("has no classes"))
    }

    @Test func classNamesAreCounted() throws {
        try writeImages()
        let file = try File(path, .readWrite)
        try file.writeStrings("class_names", ["a", "b", "c", "d"])
        try file.close()
        #expect(try DatasetFile(path).classNames == ["a", "b", "c", "d"])
        #expect(try DatasetFile(path).numberOfClasses == 4)
    }

    @Test func sortedClassesAreNoticed() throws {
        func isSorted(_ labels: [Int32]) throws -> Bool {
            try write("classification") { file in
                try file.write("train/inputs", labels.map { Float($0) }, shape: [labels.count, 1])
                try file.write("train/targets", labels, shape: [labels.count])
            }
            return try DatasetFile(path).isSortedByClass()
        }
        #expect(try isSorted([0, 0, 0, 1, 1, 2, 2, 2]))
        #expect(try !isSorted([0, 0, 0, 1, 1, 2, 1, 2]))
        #expect(try !isSorted([1, 1, 1, 1, 1]))
        #expect(try !isSorted([0, 1, 2]))
    }

    // MARK: What is refused

    @Test func otherFilesAreRefused() throws {
        #expect(sentence { _ = try DatasetFile("/nowhere.h5") }.contains("No such file"))
        try TestSupport.write("a,b\n", to: path)
        #expect(sentence { _ = try DatasetFile(path) }.contains("signature not found"))
        for (format, version, task, fragment) in [
            ("newton-cg checkpoint", 1, "classification", "its format is 'newton-cg checkpoint'"),
            ("newton-cg dataset", 2, "classification", "version 2 of the dataset format"),
            ("newton-cg dataset", 1, "clasification", "did you mean 'classification'?"),
        ] {
            try File.writeWhole(path) { file in
                try file.setAttribute("format", format)
                try file.setAttribute("version", version)
                try file.setAttribute("task", task)
            }
            let message = sentence { _ = try DatasetFile(path) }
            #expect(message.contains(fragment) && message.contains(path), "\(message)")
        }
        try File.writeWhole(path) { try $0.setAttribute("name", "x") }
        #expect(sentence { _ = try DatasetFile(path) }.contains("no attribute 'format'"))
    }

    /// Each case: the task, what the file holds, and what the error says.
    @Test func shapesAndTypesThatDoNotSuitAreRefused() throws {
        let x = [Float](repeating: 1, count: 12)
        let cases: [(String, (File) throws -> Void, String)] = [
            ("regression", { _ in }, "no group 'train'"),
            ("regression", { _ = try $0.createGroup("train") }, "no train/inputs"),
            ("regression", { try $0.write("train/inputs", x, shape: [4, 3]) }, "no dataset train/targets"),
            (
                "regression",
                {
                    try $0.write("train/inputs", x, shape: [4, 3])
                    try $0.write("train/targets", x, shape: [12, 1])
                }, "there are 4 rows of inputs"
            ),
            (
                "regression",
                {
                    try $0.write("train/inputs", x, shape: [4, 3])
                    try $0.write("train/targets", [1, 2, 3, 4] as [Float], shape: [4])
                }, "with k = 1 for one number"
            ),
            (
                "classification",
                {
                    try $0.write("train/inputs", x, shape: [4, 3])
                    try $0.write("train/targets", [1, 2, 3, 4] as [Float], shape: [4])
                }, "are int32 of shape (N)"
            ),
            ("autoencoding", { try $0.write("train/inputs", x, shape: [12]) }, "(N, 1)"),
            ("autoencoding", { try $0.write("train/inputs", [Float](), shape: [0, 3]) }, "is empty"),
            (
                "autoencoding", { try $0.write("train/inputs", [1] as [Int64], shape: [1, 1]) },
                "is of type int64; inputs are uint8, float32 or float64"
            ),
            (
                "autoencoding",
                {
                    try $0.write("train/inputs", x, shape: [4, 3])
                    try $0.write("train/targets", x, shape: [4, 3])
                }, "an autoencoding has no targets"
            ),
            (
                "autoencoding",
                {
                    try $0.write("train/inputs", x, shape: [4, 3])
                    try $0.write("test/inputs", x, shape: [3, 4])
                }, "a sample of 'test' has inputs [4]"
            ),
            (
                "autoencoding",
                {
                    try $0.write("train/inputs", x, shape: [4, 3])
                    try $0.dataset("train/inputs").setAttribute("mean", [1.0, 2])
                }, "'mean' has 2 values; it needs 1, 3"
            ),
            (
                "autoencoding",
                {
                    try $0.write("train/inputs", x, shape: [4, 3])
                    try $0.dataset("train/inputs").setAttribute("std", -1.0)
                }, "negative value -1.0"
            ),
        ]
        for (task, body, fragment) in cases {
            try write(task, body)
            let message = sentence { _ = try DatasetFile(path) }
            #expect(message.contains(fragment) && message.contains(path), "\(fragment): \(message)")
        }
    }

    @Test func aValueThatIsNotFiniteIsFound() throws {
        for bad in [Float.nan, .infinity] {
            var values = [Float](repeating: 1, count: 5 * 12)
            values[3 * 12 + 7] = bad
            try write("regression") { file in
                try file.write("train/inputs", values, shape: [5, 3, 2, 2])
                try file.write("train/targets", [0, 0, 0, 0, bad], shape: [5, 1])
            }
            let train = try DatasetFile(path).part("train")
            #expect(try inputs(train, 0..<3).allSatisfy { (value: Float) in value == 1 })
            let input = sentence { _ = try inputs(train, 1..<5, as: Float.self) }
            #expect(input.contains("/train/inputs of \(path): row 3, column 1, 1, 1 is \(bad)"), "\(input)")
            let target = sentence { _ = try targets(train, 0..<5) }
            #expect(target.contains("/train/targets of \(path): row 4, column 0 is \(bad)"), "\(target)")
        }
    }

    @Test func aLabelThatIsNoClassIsFound() throws {
        for (labels, names, fragment) in [
            ([0, 1, 3], ["a", "b", "c"], "row 2 has the class 3; the classes are 0 to 2"),
            ([0, -1, 1], ["a", "b"], "row 1 has the class -1"),
        ] as [([Int32], [String], String)] {
            try write("classification") { file in
                try file.write("train/inputs", [1, 2, 3] as [Float], shape: [3, 1])
                try file.write("train/targets", labels, shape: [3])
                try file.writeStrings("class_names", names)
            }
            let train = try DatasetFile(path).part("train")
            #expect(try train.readLabels(0..<1) == [0])
            let message = sentence { _ = try train.readLabels(0..<3) }
            #expect(message.contains(fragment), "\(message)")
        }
    }

    @Test func aPartThatIsNotThereIsNamed() throws {
        try writeImages()
        let message = sentence { _ = try DatasetFile(path).part("tst") }
        #expect(
            message.contains("no part 'tst' (did you mean 'test'?); its parts are train, test"), "\(message)")
    }

    // MARK: Numbers and labels that are meant otherwise

    @Test func labelsThatAreNoClassesAreRefused() throws {
        func open(_ labels: [Int64]) throws -> DatasetFile {
            try write("classification") { file in
                try file.write("train/inputs", [Float](repeating: 1, count: labels.count), shape: [labels.count, 1])
                try file.write("train/targets", labels, shape: [labels.count])
            }
            return try DatasetFile(path)
        }
        #expect(try open([0, 65535]).numberOfClasses == 65536)
        for label in [65536, 99_999_999, 1 << 40] as [Int64] {
            for body in [{ _ = try open([2, label, 0]) }, { _ = try Inspection(path) }] as [() throws -> Void] {
                let message = sentence(body)
                #expect(message.contains("train/targets of \(path) has the label"), "\(message)")
                #expect(message.contains("classes of 3 samples") && message.contains("numpy.unique"), "\(message)")
            }
        }
        #expect(sentence { _ = try open([0, -3]) }.contains("has the class -3; classes are counted from 0"))
        // So many classes are named and counted in part.
        _ = try open((0..<50).map { $0 })
        #expect(try Inspection(path).text.contains(" 1 1 … (50 in all)\n"))
    }

    @Test func aNumberBeyondFloatNamesThePrecision() throws {
        for (task, fill) in [("autoencoding", 1e300), ("regression", -4e38)] {
            try write(task) { file in
                let values = [0, 1, fill, 2]
                try file.write("train/inputs", task == "regression" ? [0, 1, 1, 2] : values, shape: [4, 1])
                if task == "regression" { try file.write("train/targets", values, shape: [4, 1]) }
            }
            let train = try DatasetFile(path).part("train")
            #expect(try targets(train, 0..<4)[2] == fill)
            let message = sentence {
                var single = [Float](repeating: 0, count: 4)
                try train.readTargets(0..<4, into: &single)
            }
            #expect(message.contains("row 2, column 0 is \(fill), more than float32 holds"), "\(message)")
            #expect(message.contains("'precision: float64'"))
        }
    }

    @Test func aNormalisationThatOverflowsIsNamed() throws {
        try write("autoencoding") { file in
            try file.write("train/inputs", [1e30, 0], shape: [2, 1])
            try file.dataset("train/inputs").setAttribute("std", 1e-300)
        }
        let train = try DatasetFile(path).part("train")
        let message = sentence { _ = try inputs(train, 0..<2, as: Double.self) }
        #expect(message.contains("row 0, column 0 is 1e+30, which the normalisation makes inf"), "\(message)")
    }

    /// What numpy leaves of the standard deviation of a constant column.
    @Test func aDeviationOfRoundingCountsAsNone() throws {
        for (std, constants) in [(1.7e-13, 1), (0, 1), (1e-9, 0)] {
            try write("autoencoding") { file in
                try file.write("train/inputs", [14.62, 14.62], shape: [2, 1])
                try file.dataset("train/inputs").setAttribute("mean", [14.619999999999912])
                try file.dataset("train/inputs").setAttribute("std", [std])
            }
            let dataset = try DatasetFile(path)
            #expect(dataset.normalisation.constants == constants)
            #expect(
                dataset.normalisation.description.contains("of which one is of constant inputs") == (constants == 1))
            let seen: [Double] = try inputs(dataset.part("train"), 0..<2)
            #expect((abs(seen[0]) < 1e-12) == (constants == 1))
        }
        try writeImages {
            try $0.setAttribute("mean", [255.0, 100])
            try $0.setAttribute("std", [2e-5, 0.1])
        }
        #expect(try DatasetFile(path).normalisation.constants == 1)
    }

    @Test func classNamesAreUTF8() throws {
        try writeImages()
        try OtherStorage(path).bytes("class_names", [Array("rot".utf8), [0x67, 0x72, 0xFC, 0x6E], Array("blau".utf8)])
        let message = sentence { _ = try DatasetFile(path) }
        #expect(message.contains("/class_names of \(path)") && message.contains("is not UTF-8"), "\(message)")
    }

    @Test func anImporterOfOnesOwnIsChecked() throws {
        let message = sentence {
            try DatasetFile.write(path, task: .regression, from: []) { file in
                try file.write("train/inputs", [1.0, 2], shape: [2, 1])
                try file.write("train/targets", [1.0, .nan], shape: [2, 1])
            }
        }
        #expect(
            message.contains("nothing was written: /train/targets of \(path): row 1, column 0 is nan"), "\(message)")
        #expect(try folder.contents == [])
    }
}
