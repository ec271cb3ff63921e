import Foundation

/// `metrics.csv`: a row per step and per evaluation, unused cells empty. Each row is flushed.
final class MetricsFile {
    /// Columns of every table; metrics that are not among these come after them.
    static let columns = [
        "step", "epoch", "seconds", "part", "loss", "accuracy", "rmse", "bleu", "gradient_norm", "learning_rate",
        "damping", "cg_iterations", "cg_status", "rho", "evaluations",
    ]
    /// Those of them that are metrics.
    static let metricColumns = ["loss", "accuracy", "rmse", "bleu"]

    private let path: String
    private let columns: [String]
    private let file: UnsafeMutablePointer<FILE>

    /// Opens the file; where it goes on, its rows after `step` are cut off.
    /// - Parameter metrics: what is evaluated.
    init(_ path: String, metrics: [Metric], resumingAt step: Int?) throws {
        self.path = path
        columns = Self.columns + metrics.map(\.name).filter { !Self.metricColumns.contains($0) }
        precondition(Set(columns).count == columns.count, "two columns of metrics.csv have one name: \(columns)")
        var text = columns.joined(separator: ",") + "\n"
        if let step, let old = try? String(contentsOfFile: path, encoding: .utf8) {
            // What follows the last line's end was cut off by a kill or a full disk.
            let whole = old.prefix(through: old.lastIndex(of: "\n") ?? old.startIndex)
            let rows = whole.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            // A program with other metrics may have begun it.
            let places = columns.map { name in rows.first?.firstIndex { $0 == name } }
            for row in rows.dropFirst() where Int(row[0]) ?? Int.max <= step {
                let cells = places.map { $0.map { $0 < row.count ? row[$0] : "" } ?? "" }
                text += cells.joined(separator: ",") + "\n"
            }
        }
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw RunError("\(path) can't be written: \(systemReason(error))")
        }
        guard let file = fopen(path, "a") else {
            throw RunError("\(path) can't be written: \(String(cString: strerror(errno)))")
        }
        self.file = file
    }

    deinit { fclose(file) }

    func step(_ position: RunPosition, _ report: StepReport) throws {
        try write(
            position, "train",
            [
                "loss": "\(report.loss)", "gradient_norm": "\(report.gradientNorm)",
                "learning_rate": "\(report.learningRate)", "damping": report.damping.map { "\($0)" },
                "cg_iterations": report.cgIterations.map(String.init), "cg_status": report.cgStatus,
                "rho": report.rho.map { "\($0)" }, "evaluations": report.evaluations.map(String.init),
            ])
    }

    func evaluation(_ position: RunPosition, _ part: String, _ metrics: Metrics) throws {
        let cells = metrics.values.map { ($0.metric.name, "\($0.value)") }
        try write(position, part, Dictionary(uniqueKeysWithValues: cells))
    }

    private func write(_ position: RunPosition, _ part: String, _ cells: [String: String?]) throws {
        let place = ["\(position.step)", "\(position.epochs)", "\(position.seconds)", part]
        let row = place + columns.dropFirst(place.count).map { (cells[$0] ?? nil) ?? "" }
        guard fputs(row.joined(separator: ",") + "\n", file) >= 0, fflush(file) == 0 else {
            throw RunError("\(path) can't be written: \(String(cString: strerror(errno)))")
        }
    }
}
