import HDF5
import NewtonCG
import TestSupport
import Testing

@Suite struct CSVImporterTests {
    let folder: TemporaryFolder
    var input: String { folder.file("table.csv") }
    var output: String { folder.file("out.h5") }

    init() throws { folder = try TemporaryFolder() }

    private func importer(_ text: String, _ targets: String...) throws -> CSVImporter {
        try write(text, to: input)
        return CSVImporter(input: input, targets: targets, output: output)
    }

    private func message(_ importer: CSVImporter) -> String {
        sentence { _ = try importer.run() }
    }

    /// 40 rows; y = 10a + b, the kind is by a.
    private let table =
        "a,kind,b,y\n"
        + (0..<40).map { "\($0),\(["low", "mid", "high"][min($0 / 15, 2)]),\($0 % 7),\(10 * $0 + $0 % 7)\n" }
        .joined()

    @Test func aRegressionIsDividedAndMeasuredOnItsTrainingRows() throws {
        var importer = try importer(table, "y")
        importer.dropColumns = ["kind"]
        importer.testFraction = 0.25
        #expect(
            try importer.run()
                == "\(output): regression, 30 training and 10 test rows of 2 inputs, 1 target")
        let file = try File(output, .readOnly)
        var seen: [Double] = []
        for part in ["train", "test"] {
            let x = try file.dataset("\(part)/inputs").read(as: Double.self)
            let y = try file.dataset("\(part)/targets").read(as: Double.self)
            #expect(y.indices.allSatisfy { y[$0] == 10 * x[2 * $0] + x[2 * $0 + 1] })
            seen += stride(from: 0, to: x.count, by: 2).map { x[$0] }
        }
        #expect(seen.sorted() == (0..<40).map { Double($0) } && seen != seen.sorted())

        let dataset = try DatasetFile(output)
        var x = [Double](repeating: 0, count: 60)
        try dataset.part("train").readInputs(0..<30, into: &x)
        for column in 0..<2 {
            let values = stride(from: column, to: 60, by: 2).map { x[$0] }
            #expect(abs(values.reduce(0, +)) < 1e-12)
            #expect(abs(values.map { $0 * $0 }.reduce(0, +) / 30 - 1) < 1e-12)
        }
        importer.seed = 2
        _ = try importer.run()
        #expect(
            try File(output, .readOnly).dataset("test/targets").read(as: Double.self)
                != file.dataset("test/targets").read(as: Double.self))
    }

    @Test func targetsAreStandardisedOnRequest() throws {
        var importer = try importer(table, "y", "b")
        importer.dropColumns = ["kind"]
        _ = try importer.run()
        let raw = try File(output, .readOnly)
        let plain = try raw.dataset("test/targets").read(as: Double.self)
        #expect(try raw.dataset("train/targets").attributeNames == [])
        importer.standardiseTarget = true
        _ = try importer.run()
        let file = try File(output, .readOnly)
        let train = try file.dataset("train/targets")
        let mean = try #require(try train.attributeDoubles("mean"))
        let std = try #require(try train.attributeDoubles("std"))
        let values = try train.read(as: Double.self)
        for column in 0..<2 {
            let scores = stride(from: column, to: values.count, by: 2).map { values[$0] }
            #expect(abs(scores.reduce(0, +)) < 1e-11)
            #expect(abs(scores.map { $0 * $0 }.reduce(0, +) / Double(scores.count) - 1) < 1e-12)
        }
        let test = try file.dataset("test/targets").read(as: Double.self)
        #expect(test.indices.allSatisfy { abs(test[$0] * std[$0 % 2] + mean[$0 % 2] - plain[$0]) < 1e-10 })
    }

    @Test func textMakesAClassificationWithSortedNames() throws {
        var importer = try importer(table, "kind")
        let summary = try importer.run()
        #expect(
            summary.contains("classification, 32 training and 8 test rows of 3 inputs, 3 classes"),
            "\(summary)")
        let dataset = try DatasetFile(output)
        #expect(dataset.classNames == ["high", "low", "mid"])
        let file = try File(output, .readOnly)
        let a = try file.dataset("train/inputs").read(as: Double.self)
        let labels = try dataset.part("train").readLabels(0..<32)
        #expect(labels.indices.allSatisfy { labels[$0] == [1, 2, 0][min(Int(a[3 * $0]) / 15, 2)] })

        importer = try self.importer("x,c\n1,10\n2,9\n3,10\n4,100\n5,9\n", "c")
        importer.task = .classification
        importer.testFraction = 0
        _ = try importer.run()
        #expect(try DatasetFile(output).classNames == ["9", "10", "100"])
        #expect(try DatasetFile(output).partNames == ["train"])
    }

    @Test func quotesLineEndsAndMarksAreRead() throws {
        var importer = try importer(
            "\u{FEFF}\"name, full\",\"x \"\"one\"\"\", y \r\n\"a\nb\", 1 , 2\r\n\r\n\"\"\"q\"\", r\",-1.5e1,4\r\nz,3,5",
            "y")
        importer.dropColumns = ["name, full"]
        importer.testFraction = 0
        _ = try importer.run()
        let file = try File(output, .readOnly)
        #expect(try file.dataset("train/inputs").read(as: Double.self).sorted() == [-15, 1, 3])
        #expect(try file.dataset("train/targets").read(as: Double.self).sorted() == [2, 4, 5])
    }

    @Test func missingValuesAreRefusedOrTheirRowsLeftOut() throws {
        for marker in ["", "NA", "NaN", "?", "\"\""] {
            var importer = try importer("x,y,z\n1,2,3\n\n4,\(marker),6\n7,8,9\n", "z")
            importer.testFraction = 0
            let text = message(importer)
            #expect(
                text.contains("line 4: the column 'y' has no value") && text.contains("--missing drop"),
                "\(text)")
            importer.missing = .drop
            #expect(try importer.run().contains("1 row with missing values left out"))
            #expect(try DatasetFile(output).part("train").rows == 2)
            // A value that is not used may be missing.
            importer.missing = .refuse
            importer.dropColumns = ["y"]
            #expect(message(importer) == "")
            #expect(try DatasetFile(output).part("train").rows == 3)
        }
    }

    /// Each case: the table and what the error says.
    @Test func tablesThatCannotBeReadAreRefused() throws {
        let cases: [(String, String)] = [
            ("", "is empty"),
            ("x,y\n", "has a header but no rows"),
            ("x,y,x\n1,2,3\n", "columns 1 and 3 are both named 'x'"),
            ("x,,y\n1,2,3\n", "column 2 of the header has no name"),
            ("x,y\n1,2\n\n3\n", "line 4: 1 field, but the header has 2"),
            ("x,y\n1,\"2\n3,4\n", "line 2: a quoted field has no closing quote"),
            ("x,y\n1,\"2\"3\n", "line 2: text after the closing quote"),
            ("x,why\n1,2\n", "no column 'y'"),
            ("x,y\n1,2\nred,4\n", "line 3: 'red' in the column 'x' is not a number"),
            ("x,y\n1,2\n3,inf\n", "line 3: 'inf' in the column 'y' is not a number"),
            ("x,y\n1,a\n2,a\n", "the column 'y' has one class only"),
            ("x,y\n1,2\n", "1 row cannot be divided"),
            ("y\n1\n2\n", "no column is left for the inputs"),
        ]
        for (text, fragment) in cases {
            let message = message(try importer(text, "y"))
            #expect(message.contains(fragment) && message.contains(input), "\(fragment): \(message)")
            #expect(try folder.contents == ["table.csv"])
        }
        try write([0x78, 0x2C, 0x79, 0x0A, 0x31, 0x2C, 0xFF, 0x0A], to: input)
        #expect(
            message(CSVImporter(input: input, targets: ["y"], output: output)).contains(
                "line 2: the text is not UTF-8"))
    }

    @Test func optionsThatDoNotSuitAreRefused() throws {
        var both = try importer(table, "y")
        both.dropColumns = ["y"]
        #expect(message(both).contains("the column 'y' is a target and dropped"))
        #expect(message(try importer(table, "y", "y")).contains("named twice"))
        #expect(message(try importer(table, "kimd")).contains("no column 'kimd' (did you mean 'kind'?)"))
        #expect(message(try importer(table, "kind", "y")).contains("one target column, not 2"))
        var classes = try importer(table, "kind")
        classes.standardiseTarget = true
        #expect(message(classes).contains("classes cannot be standardised"))
        classes.standardiseTarget = false
        classes.task = .regression
        #expect(message(classes).contains("'low' in the column 'kind' is not a number"))
        classes.testFraction = 1
        #expect(message(classes).contains("a test fraction of 1.0 is not possible"))
    }
}
