import Foundation
import NewtonCG
import TestSupport
import Testing

/// `newton-cg compare` and the reports, as a user runs them, on a small table of numbers.
@Suite(.serialized) struct CompareCommandTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        var table = "a,b,y\n"
        for i in 0..<60 {
            let a = Double(i % 7) - 3, b = Double(i % 11) / 4 - 1.25
            table += "\(a),\(b),\(1 + 2 * a - 3 * b + 0.01 * Double(i % 3))\n"
        }
        try write(table, to: folder.file("plane.csv"))
        let made = try run(
            "newton-cg",
            ["data", "csv", "plane.csv", "--target", "y", "--standardise-target", "-o", "plane.h5"],
            directory: folder.path)
        #expect(made.status == 0, "\(made.error)")
        try write(
            """
            name: plane
            precision: float64
            data: {file: plane.h5}
            model: {layers: [{dense: {units: 1}}]}
            loss: mean_squared_error
            train: {steps: 3000, evaluate_every: 500 steps, checkpoint_every: 1000 steps}
            compare:
              seeds: 3
              target: {metric: loss, value: 1.0e-4, part: train}
              optimizers:
                Newton-CG: {newton_cg: {damping: {rule: fixed, initial: 0}, cg: {tolerance: 1.0e-10}}}
                SGD: {sgd: {learning_rate: [1.0e+10, 0.2, 0.01]}}
                Too large: {sgd: {learning_rate: 1.0e+10}}

            """, to: folder.file("plane.yaml"))
    }

    func compare(ranks: Int = 1, _ arguments: [String] = [], environment: [String: String] = [:]) throws -> Finished {
        let all = ["compare", "plane.yaml"] + arguments
        return ranks == 1
            ? try run("newton-cg", all, environment: environment, directory: folder.path)
            : try mpirun(ranks: ranks, "newton-cg", all, environment: environment, directory: folder.path)
    }

    /// The cells of a table by the columns' names; quoted cells have no line breaks here.
    func rows(_ path: String) throws -> [[String: String]] {
        let lines = try String(contentsOfFile: folder.file(path), encoding: .utf8).split(separator: "\n").map { line in
            var cells = [""], isQuoted = false
            for character in line {
                if character == "\"" {
                    isQuoted.toggle()
                } else if character == ",", !isQuoted {
                    cells.append("")
                } else {
                    cells[cells.count - 1].append(character)
                }
            }
            return cells
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    @Test func theTableSaysWhatTheRunsWere() throws {
        let finished = try compare()
        #expect(finished.status == 0, "\(finished.error)")
        let summary = try rows("runs/plane-compare/compare.csv")
        #expect(summary.map { $0["optimizer"] } == ["Newton-CG", "SGD", "Too large"])

        // A quadratic without damping: one step, seen at the beginning of the second.
        #expect(summary[0]["epochs_to_target"] == "1.0")
        #expect(summary[0]["reached"] == "3" && summary[0]["seeds"] == "3")
        #expect(summary[1]["settings"] == "learning_rate=0.2" && summary[1]["reached"] == "3")
        #expect(Double(summary[1]["epochs_to_target"]!)! > 5)
        #expect(Double(summary[1]["rmse_deviation"]!)! > 0)
        // Nothing but a divergence: one run, counted.
        #expect(summary[2]["diverged"] == "1" && summary[2]["seeds"] == "1" && summary[2]["loss"] == "")

        let runs = try rows("runs/plane-compare/runs.csv")
        #expect(runs.count == 3 + 5 + 1)
        #expect(runs.filter { $0["diverged"] == "true" }.count == 2)
        let best = runs.filter { $0["optimizer"] == "SGD" && $0["is_best"] == "true" }
        #expect(best.map { $0["seed"] } == ["1", "2", "3"])
        for run in best {
            #expect(Double(run["train_loss"]!)! <= 1e-4)
            let steps = try MetricsTable(folder.file("runs/plane-compare/" + run["metrics"]!))
            #expect(steps.batchLoss.count == Int(run["steps"]!))
            // The target was met by the last step's loss and by none before it.
            #expect(steps.batchLoss.last!.value <= 1e-4 && steps.batchLoss.dropLast().allSatisfy { $0.value > 1e-4 })
            #expect(steps.batchLoss.last!.epoch == Double(run["epochs_to_target"]!)!)
        }
        for text in ["SGD: learning_rate=0.2, the best of 3", "Too large 1", "training loss ≤ 0.0001", "3/3"] {
            #expect(finished.output.contains(text), "\(text) in \(finished.output)")
        }
        let report = try String(contentsOfFile: folder.file("runs/plane-compare/report.md"), encoding: .utf8)
        #expect(report.contains("| Newton-CG |") && report.contains("](loss.svg)"))
        #expect(
            try String(contentsOfFile: folder.file("runs/plane-compare/loss.svg"), encoding: .utf8).contains("</svg>"))
        let again = try Configuration.load(path: folder.file("runs/plane-compare/config.yaml"))
        #expect(again.compare?.optimizers.map(\.label) == ["Newton-CG", "SGD", "Too large"])
    }

    /// Each run that came to its end has a profile beside its table, and the scaling report shows the comparison.
    @Test func theScalingReportTakesTheFolder() throws {
        let finished = try compare(ranks: 2)
        #expect(finished.status == 0, "\(finished.error)")
        for row in try rows("runs/plane-compare/runs.csv") where row["diverged"] == "false" {
            let path = ComparedRun.profilePath(besideMetrics: row["metrics"]!)
            let profile = try RunProfile(folder.file("runs/plane-compare/" + path))
            #expect(profile.steps == Int(row["steps"]!) && profile.ranks == 2 && profile.batch == 48)
        }
        let report = try run(
            "newton-cg", ["scaling", "runs/plane-compare", "--output", "report"], directory: folder.path)
        #expect(report.status == 0, "\(report.error)")
        for text in [
            "Newton-CG: a batch of 48 keeps 48 ranks at most busy.", "Too large did not come to the target.",
            "loss 0.0001",
        ] { #expect(report.output.contains(text), "\(report.output)") }
    }

    /// Values on the way to the target, a batch of a setting's own, and a limit of time.
    @Test func milestonesBatchesAndTime() throws {
        let optimizers =
            "{Adam: {batch: [12, 24], adam: {learning_rate: 0.01}}, SGD: {sgd: {learning_rate: 0.01}}}"
        let finished = try compare([
            "--set", "compare.optimizers=\(optimizers)", "--set", "compare.milestones=[0.5, 0.05]",
            "--set", "compare.target={metric: loss, value: 0.002}", "--set", "train.evaluate_every=1",
        ])
        #expect(finished.status == 0, "\(finished.error)")
        #expect(finished.output.contains("seconds to 0.5") && finished.output.contains("seconds to 0.05"))
        #expect(
            finished.output.contains("batch=12")
                && finished.output.contains("Batch: full where a setting names no other"))
        for row in try rows("runs/plane-compare/runs.csv") {
            let metrics = try MetricsTable(folder.file("runs/plane-compare/" + row["metrics"]!))
            // 48 rows: 4 or 2 batches an epoch, or the one of all rows.
            let batches = ["batch=12": 4, "batch=24": 2][row["settings"]!] ?? 1
            #expect(metrics.batchLoss.dropFirst(batches).first?.epoch == 1, "\(row)")
            #expect(Double(row["best"]!)! <= Double(row["rmse"]!)!)
        }
        let late = try compare([
            "--run-dir", "late", "--set", "compare.seconds=1e-9", "--set", "train.evaluate_every=7 steps",
        ])
        #expect(late.status == 0, "\(late.error)")
        let runs = try rows("late/runs.csv").filter { $0["optimizer"] == "SGD" && $0["diverged"] == "false" }
        #expect(!runs.isEmpty && runs.allSatisfy { $0["steps"] == "7" })
    }

    /// Several optimizers one after the other are one line, and their grid is one.
    @Test func phasesAreALine() throws {
        let optimizers =
            "{SGD: {batch: 12, sgd: {learning_rate: 0.02}}, Both: {batch: 12, phases: [{epochs: [2, 3], optimizer: "
            + "{sgd: {learning_rate: 0.02}}}, {batch: full, optimizer: {lbfgs: {memory: 5}}}]}}"
        let finished = try compare([
            "--set", "compare.optimizers=\(optimizers)", "--set", "train.evaluate_every=1",
            "--set", "compare.target={metric: loss, value: 1e-4, part: train}", "--set", "train={epochs: 40}",
        ])
        #expect(finished.status == 0, "\(finished.error)")
        #expect(finished.output.contains("Both: phases[0].epochs="), "\(finished.output)")
        let summary = try rows("runs/plane-compare/compare.csv"), runs = try rows("runs/plane-compare/runs.csv")
        #expect(summary.map { $0["optimizer"] } == ["SGD", "Both"] && summary[1]["reached"] == "3")
        #expect(runs.filter { $0["optimizer"] == "Both" }.count == 4)
        func steps(_ name: String) throws -> MetricsTable {
            try MetricsTable(folder.file("runs/plane-compare/metrics/\(name)-seed1.csv"))
        }
        let (alone, both) = try (steps("SGD-1"), steps("Both-1"))
        // The first 8 steps are those of SGD alone; then an epoch is a step.
        #expect(both.batchLoss.prefix(8).map(\.value) == alone.batchLoss.prefix(8).map(\.value))
        #expect(both.batchLoss.dropFirst(9).first?.epoch == 3)
    }

    /// From one seed all optimizers start alike, whatever the number of ranks.
    @Test func startsAreEqualOnAnyNumberOfRanks() throws {
        #expect(try compare(["--run-dir", "one"]).status == 0)
        let three = try compare(ranks: 3, ["--run-dir", "three"])
        #expect(three.status == 0, "\(three.error)")
        let one = try rows("one/runs.csv")
        // Which setting wins hangs on the clock only where two reach the target about as soon.
        for (a, b) in zip(one, try rows("three/runs.csv")) {
            #expect(a["optimizer"] == b["optimizer"] && a["epochs_to_target"] == b["epochs_to_target"])
        }
        func first(_ name: String) throws -> Double {
            try MetricsTable(folder.file("one/metrics/\(name).csv")).batchLoss[0].value
        }
        #expect(try first("Newton-CG-1-seed2") == first("SGD-2-seed2"))
        #expect(try first("Newton-CG-1-seed2") != first("Newton-CG-1-seed1"))
        #expect(three.output.components(separatedBy: "run folder:").count == 2)
    }

    @Test func aFolderThatHoldsARunIsRefused() throws {
        #expect(try compare().status == 0)
        let second = try compare()
        #expect(second.status == 2 && second.error.contains("runs/plane-compare holds a run already"))
        #expect(try compare(["--overwrite", "--set", "compare.seeds=1"]).status == 0)
        #expect(try rows("runs/plane-compare/compare.csv")[0]["seeds"] == "1")
    }

    @Test(arguments: [
        ("exit 127", "gnuplot is not installed, so that no figures are drawn"),
        ("echo 'no fonts' >&2; exit 1", "gnuplot could not draw runs/plane-compare/loss.svg: no fonts"),
    ])
    func withoutGnuplotThereAreNoFigures(_ script: String, _ warning: String) throws {
        try FileManager.default.createDirectory(atPath: folder.file("bin"), withIntermediateDirectories: true)
        try write("#!/bin/sh\n\(script)\n", to: folder.file("bin/gnuplot"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/gnuplot"))
        let path = folder.file("bin") + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let finished = try compare(environment: ["PATH": path])
        #expect(finished.status == 0, "\(finished.error)")
        #expect(finished.output.contains("warning: " + warning), "\(finished.output)")
        let report = try String(contentsOfFile: folder.file("runs/plane-compare/report.md"), encoding: .utf8)
        #expect(report.contains("| Newton-CG |") && !report.contains(".svg"))
    }

    @Test(arguments: [
        (
            "compare.target={metric: accuracy, value: 0.9}",
            "the target's metric is accuracy, but this problem has loss and rmse"
        ),
        ("data.file=none.h5", "none.h5"), ("compare.seeds=0", "compare.seeds"),
    ])
    func badInputIsOneSentence(_ setting: String, _ part: String) throws {
        let finished = try compare(["--set", setting])
        #expect(finished.status == (setting.hasPrefix("data") ? 3 : 2))
        #expect(finished.error.contains(part) && finished.error.split(separator: "\n").count == 1, "\(finished.error)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("runs")))
    }

    @Test func aConfigurationForTrainingIsRefused() throws {
        var text = try String(contentsOfFile: folder.file("plane.yaml"), encoding: .utf8)
        text = String(text[..<text.range(of: "compare:")!.lowerBound]) + "optimizer: {adam: {learning_rate: 0.1}}\n"
        try write(text, to: folder.file("plane.yaml"))
        let finished = try compare()
        #expect(finished.status == 2 && finished.error.contains("there is no 'compare'"))

        // What it is for: a run, with a report in its folder.
        let trained = try run("newton-cg", ["train", "plane.yaml"], directory: folder.path)
        #expect(trained.status == 0, "\(trained.error)")
        let report = try String(contentsOfFile: folder.file("runs/plane/report.md"), encoding: .utf8)
        for text in ["3000 steps", "| test | 500 |", "| test | 3000 |", "](loss.svg)", "](rmse.svg)"] {
            #expect(report.contains(text), "\(text)")
        }
        #expect(try folder.contents.contains("runs"))
        #expect(FileManager.default.fileExists(atPath: folder.file("runs/plane/rmse.svg")))
    }
}
