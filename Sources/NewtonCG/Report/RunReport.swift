/// `report.md` of a training run, with figures.
public struct RunReport {
    private let record: TrainingRecord
    /// A column each: some of every report, then what else the loss has.
    private let metrics: [Metric]

    /// - Parameter record: rank 0's, of a run that came to its end.
    public init(_ record: TrainingRecord) {
        self.record = record
        metrics = [.loss, .accuracy, .rmse].and(record.metrics)
    }

    /// Writes the report and its figures into the run's folder, from its table of steps. Called on rank 0.
    public func write(_ console: Console) throws {
        console.line("")
        for line in record.profile.lines { console.line(line) }
        let table = try MetricsTable(record.folder.metrics)
        let drawn = draw(figures(table), in: record.folder, console)
        try record.folder.write(markdown(table, figures: drawn), to: "report.md")
    }

    private func markdown(_ steps: MetricsTable, figures: [String]) -> String {
        var text = "# \(record.configuration.name)\n\n"
        text += record.head.map { "- \($0)\n" }.joined() + "\n"
        text += record.summary.map { "- \($0)\n" }.joined() + "\n"
        text += figures.map { "![\($0.dropLast(4)) over seconds and epochs](\($0))\n\n" }.joined()
        text += "## Evaluations\n\n" + evaluations(steps).markdown
        text += "\n## Profile\n\n```\n" + record.profile.lines.map { $0 + "\n" }.joined() + "```\n"
        return text + "\nSeconds are those spent in steps. The configuration is `config.yaml`, every step is a row of "
            + "`metrics.csv`.\n"
    }

    private func evaluations(_ steps: MetricsTable) -> TextTable {
        let rows = steps.rows.filter { $0.part != "train" }
        var table = TextTable(header: ["part", "step", "epoch", "seconds"] + metrics.map(\.heading))
        for row in rows {
            let place = [row.part, "\(row.step)", decimals(row.epoch, 2), decimals(row.seconds, 2)]
            table.rows.append(place + metrics.map { metric in row[metric.name].map { metric.text($0) } ?? "" })
        }
        return table
    }

    private func figures(_ steps: MetricsTable) -> [(name: String, figure: Figure)] {
        var parts: [String] = []
        for row in steps.rows where row.part != "train" && !parts.contains(row.part) { parts.append(row.part) }
        let batch = Figure.Curve(title: "training, each batch", colour: 0, points: steps.batchLoss)
        return metrics.map { metric in
            let curves = parts.enumerated().map { i, part in
                Figure.Curve(title: part, colour: i + 1, points: steps.evaluations(part, metric.name))
            }
            return (
                "\(metric.name).svg",
                Figure(
                    metric: metric.title, isLogarithmic: metric.isLogarithmic,
                    curves: metric == .loss ? [batch] + curves : curves)
            )
        }
    }
}
