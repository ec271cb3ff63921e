/// What a comparison came to: the table on the screen, `report.md` with its figures, `compare.csv` with a row an
/// optimizer, `runs.csv` with a row a run.
public struct ComparisonReport {
    private let result: ComparisonResult
    private let rows: [ComparisonRow]
    private var main: Metric { ComparisonRow.main(of: result.metrics) }

    /// - Parameter result: rank 0's.
    public init(_ result: ComparisonResult) {
        self.result = result
        rows = result.optimizers.map { ComparisonRow($0, part: result.shownPart, metrics: result.metrics) }
    }

    /// Writes all files into the folder and prints the table. Called on rank 0.
    public func write(in folder: RunFolder, _ console: Console) throws {
        console.line("")
        for line in table.lines { console.line(line) }
        console.line("")
        for line in notes { console.line(line) }
        try folder.write(summaryCSV, to: "compare.csv")
        try folder.write(runsCSV, to: "runs.csv")
        let drawn = draw(try figures(folder), in: folder, console)
        try folder.write(markdown(figures: drawn), to: "report.md")
        console.line("run folder: \(folder.path) (report.md, compare.csv, runs.csv\(drawn.map { ", " + $0 }.joined()))")
    }

    private var table: TextTable {
        let (part, hasTarget) = (result.shownPart, result.target != nil)
        let milestones = result.configuration.compare?.milestones ?? []
        return TextTable(
            header: ComparisonRow.header(
                part: part, metrics: result.metrics, target: hasTarget, milestones: milestones),
            rows: rows.map { $0.cells(part: part, target: hasTarget, milestones: milestones.count) })
    }

    /// What the table's reader must know.
    private var notes: [String] {
        let seeds = result.configuration.compare?.seeds.count ?? 1
        var lines: [String] = []
        for optimizer in result.optimizers where !optimizer.settings.isEmpty {
            lines.append("\(optimizer.label): \(optimizer.settings), the best of \(optimizer.grid.count)")
        }
        if let target = targetText {
            lines.append("Target: \(target). A run ends as soon as that is seen.")
        }
        lines.append("Best of a grid, by the first seed: \(choiceText).")
        if seeds > 1 {
            let which = result.target == nil ? "" : "; those to the target of the runs that reached it"
            lines.append(
                "Over \(seeds) seeds: mean ± standard deviation; epochs and seconds: median (smallest–largest)\(which)."
            )
        } else {
            lines.append("One seed: no spread is known.")
        }
        if let seconds = result.configuration.compare?.seconds {
            lines.append("A run ends at the first evaluation after \(short(seconds)) s of steps.")
        }
        if let part = result.shownPart {
            lines.append("Best: of all evaluations of the \(part) part in a run.")
            let (training, shown) = ("training \(main.title)", "\(part) \(main.title)")
            lines.append(
                "Gap: " + (main.better == .larger ? "\(training) less \(shown)" : "\(shown) less \(training)")
                    + (main.format == .percent ? ", in percentage points." : "."))
        }
        if hasOwnBatches {
            let batch = result.isFullBatch ? "full" : result.configuration.data.batch.resolved.flow
            lines.append("Batch: \(batch) where a setting names no other.")
        } else if case .samples(let batch) = result.configuration.data.batch, !result.isFullBatch {
            lines.append(
                "All optimizers see the same batches of \(batch); a batch of another size may suit one of them better.")
        }
        lines.append("Seconds are those spent in steps, evaluations excluded.")
        let diverged = rows.filter { $0.diverged > 0 }
        if !diverged.isEmpty {
            let list = diverged.map { "\($0.optimizer.label) \($0.diverged)" }.joined(separator: ", ")
            lines.append("Runs that diverged, not in the figures: \(list).")
        }
        return lines
    }

    private var hasOwnBatches: Bool {
        result.configuration.compare?.optimizers.contains { $0.candidates.contains { $0.hasOwnBatch } } ?? false
    }

    private var targetText: String? {
        result.target.map { target in
            let part = target.part == .train ? "training" : result.parts.first ?? ""
            let sign = result.metrics[target.metric]?.better == .larger ? "≥" : "≤"
            return "\(part) \(target.metric) \(sign) \(short(target.value))"
        }
    }

    private var choiceText: String {
        let part = result.parts.first
        let loss = part.map { "the smallest \($0) loss" } ?? "the smallest training loss"
        let warning = part == "test" ? " (there is no validation part, so that test decides)" : ""
        guard let target = result.target else { return loss + warning }
        let usesTest = target.part == .evaluation && part == "test"
        return "the soonest at the target in seconds" + (usesTest ? warning : "") + ", else \(loss)"
            + (usesTest ? "" : warning)
    }

    private var summaryCSV: String {
        var csv = CSVText(ComparisonRow.csvColumns(result.metrics))
        for row in rows { csv.add(row.csvCells(part: result.shownPart)) }
        return csv.text
    }

    /// Every run: the grids from the first seed, then the best settings from the others.
    private var runsCSV: String {
        // Of every table; other metrics come last.
        let known = ["loss", "accuracy", "rmse"], further = result.metrics.map(\.name).filter { !known.contains($0) }
        let columns = [
            "optimizer", "candidate", "settings", "is_best", "seed", "steps", "epochs", "seconds", "epochs_to_target",
            "seconds_to_target", "train_loss", "part", "loss", "accuracy", "rmse", "best", "diverged", "metrics",
        ]
        var csv = CSVText(columns + further)
        func cell(_ number: Double?) -> String? { number.map { "\($0)" } }
        for optimizer in result.optimizers {
            for run in optimizer.trials + optimizer.runs.dropFirst() {
                let shown = run.evaluated.first { $0.part == result.shownPart }?.metrics
                let isBest = run.candidate == optimizer.chosen
                let numbers = [run.epochs, run.seconds, run.arrival?.epochs, run.arrival?.seconds, run.train?.loss]
                let metrics = known.map { shown?[$0] } + [run.best]
                let head: [String?] = [
                    optimizer.label, "\(run.candidate + 1)", optimizer.grid[run.candidate], "\(isBest)", "\(run.seed)",
                    "\(run.steps)",
                ]
                let tail: [String?] = ["\(run.divergence != nil)", run.metricsPath]
                csv.add(
                    head + numbers.map(cell) + [result.shownPart] + metrics.map(cell) + tail
                        + further.map { cell(shown?[$0]) })
            }
        }
        return csv.text
    }

    /// The loss and other metrics of the best settings from all seeds. Where batches are full that is every step's
    /// training loss alone, else what was evaluated.
    private func figures(_ folder: RunFolder) throws -> [(name: String, figure: Figure)] {
        let part = result.shownPart
        let usesSteps = result.isFullBatch || part == nil
        // RMSE goes the way of the loss.
        let others = usesSteps ? [] : result.metrics.filter { $0 != .loss && $0 != .rmse }
        var curves = ([.loss] + others).map { (metric: $0, curves: [Figure.Curve]()) }
        for (i, optimizer) in result.optimizers.enumerated() {
            for (k, run) in optimizer.runs.enumerated() {
                let table = try MetricsTable("\(folder.path)/\(run.metricsPath)")
                for m in curves.indices {
                    let points = usesSteps ? table.batchLoss : table.evaluations(part!, curves[m].metric.name)
                    curves[m].curves.append(.init(title: k == 0 ? optimizer.label : nil, colour: i, points: points))
                }
            }
        }
        let loss = result.isFullBatch ? "training loss" : part.map { "\($0) loss" } ?? "loss of batches"
        return curves.map { metric, curves in
            let title = metric == .loss ? loss : "\(part ?? "") \(metric.title)"
            return (
                "\(metric.name).svg", Figure(metric: title, isLogarithmic: metric.isLogarithmic, curves: curves)
            )
        }
    }

    private func markdown(figures: [String]) -> String {
        var text = "# \(result.configuration.name): a comparison of optimizers\n\n"
        text += result.head.map { "- \($0)\n" }.joined() + "\n" + table.markdown + "\n"
        text += notes.map { "- \($0)\n" }.joined() + "\n"
        text += figures.map { "![\($0.dropLast(4)) over seconds and epochs](\($0))\n\n" }.joined()
        text += "## All settings, from the first seed\n\n"
        var grid = TextTable(header: [
            "optimizer", "settings", "epochs", "seconds", "target reached", "train loss",
            "\(result.shownPart ?? "") loss",
        ])
        for optimizer in result.optimizers {
            for run in optimizer.trials {
                let mark = run.candidate == optimizer.chosen && optimizer.grid.count > 1 ? " (best)" : ""
                let settings = optimizer.grid[run.candidate]
                let loss = run.evaluated.first { $0.part == result.shownPart }?.metrics.loss
                let length = run.divergence == nil ? [brief(run.epochs), brief(run.seconds)] : ["diverged", ""]
                let losses = [run.train.map { brief($0.loss) } ?? "", loss.map(brief) ?? ""]
                grid.rows.append(
                    [optimizer.label + mark, settings.isEmpty ? "as configured" : settings] + length
                        + [run.arrival == nil ? "no" : "yes"] + losses)
            }
        }
        text += grid.markdown + "\nEvery run is a row of `runs.csv`; its steps are in `metrics/`.\n"
        return text
    }
}
