/// `report.md` of a training run, with figures.
public struct RunReport {
    private let record: TrainingRecord

    public init(_ record: TrainingRecord) { self.record = record }

    /// Writes the report and its figures into the run's folder, from its table of steps. Called on rank 0.
    public func write(_ console: Console) throws {
        console.line("")
        for line in record.profile.lines { console.line(line) }
        let metrics = try MetricsTable(record.folder.metrics)
        let drawn = draw(figures(metrics), in: record.folder, console)
        try record.folder.write(markdown(metrics, figures: drawn), to: "report.md")
    }

    private func markdown(_ metrics: MetricsTable, figures: [String]) -> String {
        var text = "# \(record.configuration.name)\n\n"
        text += record.head.map { "- \($0)\n" }.joined() + "\n"
        text += record.summary.map { "- \($0)\n" }.joined() + "\n"
        text += figures.map { "![\($0.dropLast(4)) over seconds and epochs](\($0))\n\n" }.joined()
        text += "## Evaluations\n\n" + evaluations(metrics).markdown
        text += "\n## Profile\n\n```\n" + record.profile.lines.map { $0 + "\n" }.joined() + "```\n"
        return text + "\nSeconds are those spent in steps. The configuration is `config.yaml`, every step is a row of "
            + "`metrics.csv`.\n"
    }

    private func evaluations(_ metrics: MetricsTable) -> TextTable {
        let rows = metrics.rows.filter { $0.part != "train" }
        var table = TextTable(header: ["part", "step", "epoch", "seconds", "loss", "accuracy, %", "RMSE"])
        for row in rows {
            table.rows.append([
                row.part, "\(row.step)", decimals(row.epoch, 2), decimals(row.seconds, 2), row.loss.map(short) ?? "",
                row.accuracy.map { decimals(100 * $0, 2) } ?? "", row.rmse.map(short) ?? "",
            ])
        }
        return table
    }

    private func figures(_ metrics: MetricsTable) -> [(name: String, figure: Figure)] {
        var parts: [String] = []
        for row in metrics.rows where row.part != "train" && !parts.contains(row.part) { parts.append(row.part) }
        func curves(_ metric: (MetricsTable.Row) -> Double?) -> [Figure.Curve] {
            parts.enumerated().map { .init(title: $1, colour: $0 + 1, points: metrics.evaluations($1, metric)) }
        }
        let batch = Figure.Curve(title: "training, each batch", colour: 0, points: metrics.batchLoss)
        return [
            ("loss.svg", Figure(metric: "loss", isLogarithmic: true, curves: [batch] + curves { $0.loss })),
            ("accuracy.svg", Figure(metric: "accuracy", isLogarithmic: false, curves: curves { $0.accuracy })),
            ("rmse.svg", Figure(metric: "RMSE", isLogarithmic: true, curves: curves { $0.rmse })),
        ]
    }
}
