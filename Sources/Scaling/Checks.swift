import Foundation
import NewtonCG

/// What has to be right before speed is spoken of, in the manner of HPCG.
package struct ScalingCheck: Equatable, Sendable {
    package enum Verdict: String, Sendable {
        case passed = "PASSED"
        case failed = "FAILED"
        case notChecked = "not checked"
    }
    package let name: String
    package let verdict: Verdict
    /// The numbers, or why it was not checked.
    package let detail: String

    package var line: String { "\(name): \(verdict.rawValue) (\(detail))" }
}

extension ScalingCheck {
    /// All checks of a set of runs.
    package static func all(_ runs: [MeasuredRun], _ series: [ScalingSeries]) -> [ScalingCheck] {
        [symmetry(runs), replicas(runs)] + series.filter { $0.kind == .strong }.map(sameResult)
    }

    /// uᵀBv = vᵀBu, as `train --verify` found it.
    package static func symmetry(_ runs: [MeasuredRun]) -> ScalingCheck {
        let name = "symmetry of the operator"
        let checked = runs.filter { $0.profile.verification?.symmetry != nil }
        guard let worst = checked.max(by: { excess($0) < excess($1) }),
            let result = worst.profile.verification?.symmetry
        else {
            let reason = runs.lazy.compactMap { $0.profile.verification?.symmetryNotChecked }.first
            return ScalingCheck(name: name, verdict: .notChecked, detail: reason ?? Self.unverified)
        }
        return ScalingCheck(
            name: name, verdict: checked.allSatisfy { $0.profile.verification!.symmetry!.passed } ? .passed : .failed,
            detail: "|uᵀBv − vᵀBu| / (‖Bu‖ + ‖Bv‖) at most \(short(result.error)), bound \(short(result.bound)), in "
                + "\(worst.name)" + partly(checked.count, of: runs.count))
    }

    /// The ranks' parameters are the same bits.
    package static func replicas(_ runs: [MeasuredRun]) -> ScalingCheck {
        let name = "replicas identical"
        let several = runs.filter { $0.ranks > 1 }
        guard !several.isEmpty else {
            return ScalingCheck(name: name, verdict: .notChecked, detail: "no run has more than one rank")
        }
        let checked = several.filter { $0.profile.verification != nil }
        guard !checked.isEmpty else { return ScalingCheck(name: name, verdict: .notChecked, detail: Self.unverified) }
        if let wrong = checked.first(where: { !$0.profile.verification!.replicas.identical }) {
            return ScalingCheck(name: name, verdict: .failed, detail: "the ranks of \(wrong.name) differ")
        }
        return ScalingCheck(
            name: name, verdict: .passed,
            detail: "digests of parameters, average and statistics on up to \(checked.map(\.ranks).max()!) ranks"
                + partly(checked.count, of: several.count))
    }

    private static let unverified = "the runs were made without `train --verify`"
    private static func partly(_ some: Int, of all: Int) -> String {
        some < all ? "; \(all - some) of \(all) runs were made without --verify" : ""
    }
    private static func excess(_ run: MeasuredRun) -> Double {
        run.profile.verification?.symmetry.map { $0.error.isFinite ? $0.error / $0.bound : .infinity } ?? 0
    }
}

extension ScalingCheck {
    /// Whether the runs of a strong series came to what the run on the fewest ranks came to.
    ///
    /// The first step's loss is computed at the same parameters: ranks differ in the order of sums only, which is worth
    /// at most 4ε√n for a batch of n (Higham and Mary 2019). From then on a difference grows with every step, as the
    /// problem's condition has it; tenfold a step is allowed. A loss is compared as long as that leaves its first digit
    /// to compare, and the parameters at the end where the run was no longer than that: in float32 some three steps, in
    /// float64 some twelve. What comes later says nothing about ranks.
    package static func sameResult(_ series: ScalingSeries) -> ScalingCheck {
        let name =
            "same result as on \(series.reference.ranks) \(series.reference.ranks == 1 ? "rank" : "ranks")"
            + ", batch \(series.reference.batch)"
        do {
            let reference = try Outcome(series.reference.middle)
            let others = try series.points.dropFirst().map { try Outcome($0.middle) }
            return check(name, reference, others)
        } catch {
            return ScalingCheck(name: name, verdict: .notChecked, detail: "\(error)")
        }
    }

    /// Losses of a run's steps, and its parameters at the end.
    package struct Outcome {
        package let ranks, batch, step: Int
        package let losses: [Double]
        package let parameters: [Double]
        package let epsilon: Double

        package init(_ run: MeasuredRun) throws {
            guard let newest = run.folder.savedSteps().first else {
                throw DataError("\(run.name) holds no checkpoint")
            }
            self.init(
                ranks: run.ranks, batch: run.batch, step: newest.step, losses: run.metrics.batchLoss.map(\.value),
                parameters: try flatParameters(ofCheckpoint: newest.path),
                epsilon: run.configuration.precision == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne)
        }

        package init(ranks: Int, batch: Int, step: Int, losses: [Double], parameters: [Double], epsilon: Double) {
            (self.ranks, self.batch, self.step) = (ranks, batch, step)
            (self.losses, self.parameters, self.epsilon) = (losses, parameters, epsilon)
        }
    }

    package static func check(_ name: String, _ reference: Outcome, _ others: [Outcome]) -> ScalingCheck {
        let first = 4 * reference.epsilon * Double(reference.batch).squareRoot()
        func bound(_ step: Int) -> Double { first * pow(10, Double(step)) }
        let steps = min(reference.losses.count, max(1, Int(log10(0.1 / first).rounded(.down))))
        let comparesEnd = bound(reference.step) <= 0.1
        func relative(_ a: Double, _ b: Double) -> Double { a == b ? 0 : abs(a - b) / max(abs(a), abs(b)) }
        var isRight = true, worst = Array(repeating: 0.0, count: steps), end = 0.0
        for other in others {
            guard other.step == reference.step, other.parameters.count == reference.parameters.count else {
                return ScalingCheck(
                    name: name, verdict: .notChecked,
                    detail: "the newest checkpoint on \(other.ranks) ranks is of step \(other.step), the one on "
                        + "\(reference.ranks) of step \(reference.step)")
            }
            guard steps > 0, other.losses.count >= steps else {
                return ScalingCheck(
                    name: name, verdict: .notChecked, detail: "metrics.csv lacks the first steps' losses")
            }
            for k in 0..<steps {
                let difference = relative(other.losses[k], reference.losses[k])
                worst[k] = max(worst[k], difference.isFinite ? difference : .infinity)
                if worst[k] > bound(k) { isRight = false }
            }
            let difference = zip(other.parameters, reference.parameters).reduce(0) { sum, pair in
                sum + (pair.0 - pair.1) * (pair.0 - pair.1)
            }.squareRoot()
            let size = reference.parameters.reduce(0) { $0 + $1 * $1 }.squareRoot()
            end = max(end, difference.isFinite ? difference / max(size, .leastNormalMagnitude) : .infinity)
            if comparesEnd, end > bound(reference.step) { isRight = false }
        }
        let losses = worst.indices.prefix(3).map { "\(short(worst[$0])) (bound \(short(bound($0))))" }.joined(
            separator: ", ")
        let numbers =
            "losses of the first steps differ by \(losses)\(steps > 3 ? ", … to step \(steps)" : ""); parameters after \(counted(reference.step, "step")) by \(short(end)) "
            + (comparesEnd
                ? "(bound \(short(bound(reference.step))))"
                : "(no bound: in so many steps rounding alone may drive runs apart)")
        return ScalingCheck(name: name, verdict: isRight ? .passed : .failed, detail: numbers)
    }
}
