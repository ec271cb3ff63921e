import Foundation
import HDF5
import NewtonCG
import TestSupport
import Testing

/// What tables of other programs hold beside numbers: words for nothing, signs, odd bytes, odd columns.
@Suite struct CSVWordsTests {
    let folder: TemporaryFolder
    var input: String { folder.file("table.csv") }
    var output: String { folder.file("out.h5") }

    init() throws { folder = try TemporaryFolder() }

    private func importer(_ text: String, _ target: String = "y") throws -> CSVImporter {
        try write(text, to: input)
        var importer = CSVImporter(input: input, targets: [target], output: output)
        importer.testFraction = 0
        return importer
    }

    private func message(_ importer: CSVImporter) -> String { sentence { _ = try importer.run() } }

    private func expectNothingWritten() throws { #expect(try folder.contents == ["table.csv"]) }

    /// 30 rows of `x,y`, of which some have another text in y.
    private func numbers(_ odd: [Int: String]) -> String {
        "x,y\n" + (0..<30).map { "\($0),\(odd[$0] ?? "\($0 * $0).5")\n" }.joined()
    }

    @Test func theUsualWordsForNothingAreKnown() throws {
        for word in ["None", "null", "NULL", "N/A", "#N/A", "<NA>", "nan", "NIL", "-1.#IND"] {
            var importer = try importer(numbers([7: word]))
            let text = message(importer)
            #expect(text.contains("line 9: the column 'y' has no value ('\(word)')"), "\(text)")
            importer.missing = .drop
            #expect(try importer.run().contains("regression, 29 training"))
        }
        var own = try importer(numbers([7: "-999", 8: "unknown"]))
        own.missing = .drop
        own.missingValues = ["-999", "UNKNOWN"]
        #expect(try own.run().contains("; 2 rows with missing values left out"))
    }

    @Test func aWordForNothingMayBeAClass() throws {
        var importer = try importer("x,y\n" + (0..<30).map { "\($0),\(["none", "some"][$0 % 2])\n" }.joined())
        #expect(message(importer).contains("where the text is a value, say so by --not-missing 'none'"))
        importer.notMissing = ["None"]
        #expect(try importer.run().contains("classification, 30 training and 0 test rows of 1 input, 2 classes"))
    }

    /// Each odd text in a column of numbers, with what the error says of it.
    @Test(arguments: [
        ("unknown", "is not a number, as the column's other 29 values are"), ("$12", "write it as 12.0"),
        ("5%", "write it as 5.0"), ("\"1,234.50\"", "write it as 1234.5"), ("1\u{A0}234", "write it as 1234.0"),
        ("−3", "write it as -3.0"), ("0x1F", "is not a number"), ("inf", "is not a number"),
        ("1e999", "is not a number"),
        ("12 kg", "is not a number"), ("1.2.3", "is not a number"), ("--5", "is not a number"),
    ]) func aWordAmongNumbersIsAnError(text: String, fragment: String) throws {
        let bare = text.replacing("\"", with: "")
        var importer = try importer(numbers([20: text]))
        let target = message(importer)
        #expect(target.contains("line 22: '\(bare)' in the column 'y'") && target.contains(fragment), "\(target)")
        #expect(target.contains("--task classification"))
        importer.task = .regression
        #expect(message(importer).contains("line 22: '\(bare)' in the column 'y' is not a number"))
        let feature = message(try self.importer(numbers([20: text]), "x"))
        #expect(feature.contains("line 22: '\(bare)' in the column 'y' is not a number"), "\(feature)")
        try expectNothingWritten()
        importer.task = .classification
        #expect(try importer.run().contains("30 classes"))
    }

    @Test func aWholeColumnOfSignsOrOfTextsIsNoClassification() throws {
        let prices = "x,y\n" + (0..<30).map { "\($0),$\($0 + 1).99\n" }.joined()
        #expect(
            message(try importer(prices)).contains(
                "line 2: '$1.99' in the column 'y' is not a number; write it as 1.99"))
        let dates = "x,y\n" + (0..<30).map { "\($0),day \($0)\n" }.joined()
        var importer = try importer(dates)
        let text = message(importer)
        #expect(text.contains("'y' has 30 different texts in 30 rows; say by --task classification"), "\(text)")
        try expectNothingWritten()
        importer.task = .classification
        #expect(try importer.run().contains("30 classes"))
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let cases: [([UInt8], String)] = [
            (Array("x,y\n1,2\n3,1\0 2345\n".utf8), "line 3, field 2: a zero byte"),
            (Array("x,y\n\"a\0\",2\n".utf8), "line 2, field 1: a zero byte"),
            (Array("x,y\r1,2\r3,4\r".utf8), "line 1, field 2: a carriage return without a line feed"),
            (Array("x,y\n1,2\r3,4\n".utf8), "line 2, field 2: a carriage return"),
            ([0xFF, 0xFE] + Array("x,y\n1,2\n".utf8).flatMap { [$0, 0] }, "save the table as UTF-8"),
        ]
        for (bytes, fragment) in cases {
            try write(bytes, to: input)
            let text = message(CSVImporter(input: input, targets: ["y"], output: output))
            #expect(text.contains(fragment) && text.contains(input), "\(fragment): \(text)")
            try expectNothingWritten()
        }
        // Within quotes a carriage return is text, and one at the very end does no harm.
        var importer = try importer("x,\"y\r\"\n1,2\r\n3,4\r", "y\r")
        #expect(message(importer) == "")
        importer.testFraction = 0.5
        #expect(message(importer) == "")
    }

    @Test func numbersWhoseSquaresOverflowAreRefused() throws {
        for text in ["1e300", "-1e300", "1e150"] {
            var importer = try importer(numbers([3: text]))
            for standardise in [false, true] {
                importer.standardiseTarget = standardise
                #expect(message(importer).contains("line 5: '\(text)' in the column 'y' is too large"))
            }
            #expect(message(try self.importer(numbers([3: text]), "x")).contains("line 5: '\(text)' in the column 'y'"))
            try expectNothingWritten()
        }
        // The largest that are taken: their mean and deviation are finite, and a reader is content.
        var importer = try importer("x,y\n9e149,9e149\n-9e149,-9e149\n9e149,-9e149\n")
        importer.standardiseTarget = true
        #expect(message(importer) == "")
        let std = try File(output, .readOnly).dataset("train/inputs").attributeDoubles("std")![0]
        #expect(abs(std / 9e149 - (8.0 / 9).squareRoot()) < 1e-14)
    }

    @Test func classesOfOneNumberAreOneClass() throws {
        var importer = try importer("x,y\n1,1\n2,2\n3,1.0\n")
        importer.task = .classification
        #expect(
            message(importer).contains(
                "line 4: the class '1.0' in the column 'y' is the same number as the class '1' in line 2"))
        importer = try self.importer("x,y\n1,-0\n2,0\n3,a\n")
        importer.task = .classification
        #expect(message(importer).contains("line 3: the class '0'"))
        try expectNothingWritten()
        // Beyond 2⁵³ doubles can't tell them apart, but the texts do.
        importer = try self.importer("x,y\n1,9007199254740993\n2,9007199254740992\n")
        importer.task = .classification
        #expect(try importer.run().contains("2 classes"))
    }

    @Test func aConstantColumnHasNoDeviation() throws {
        let text = "price,one,x,y\n" + (0..<1000).map { "14.62,1e9,\($0 % 13),\($0)\n" }.joined()
        let importer = try importer(text)
        #expect(try importer.run().hasSuffix("; constant: price, one"))
        let inputs = try File(output, .readOnly).dataset("train/inputs")
        let mean = try #require(try inputs.attributeDoubles("mean")),
            std = try #require(try inputs.attributeDoubles("std"))
        #expect(mean[0] == 14.62 && mean[1] == 1e9 && Array(std[..<2]) == [0, 0] && std[2] > 3)
        // A row that differs is not blown up.
        var x = [Double](repeating: 0, count: 3)
        try DatasetFile(output).part("train").readInputs(0..<1, into: &x)
        #expect(x[0] == 0 && x[1] == 0)
        // Values that differ in their last place only.
        _ = try self.importer(
            "a,y\n" + (0..<40).map { "\($0 % 2 == 0 ? "0.3" : "0.30000000000000004"),\($0)\n" }.joined()
        ).run()
        #expect(try File(output, .readOnly).dataset("train/inputs").attributeDoubles("std") == [0])
        // Large values with a spread of their own keep it.
        _ = try self.importer("a,y\n" + (0..<40).map { "\(1_700_000_000 + $0 % 2).0,\($0)\n" }.joined()).run()
        #expect(try File(output, .readOnly).dataset("train/inputs").attributeDoubles("std") == [0.5])
    }

    @Test func anyColumnCanBeNamedAndAnyNumberOfTimes() throws {
        let text = ",\"a,b\",c,id,y\n" + (0..<10).map { "\($0),1,2,3,\($0)\n" }.joined()
        func rest(_ drop: [String]) throws -> String {
            var importer = try importer(text)
            importer.dropColumns = drop
            return try importer.run()
        }
        #expect(try rest([""]).contains("of 3 inputs"))
        #expect(try rest(["", "c", "id"]).contains("of 1 input,"))
        #expect(try rest(["", "a,b"]).contains("of 2 inputs"))
        #expect(try rest(["", "\"a,b\",id"]).contains("of 1 input,"))
        #expect(try rest(["", "c, id"]).contains("of 1 input,"))
        #expect(
            sentence { _ = try rest(["id"]) }.contains(
                "column 1 of the header has no name; leave it out by --drop-columns ''"))
        #expect(sentence { _ = try rest(["", "c,d"]) }.contains("no column 'd'"))
    }

    @Test func theTableIsTold() throws {
        var importer = try importer("id,a,b,kind\nx1,1,2.5,low\nx2,NA,2.5,high\nx3,3,2.5,low\nx4,5,2.5,high\n", "kind")
        importer.dropColumns = ["id"]
        importer.missing = .drop
        var lines: [String] = []
        _ = try importer.run { lines.append($0) }
        #expect(
            lines == [
                "column  becomes   missing  minimum  mean  maximum  distinct",
                "id      left out        0     text                        4",
                "a       input           1        1     3        5         3",
                "b       input           0      2.5   2.5      2.5         1  constant",
                "kind    class           0     text                        2",
            ], "\(lines.joined(separator: "\n"))")
    }

    @Test func theTableIsNotWrittenOver() throws {
        var importer = try importer(numbers([:]))
        try FileManager.default.createSymbolicLink(atPath: folder.file("link.csv"), withDestinationPath: input)
        for name in ["table.csv", "link.csv", "./table.csv"] {
            importer.output = folder.file(name)
            #expect(message(importer).contains("would destroy"))
        }
        #expect(fileBytes(input) == Array(numbers([:]).utf8))
        importer.input = folder.file("link.csv")
        importer.output = input
        #expect(message(importer).contains("writing \(input) would destroy \(folder.file("link.csv"))"))
    }
}
