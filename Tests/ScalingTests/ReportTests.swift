import Foundation
import NewtonCG
import Scaling
import TestSupport
import Testing

@Suite struct ScalingReportTests {
    @Test func allFilesAreWritten() throws {
        let runs = try Runs()
        try runs.write("a", ranks: 1, step: 1, verification: verification(ranks: 1))
        try runs.write("b", ranks: 2, step: 0.6, verification: verification(ranks: 2))
        try runs.write("c", ranks: 2, batch: 1024, step: 1.1, verification: verification(ranks: 2))
        for (name, ranks, step) in [
            ("together", 2, 0.6), ("beside-1", 1, 1.1), ("beside-2", 1, 1.1), ("alone", 1, 1.0),
        ] {
            try runs.write("rounds/1/\(name)", ranks: ranks, step: step)
        }
        var printed: [String] = []
        let out = runs.path("report")
        try ScalingReport(["a", "b", "c"].map(runs.path), pairs: [runs.path("rounds")]).write(in: out) {
            printed.append($0)
        }
        let text = try String(contentsOfFile: "\(out)/scaling.md", encoding: .utf8)
        for part in [
            "| symmetry of the operator | PASSED |", "| replicas identical | PASSED |",
            "not checked | \(runs.path("a")) holds",
            "| 2 | 512 | 1 | 0.6 | 60 | 60 – 60 | 1.67 | 83.3 % |", "| 2 | 1024 | 1 | 1.1 | 110 |",
            "- efficiency of 2 cores against 2 copies side by side: median 91.7 %",
            "## Prediction to 4,096 ranks\n\nNothing is predicted: none of the runs has two ranks or more",
            "- the same against one rank alone on the machine: median 83.3 %", "## Efficiency of the method",
        ] { #expect(text.contains(part), "\(part): \(text)") }
        #expect(
            printed.contains { $0.hasPrefix("report: ") }
                && printed.contains("POP metrics by ranks, of the run in the middle of each:"))

        let csv = try CSVTable("\(out)/scaling.csv").rowsByColumn
        #expect(
            csv.map { "\($0["series"]!) \($0["ranks"]!)" } == [
                "strong-512 1", "strong-512 2", "weak-512 1", "weak-512 2",
            ])
        let numbers = csv.map { row in row.mapValues { Double($0) } }
        for row in numbers {
            let product = ["load_balance", "serialisation", "transfer", "thread_efficiency"].reduce(1) {
                $0 * row[$1]!!
            }
            #expect(abs(product - row["parallel_efficiency"]!!) < 1e-12)
        }
        for series in ["strong-512", "weak-512"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(out)/talp/\(series)").sorted()
            #expect(names == ["ranks-1.json", "ranks-2.json"])
        }
    }

    /// From runs with messages to more ranks; the verdict says on which network.
    @Test func theModelPredicts() throws {
        let runs = try Runs()
        func series(_ reductions: [[String: Any]]) throws -> [ScalingSeries] {
            let one = try runs.write("a", ranks: 1, step: 1)
            let two = try runs.write(
                "b", ranks: 2, step: 0.51, seconds: even(2, step: 0.51, steps: 10, reduction: 0.01),
                reductions: reductions)
            return ScalingSeries.group([one, two])
        }
        let reductions: [[String: Any]] = [
            [
                "stage": "steps", "kind": "allreduce", "bytes": 400_000.0, "calls": [100, 100],
                "minimum": [1e-4, 1e-4],
                "mean": [1e-3, 1e-3], "maximum": [2e-3, 2e-3],
            ]
        ]
        let measured = try series(reductions)
        let prediction = try #require(Prediction(measured)), network = NetworkDescription.tenGigabitEthernet
        #expect(prediction.sections[0].markdown.hasPrefix("## Prediction to 4,096 ranks"))
        let predict: StepPrediction = { prediction.seconds(of: $0, ranks: $1, network: network) }
        let step = StepMeasurement(measured[0].points[1].middle)
        let four = try #require(predict(step, 4)), many = try #require(predict(step, 512))
        #expect(four > 0.25 && four < 0.3 && many < four && many > 10 * 2 * 400_000 / 1.175e9)
        let text = Verdict(measured[0], predict, on: network.name).sentences.joined(separator: " ")
        #expect(text.contains("; by the prediction (10 GbE) up to "), "\(text)")
        #expect(Prediction(try series([])) == nil)
        // The report's verdicts are on the first network that is named, else on the runs' own.
        for (networks, name) in [([network], "10 GbE"), (nil, "this machine (fitted)")]
            as [([NetworkDescription]?, String)]
        {
            _ = try series(reductions)
            var printed: [String] = []
            try ScalingReport(["a", "b"].map(runs.path), networks: networks).write(in: runs.path("out")) {
                printed.append($0)
            }
            #expect(printed.joined(separator: " ").contains("; by the prediction (\(name)) "), "\(printed)")
            // What is long is in the file alone.
            #expect(!printed.contains("Networks"))
        }
    }

    @Test func figuresShowTheIdeal() throws {
        let runs = try Runs()
        let series = try ScalingSeries.group([
            runs.write("a", ranks: 1, step: 1), runs.write("b", ranks: 4, step: 0.5),
            runs.write("c", ranks: 4, step: 0.4),
        ])
        let speed = ScalingFigure(.speedUp, series).script(output: "s.svg")
        #expect(speed.contains("x / 1 with lines dt 2") && speed.contains("set xtics (1, 4)"))
        // The median of two runs, with the slower and the faster beside it.
        #expect(speed.contains("\n4 2.22"), "\(speed)")
        let efficiency = ScalingFigure(.efficiency, series).script(output: "e.svg")
        #expect(efficiency.contains("80 with lines") && efficiency.contains("set yrange [0:110]"))
        #expect(ScalingFigure(.speedUp, ScalingSeries.group([try runs.write("d", ranks: 3, step: 1)])).isEmpty)
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let runs = try Runs()
        try runs.write("a", ranks: 1, step: 1)
        try write("", to: runs.path("file"))
        let text = sentence { try ScalingReport([runs.path("a")]).write(in: runs.path("file")) { _ in } }
        #expect(text.hasPrefix("the report can't be written into \(runs.path("file"))"), "\(text)")
    }
}
