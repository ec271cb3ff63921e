import Foundation

/// The line of a step: loss, gradient norm, damping, CG iterations and status, step length, reduction ratio, time.
enum MonitorLine {
    static func text(_ position: RunPosition, _ report: StepReport, seconds: Double) -> String {
        var words = [
            "step \(position.step)", "epoch \(decimals(position.epochs, 2))", "loss \(short(report.loss))",
            "|g| \(short(report.gradientNorm))",
        ]
        if let damping = report.damping { words.append("damping \(short(damping))") }
        if let iterations = report.cgIterations {
            words.append("cg \(iterations) (\(report.cgStatus ?? ""))")
        } else if let status = report.cgStatus {
            words.append(status)
        }
        if let evaluations = report.evaluations { words.append("evaluations \(evaluations)") }
        words.append("step length \(short(report.stepLength))")
        if let rho = report.rho { words.append("rho \(decimals(rho, 2))") }
        words.append(duration(seconds))
        if let remark = report.remark { words.append(remark) }
        return words.joined(separator: "  ")
    }
}

/// A number with so many decimals.
public func decimals(_ x: Double, _ count: Int) -> String { String(format: "%.\(count)f", x) }

/// A number with four digits.
public func short(_ x: Double) -> String { String(format: "%.4g", x) }

/// Seconds: with three digits where they are few, else with one decimal.
public func duration(_ seconds: Double) -> String { String(format: seconds < 10 ? "%.3g s" : "%.1f s", seconds) }
