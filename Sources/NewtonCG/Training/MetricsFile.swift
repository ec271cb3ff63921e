import Foundation

/// `metrics.csv`: a row per step and per evaluation, unused cells empty. Each row is flushed.
final class MetricsFile {
    static let columns = [
        "step", "epoch", "seconds", "part", "loss", "accuracy", "rmse", "bleu", "gradient_norm", "learning_rate",
        "damping", "cg_iterations", "cg_status", "rho", "evaluations",
    ]
    private let path: String
    private let file: UnsafeMutablePointer<FILE>

    /// Opens the file; where it goes on, its rows after `step` are cut off.
    init(_ path: String, resumingAt step: Int?) throws {
        self.path = path
        var text = Self.columns.joined(separator: ",") + "\n"
        if let step, let old = try? String(contentsOfFile: path, encoding: .utf8) {
            // What follows the last line's end was cut off by a kill or a full disk.
            let whole = old.prefix(through: old.lastIndex(of: "\n") ?? old.startIndex)
            let rows = whole.split(separator: "\n").dropFirst().filter { row in
                row.prefix { $0 != "," }.isEmpty == false && (Int(row.prefix { $0 != "," }) ?? Int.max) <= step
            }
            text += rows.map { $0 + "\n" }.joined()
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
                "\(report.loss)", "", "", "", "\(report.gradientNorm)", "\(report.learningRate)", text(report.damping),
                report.cgIterations.map(String.init) ?? "", report.cgStatus ?? "", text(report.rho),
                report.evaluations.map(String.init) ?? "",
            ])
    }

    func evaluation(_ position: RunPosition, _ part: String, _ metrics: Metrics) throws {
        try write(
            position, part,
            ["\(metrics.loss)", text(metrics.accuracy), text(metrics.rmse), "", "", "", "", "", "", "", ""])
    }

    private func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

    private func write(_ position: RunPosition, _ part: String, _ cells: [String]) throws {
        let row = ["\(position.step)", "\(position.epochs)", "\(position.seconds)", part] + cells
        guard fputs(row.joined(separator: ",") + "\n", file) >= 0, fflush(file) == 0 else {
            throw RunError("\(path) can't be written: \(String(cString: strerror(errno)))")
        }
    }
}
