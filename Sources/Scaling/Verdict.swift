import Foundation
import NewtonCG

/// A series in words: what limits it, where it falls below 80 %, and what to change, from its numbers.
package struct Verdict {
    package let sentences: [String]

    /// - Parameters:
    ///   - predict: seconds of a step on other numbers of ranks.
    ///   - network: on which network.
    package init(_ series: ScalingSeries, _ predict: StepPrediction? = nil, on network: String = "") {
        guard series.kind != .single else {
            let p = series.reference
            sentences = [
                "All runs of this setting are on \(counted(p.ranks, "rank")): how it scales is not seen. Run it on another number of ranks, "
                    + "with the same batch (strong) or the same batch a rank (weak)."
            ]
            return
        }
        let last = series.points.last!
        let efficiency = series.efficiency(last)
        var lines = [
            "On \(counted(last.ranks, "rank")) it does \(decimals(series.speedUp(last), 2)) times as many samples a second as on "
                + "\(counted(series.reference.ranks, "rank")): \(percent(efficiency)) of the ideal."
        ]
        lines.append(Self.limit(series, last))
        lines.append(Self.crossing(series, predict, network))
        lines += Self.changes(last)
        sentences = lines
    }

    /// The metric without parts that costs most.
    static func limit(_ series: ScalingSeries, _ point: ScalingSeries.Point) -> String {
        let e = point.efficiency, reference = series.reference.efficiency
        let parts: [(String, Double)] = [
            ("the balance of load", e.loadBalance), ("waiting for one another (serialisation)", e.serialisation),
            ("the time of reductions (transfer)", e.transfer), ("idle threads", e.threadEfficiency),
            ("more core time for the same samples (computation scalability)", e.computationScalability(to: reference)),
        ]
        let worst = parts.min { $0.1 < $1.1 }!
        guard worst.1 < 0.99 else { return "Nothing limits it: no metric is below 99 %." }
        var text = "What limits it most is \(worst.0), with \(percent(worst.1))"
        if worst.0 == parts[0].0, let uneven = point.middle.profile.unevenPhase {
            text +=
                ", most of all in the phase `\(uneven.phase)`: \(short(uneven.most)) s on the busiest rank, "
                + "\(short(uneven.mean)) s in the mean"
        }
        return text + "."
    }

    /// The first number of ranks whose efficiency is below 80 %.
    static func crossing(_ series: ScalingSeries, _ predict: StepPrediction?, _ network: String) -> String {
        let (reference, last) = (series.reference, series.points.last!)
        if let low = series.points.first(where: { series.efficiency($0) < 0.8 }) {
            let before = series.points.dropFirst().last { $0.ranks < low.ranks && series.efficiency($0) >= 0.8 }
            return "Efficiency is below 80 % on \(counted(low.ranks, "rank")) (\(percent(series.efficiency(low))))"
                + (before.map { ", and above on \($0.ranks)" } ?? "") + ": measured."
        }
        let none = "Efficiency stays above 80 % up to \(counted(last.ranks, "rank")), as far as was measured"
        guard let predict else { return none + "." }
        // Rates by the same model on both sides, so that its error cancels where it is the same.
        let step = StepMeasurement(last.middle)
        guard series.kind == .strong, let first = predict(step, reference.ranks) else { return none + "." }
        let place = network.isEmpty ? "by the prediction" : "by the prediction (\(network))"
        func efficiency(_ ranks: Int) -> Double? {
            predict(step, ranks).map { first / $0 * Double(reference.ranks) / Double(ranks) }
        }
        let most = mostRanks(from: last.ranks, limit: min(4096, last.batch)) { (efficiency($0) ?? 0) >= 0.8 }
        return none + "; \(place) \(most.isLost ? "" : "also ")up to \(most.ranks)."
    }

    /// Phases that grow with the samples of a batch.
    private static let ofSamples = ["data", "gradient", "product", "loss", "factors", "gram"]

    /// What would make it better, each with a number.
    static func changes(_ point: ScalingSeries.Point) -> [String] {
        let run = point.middle, e = point.efficiency, step = StepMeasurement(run)
        var lines: [String] = []
        let perRank = Double(point.batch) / Double(point.ranks)
        if point.batch % point.ranks != 0 {
            let above = (point.batch + point.ranks - 1) / point.ranks
            lines.append(
                "A batch of \(point.batch) does not divide by \(point.ranks): some ranks have \(above) samples, others "
                    + "\(above - 1). Take a batch of \(above * point.ranks).")
        }
        // k samples for one: work on samples grows by k, the rest stays. Wanted is 90 % of the time in work on samples.
        let samples =
            run.profile.seconds("steps", Self.ofSamples).reduce(0, +) / Double(point.ranks * run.profile.steps)
        if samples > 0, samples < 0.9 * step.seconds {
            let factor = 9 * (step.seconds - samples) / samples
            lines.append(
                "Batch: \(percent(samples / step.seconds)) of a rank's time is work on its \(short(perRank)) samples; with "
                    + "\(decimals(factor, factor < 10 ? 1 : 0)) times as many it would be 90 %, if all else stays.")
        }
        if case .newtonCG(let settings)? = run.configuration.optimizer, e.transfer < 0.9, settings.curvatureBatch < 1 {
            lines.append(
                "curvature_batch: products see \(percent(settings.curvatureBatch)) of the batch and reduce as many bytes as if they "
                    + "saw all of it; a larger fraction makes reductions a smaller part.")
        }
        if run.threads == 1, point.ranks > 1, e.communication < 0.9 {
            lines.append(
                "Threads: \(counted(point.ranks, "rank")) of 1 thread reduce among \(point.ranks); "
                    + "\(counted(max(1, point.ranks / 2), "rank")) of 2 threads use the same cores and reduce among half as many."
            )
        }
        if run.threads > 1, e.threadEfficiency < EfficiencyTree.low {
            lines.append(
                "Threads: of the \(run.threads) threads of a rank \(decimals(e.threadEfficiency * Double(run.threads), 1)) work in the "
                    + "mean; fewer threads and more ranks leave fewer of them idle.")
        }
        let inverses = run.profile.seconds("steps", ["inverses"])
        if let most = inverses.max(), let total = run.profile.seconds("steps").max(), most > 0.1 * total {
            lines.append(
                "Kronecker inverses are \(percent(most / total)) of the slowest rank's time, and whole matrices go to ranks: on more "
                    + "ranks than large factors they are not divided further. Raise invert_every, or take smaller layers."
            )
        }
        return lines
    }
}
