import Foundation
import NewtonCG

/// The parallel-efficiency report of any set of run folders: `scaling.md`, `scaling.csv`, figures, TALP's JSON.
package struct ScalingReport {
    package let runs: [MeasuredRun]
    package let series: [ScalingSeries]
    package let comparisons: [Crossover]
    package let checks: [ScalingCheck]
    private let pairs: [Pairs]
    private let target: TargetTable?
    private let prediction: Outlook?
    private var predict: StepPrediction? { prediction?.seconds }

    /// - Parameters:
    ///   - paths: run folders of `newton-cg train` and `newton-cg compare`.
    ///   - pairs: folders of rounds beside copies.
    ///   - target: a loss to come to; nil: the one that every run reached.
    ///   - prediction: from all series; nil: nothing is predicted.
    /// - Throws: a `DataError` that names every folder that can't be used, with the reason.
    package init(
        _ paths: [String], pairs: [String] = [], target: Double? = nil,
        prediction: (([ScalingSeries]) -> Outlook?)? = nil
    ) throws {
        var runs: [MeasuredRun] = [], comparisons: [Crossover] = [], rounds: [Pairs] = [], reasons: [String] = []
        func reading(_ body: () throws -> Void) {
            do { try body() } catch { reasons.append("\(error)") }
        }
        for path in paths {
            reading {
                if Crossover.isComparison(path) {
                    comparisons.append(try Crossover(path))
                } else {
                    runs.append(try MeasuredRun(path))
                }
            }
        }
        for path in pairs { reading { rounds.append(try Pairs(path)) } }
        guard reasons.isEmpty else { throw DataError(reasons.joined(separator: "\n")) }
        (self.runs, self.comparisons, self.pairs) = (runs, comparisons, rounds)
        series = ScalingSeries.group(runs)
        checks = ScalingCheck.all(runs, series)
        self.target = TargetTable(series, target: target)
        self.prediction = prediction?(series)
    }

    /// Writes everything into the folder, and prints the tables.
    package func write(in folder: String, _ print: (String) -> Void) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try csv.write(toFile: "\(folder)/scaling.csv", atomically: true, encoding: .utf8)
            for one in series {
                // TALP-Pages takes a folder of files for one table.
                let place = "\(folder)/talp/\(talpFolder(one))"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                for point in one.points {
                    try TALPOutput(point.middle).json.write(
                        toFile: "\(place)/ranks-\(point.ranks).json", atomically: true, encoding: .utf8)
                }
            }
        } catch {
            throw RunError("the report can't be written into \(folder): \(error.localizedDescription)")
        }
        var drawn: [String] = []
        do {
            for value in ScalingFigure.Value.allCases {
                let figure = ScalingFigure(value, series)
                if figure.isEmpty { continue }
                try figure.draw(in: folder)
                drawn.append(figure.name)
            }
        } catch {
            print("warning: \(error)")
        }
        do {
            try markdown(figures: drawn).write(toFile: "\(folder)/scaling.md", atomically: true, encoding: .utf8)
        } catch {
            throw RunError("the report can't be written into \(folder): \(error.localizedDescription)")
        }
        for line in lines { print(line) }
        print("report: \(folder)/scaling.md, scaling.csv, talp/" + drawn.map { ", " + $0 }.joined())
    }

    /// Of the same kind and size there is a series of each setting.
    private func talpFolder(_ one: ScalingSeries) -> String {
        let alike = series.filter { $0.slug == one.slug }
        guard alike.count > 1,
            let i = alike.firstIndex(where: { $0.reference.middle.name == one.reference.middle.name })
        else { return one.slug }
        return "\(one.slug)-\(i + 1)"
    }

    // MARK: The parts

    /// The poster's table.
    package func table(_ one: ScalingSeries) -> TextTable {
        TextTable(
            header: [
                "ranks", "batch", "runs", "seconds a step", "seconds an epoch", "least – most", "speed-up",
                "efficiency",
            ],
            rows: one.points.map { point in
                let epoch = point.epochSeconds
                return [
                    "\(point.ranks)", "\(point.batch)", "\(point.runs.count)", short(point.stepSeconds.median),
                    short(epoch.median), "\(short(epoch.minimum)) – \(short(epoch.maximum))",
                    decimals(one.speedUp(point), 2), decimals(100 * one.efficiency(point), 1) + " %",
                ]
            })
    }

    private var csv: String {
        var csv = CSVText([
            "series", "ranks", "threads", "batch", "runs", "step_seconds", "step_seconds_least", "step_seconds_most",
            "epoch_seconds", "samples_per_second", "speed_up", "efficiency", "load_balance", "serialisation",
            "transfer",
            "communication", "rank_efficiency", "thread_efficiency", "parallel_efficiency", "computation_scalability",
            "global_efficiency",
        ])
        for one in series {
            let reference = one.reference.efficiency
            for point in one.points {
                let e = point.efficiency, step = point.stepSeconds
                let numbers = [
                    step.median, step.minimum, step.maximum, point.epochSeconds.median,
                    Double(point.batch) / step.median, one.speedUp(point), one.efficiency(point), e.loadBalance,
                    e.serialisation, e.transfer, e.communication, e.rankEfficiency, e.threadEfficiency, e.parallel,
                    e.computationScalability(to: reference), e.global(to: reference),
                ]
                csv.add(
                    [
                        talpFolder(one), "\(point.ranks)", "\(e.threads)", "\(point.batch)", "\(point.runs.count)",
                    ] + numbers.map { "\($0)" })
            }
        }
        return csv.text
    }

    /// For the screen.
    private var lines: [String] {
        var lines = ["checks:"] + checks.map { "  " + $0.line }
        for one in series {
            lines += ["", one.title] + table(one).lines
            let tree = EfficiencyTree(one)
            lines += ["", "POP metrics by ranks:"] + tree.text + tree.remarks
        }
        for pair in pairs { lines += [""] + pair.lines }
        for one in comparisons {
            lines += ["", "\(one.name), to \(one.target):"] + one.table.lines + one.sentences(predict)
        }
        if let target { lines += ["", Self.targetTitle(target)] + target.table.lines }
        for one in series {
            lines += ["", "verdict, \(one.title):"] + Verdict(one, predict, on: prediction?.network ?? "").sentences
        }
        return lines + [""]
    }

    private static func targetTitle(_ target: TargetTable) -> String {
        "to a loss of \(short(target.loss))" + (target.isDefault ? " (the lowest that every run reached)" : "")
    }

    private func markdown(figures: [String]) -> String {
        var text = "# Parallel efficiency\n\nHow to read this report: docs/scaling.md.\n\n## Checks\n\n"
        text +=
            TextTable(header: ["check", "", ""], rows: checks.map { [$0.name, $0.verdict.rawValue, $0.detail] })
            .markdown
        if let widest = runs.max(by: { $0.ranks < $1.ranks }), let messages = MessageTable(widest) {
            text +=
                "\nMessages of \(widest.name), once all \(widest.ranks) ranks are there:\n\n" + messages.table.markdown
        }
        text += "\n## Verdict\n\n"
        for one in series {
            text +=
                "**\(one.title).** "
                + Verdict(one, predict, on: prediction?.network ?? "").sentences.joined(separator: " ") + "\n\n"
        }
        text += figures.map { "![\($0.dropLast(4)) over ranks](\($0))\n\n" }.joined()
        for one in series {
            let tree = EfficiencyTree(one)
            text += "## \(one.title.prefix(1).uppercased() + one.title.dropFirst())\n\n" + table(one).markdown
            text += "\nPOP metrics by ranks, of the run in the middle of each:\n\n" + tree.markdown + "\n"
            text += tree.remarks.map { "- \($0)\n" }.joined() + (tree.remarks.isEmpty ? "" : "\n")
            if one.points.contains(where: { !$0.efficiency.threadsMeasured }) {
                text += "The threads' own seconds were not measured: they count as busy while their rank is.\n\n"
            }
        }
        if !pairs.isEmpty {
            text += "## Against the machine's own slow-down\n\n"
            text += pairs.map { $0.lines.map { "- \($0)\n" }.joined() }.joined() + "\n"
        }
        if let prediction { text += prediction.markdown + "\n" }
        if let target {
            text +=
                "## Efficiency of the method\n\nTime \(Self.targetTitle(target)), in the mean over five batches:\n\n"
            text += target.table.markdown + "\n"
        }
        for one in comparisons {
            text += "### \(one.name), to \(one.target)\n\n" + one.table.markdown + "\n"
            text += one.sentences(predict).map { "- \($0)\n" }.joined() + "\n"
        }
        return text
    }
}
