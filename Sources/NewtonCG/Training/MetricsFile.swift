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

    /// Opens the file; where it goes on, its rows after `step` are cut off, and all others stay, with all columns that they
    /// have.
    /// - Parameter metrics: what is evaluated.
    /// - Throws: a `DataError` where it is to go on and has what is not understood; then it stays as it was.
    init(_ path: String, metrics: [Metric], resumingAt step: Int?) throws {
        self.path = path
        var columns = Self.columns + metrics.map(\.name).filter { !Self.metricColumns.contains($0) }
        precondition(Set(columns).count == columns.count, "two columns of metrics.csv have one name: \(columns)")
        let old = try step.flatMap { _ in
            access(path, F_OK) == 0 ? try Self.rowsOfRun(path, bytes: try readBytes(path)) : nil
        }
        // A program with other metrics may have begun it.
        columns += old?.columns.filter { !columns.contains($0) } ?? []
        self.columns = columns
        var table = CSVText(columns)
        if let step, let old {
            let places = columns.map { name in old.columns.firstIndex(of: name) }
            for row in old.rows where row.step <= step { table.add(places.map { $0.map { row.cells[$0] } }) }
        }
        do {
            try table.text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw RunError("\(path) can't be written: \(systemReason(error))")
        }
        guard let file = fopen(path, "a") else {
            throw RunError("\(path) can't be written: \(String(cString: strerror(errno)))")
        }
        self.file = file
    }

    deinit { fclose(file) }

    /// What is there of a run that goes on; nil: nothing. A last line without an end was cut off by a kill or a full disk,
    /// unless it has all of its cells.
    /// - Throws: a `DataError`; the file is as it was.
    private static func rowsOfRun(_ path: String, bytes: [UInt8]) throws -> MetricsRows? {
        let lineEnds: Set<UInt8> = [0x0A, 0x0D]
        let begun = bytes.lastIndex(where: lineEnds.contains).map { $0 + 1 } ?? 0
        if begun == 0 {
            let begin = columns.joined(separator: ",").utf8
            guard bytes.isEmpty || begin.starts(with: bytes) || bytes.starts(with: begin) else {
                throw DataError("\(path) is no table of steps: take it away, or put the run's own back")
            }
            return nil
        }
        return try (try? MetricsRows(path, bytes: bytes)) ?? MetricsRows(path, bytes: Array(bytes[..<begun]))
    }

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
