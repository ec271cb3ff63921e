import Foundation
import NewtonCG
import TestSupport
import Testing

@Suite struct TextTableTests {
    let table = TextTable(header: ["name", "n"], rows: [["Adam ±", "7"], ["b|c", "1234"]])

    @Test func columnsAreAligned() {
        #expect(table.lines == ["name       n", "────────────", "Adam ±     7", "b|c     1234"])
    }

    @Test func markdown() {
        #expect(table.markdown == "| name | n |\n| --- | ---: |\n| Adam ± | 7 |\n| b\\|c | 1234 |\n")
    }

    @Test func cellsThatNeedItAreQuoted() {
        var csv = CSVText(["a", "b"])
        csv.add(["rate=1, momentum=0.9", nil])
        csv.add(["a \"b\"", "2"])
        #expect(csv.text == "a,b\n\"rate=1, momentum=0.9\",\n\"a \"\"b\"\"\",2\n")
    }
}

@Suite struct MetricsTableTests {
    let folder: TemporaryFolder
    let header =
        "step,epoch,seconds,part,loss,accuracy,rmse,bleu,gradient_norm,learning_rate,damping,cg_iterations,cg_status,rho,evaluations"

    init() throws { folder = try TemporaryFolder() }

    func table(_ lines: [String]) throws -> MetricsTable {
        try write(lines.map { $0 + "\n" }.joined(), to: folder.file("metrics.csv"))
        return try MetricsTable(folder.file("metrics.csv"))
    }

    /// A batch's loss is computed where a step begins.
    @Test func batchLossesStandAtTheBeginningOfTheirStep() throws {
        let table = try table([
            header, "1,0.5,0.25,train,3,,,,1,1,,,,,", "2,1,0.5,train,2,,,,1,1,0.1,5,converged,1,",
            "2,1,0.5,test,4,0.75,,,,,,,,,",
            "3,1.5,1,train,1,,,,1,1,,,,,",
        ])
        #expect(table.batchLoss.map(\.value) == [3, 2, 1])
        #expect(table.batchLoss.map(\.seconds) == [0, 0.25, 0.5])
        #expect(table.batchLoss.map(\.epoch) == [0, 0.5, 1])
        #expect(table.evaluations("test", "accuracy") == [.init(epoch: 1, seconds: 0.5, value: 0.75)])
        #expect(table.evaluations("test", "rmse") == [])
        #expect(table.evaluations("validation", "loss") == [])
    }

    /// Metrics of a loss that the library does not know stand behind all other columns.
    @Test func furtherMetricsAreRead() throws {
        let table = try table([header + ",near", "1,0.5,0.25,train,3,,,,1,1,,,,,,", "1,0.5,0.25,test,4,,,,,,,,,,,0.25"])
        #expect(table.evaluations("test", "near").map(\.value) == [0.25])
        #expect(table.evaluations("test", "loss").map(\.value) == [4] && table.batchLoss.map(\.value) == [3])
    }

    @Test func aDamagedLineIsNamed() {
        #expect(sentence { _ = try table([header, "1,0.5,0.25,tr"]) }.hasPrefix("line 2 of "))
    }

    @Test func anotherTableIsRefused() {
        #expect(sentence { _ = try table(["a,b", "1,2"]) }.contains("is no table of steps"))
        #expect(sentence { _ = try MetricsTable(folder.file("none.csv")) }.contains("can't be read"))
    }
}

@Suite struct FigureTests {
    @Test func titlesWithQuotesAreDrawn() throws {
        let folder = try TemporaryFolder()
        let points = (0..<2000).map {
            MetricsTable.Point(epoch: Double($0), seconds: Double($0) / 9, value: 1 / Double($0 + 1))
        }
        let figure = Figure(
            metric: "it's a loss", isLogarithmic: true,
            curves: [
                .init(title: "Adam's $x_1", colour: 0, points: points),
                .init(title: nil, colour: 9, points: [points[0]]),
            ])
        try figure.draw(folder.file("loss.svg"))
        let svg = try String(contentsOfFile: folder.file("loss.svg"), encoding: .utf8)
        #expect(svg.contains("Adam's $x_1") || svg.contains("Adam&apos;s $x_1") || svg.contains("Adam&#39;s $x_1"))
        #expect(svg.contains("seconds in steps") && svg.contains("epochs"))
        #expect(svg.contains("</svg>"))
    }

    @Test func aFolderThatIsNotThereIsTold() {
        let figure = Figure(metric: "loss", isLogarithmic: false, curves: [])
        #expect(
            sentence { try figure.draw("/nowhere/at/all.svg") }.hasPrefix(
                "gnuplot could not draw /nowhere/at/all.svg: "))
    }
}
