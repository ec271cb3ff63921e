import Foundation

/// One number of a check: the relative error of something that should hold.
package struct Measurement: Equatable, Sendable {
    package let name: String
    /// nil: it could not be measured, because every probe crossed a kink.
    package let error: Double?
    package let tolerance: Double

    package init(_ name: String, _ error: Double?, tolerance: Double) {
        (self.name, self.error, self.tolerance) = (name, error, tolerance)
    }

    package var verdict: Verdict {
        guard let error else { return .skipped }
        // Not `error > tolerance`: what is not a number has failed.
        return error <= tolerance ? .passed : .failed
    }

    /// The error in two digits.
    package var number: String {
        guard let error else { return "kink" }
        return error == 0 ? "0" : String(format: "%.1e", error)
    }
}

package enum Verdict: String, Sendable {
    case passed = "PASSED"
    case failed = "FAILED"
    /// Neither: nothing could be measured.
    case skipped = "SKIPPED"
}

/// What was checked on one subject: a layer, the loss, or a property of the whole network.
package struct CheckResult: Sendable {
    package let name: String
    /// The kind of layer or loss; empty for a property of the network.
    package let kind: String
    package let measurements: [Measurement]
    /// What the reader should know beside the numbers.
    package var note = ""

    package var verdict: Verdict {
        let verdicts = measurements.map(\.verdict)
        return verdicts.contains(.failed) ? .failed : verdicts.contains(.skipped) ? .skipped : .passed
    }
}

/// The largest relative errors that pass.
package enum CheckTolerance {
    /// Against finite differences: a wrong term errs by its share of the result, right code by about 1e-10.
    package static let differences = 1e-6
    /// Identities that hold but for rounding: adjoints, symmetry, order of a batch, micro-batches, ranks.
    package static let identities = 1e-11
}

/// max |x|; not a number where one of the values is none.
func largest(_ x: [Double]) -> Double {
    x.reduce(0) { $0.isNaN || $0 > $1.magnitude ? $0 : $1.magnitude }
}

/// max |a − b| over max |b|, or over `scale` where that is larger; 0 where all is 0.
func relativeError(_ a: [Double], _ b: [Double], scale: Double = 0) -> Double {
    precondition(a.count == b.count)
    let error = largest(zip(a, b).map { $0 - $1 }), size = max(largest(b), scale)
    return error == 0 ? 0 : error / size
}

/// |a − Σ x_i y_i| over Σ |x_i y_i|, or over `scale` where that is larger.
func relativeError(_ a: Double, ofDot x: [Double], _ y: [Double], scale: Double = 0) -> Double {
    let products = zip(x, y).map { $0 * $1 }
    let error = (a - products.reduce(0, +)).magnitude
    return error == 0 ? 0 : error / max(products.reduce(0) { $0 + $1.magnitude }, scale)
}

func inner(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

/// What uᵀHv is measured by where H is nearly 0: a ten-thousandth of Σ |u_i g_i|, g the gradient.
func negligible(_ u: [Double], _ g: [Double]) -> Double { 1e-4 * zip(u, g).reduce(0) { $0 + ($1.0 * $1.1).magnitude } }
