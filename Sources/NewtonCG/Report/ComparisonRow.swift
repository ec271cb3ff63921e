import Foundation

/// An optimizer's row in the table of a comparison: its best setting over the seeds. Runs that diverged are counted,
/// and take no part in the figures.
struct ComparisonRow {
    let optimizer: ComparedOptimizer
    let diverged: Int
    private let metrics: [Metric]
    /// Of the training part.
    let trainLoss: Spread?
    /// By metric, of the part that is shown.
    private let shown: [String: Spread]
    /// How much worse the shown part is than the training part, in the main metric.
    let gap: Spread?
    /// The best of all evaluations of the part that is shown, in the main metric.
    let best: Spread?
    /// Of the runs that met it, by milestone.
    let secondsToMilestones: [Spread?]
    /// Of the runs that reached the target.
    let epochsToTarget, secondsToTarget: Spread?
    /// Of whole runs.
    let seconds: Spread?

    /// - Parameters:
    ///   - part: the one that is shown; nil: there is none.
    ///   - metrics: the loss, the main metric where there is another, the rest.
    init(_ optimizer: ComparedOptimizer, part: String?, metrics: [Metric]) {
        (self.optimizer, self.metrics) = (optimizer, metrics)
        let runs = optimizer.runs.filter { $0.divergence == nil }, main = Self.main(of: metrics)
        func shown(_ run: ComparedRun) -> Metrics? { run.evaluated.first { $0.part == part }?.metrics }
        diverged = optimizer.runs.count - runs.count
        trainLoss = Spread(runs.compactMap { $0.train?.loss })
        self.shown = metrics.reduce(into: [:]) { spreads, metric in
            spreads[metric.name] = Spread(runs.compactMap { shown($0)?[metric] })
        }
        gap = Spread(
            runs.compactMap { run in
                guard let train = run.train?[main], let shown = shown(run)?[main] else { return nil }
                return main.better == .larger ? train - shown : shown - train
            })
        best = Spread(runs.compactMap(\.best))
        secondsToMilestones = (runs.first?.milestones.indices ?? 0..<0).map { i in
            Spread(runs.compactMap { $0.milestones[i]?.seconds })
        }
        epochsToTarget = Spread(runs.compactMap { $0.arrival?.epochs })
        secondsToTarget = Spread(runs.compactMap { $0.arrival?.seconds })
        seconds = Spread(runs.map(\.seconds))
    }

    /// The metric in which settings are compared where there is room for one.
    static func main(of metrics: [Metric]) -> Metric { metrics.count > 1 ? metrics[1] : metrics[0] }

    static func header(part: String?, metrics: [Metric], target: Bool, milestones: [Double]) -> [String] {
        var cells = ["optimizer", "train loss"]
        if let part { cells += metrics.map { "\(part) \($0.heading)" } + ["best", "gap"] }
        cells += milestones.map { "seconds to \(short($0))" }
        if target { cells += ["reached", "epochs to target", "seconds to target"] }
        return cells + ["seconds of a run"]
    }

    func cells(part: String?, target: Bool, milestones: Int) -> [String] {
        func text(_ spread: Spread?, _ metric: Metric) -> String {
            spread?.meanText { metric.text($0, number: brief) } ?? "–"
        }
        var cells = [optimizer.label, trainLoss?.meanText(brief) ?? "diverged"]
        if part != nil {
            let main = Self.main(of: metrics)
            cells += metrics.map { text(shown[$0.name], $0) } + [text(best, main), text(gap, main)]
        }
        cells += (0..<milestones).map { i in
            (i < secondsToMilestones.count ? secondsToMilestones[i] : nil)?.medianText(brief) ?? "–"
        }
        if target {
            cells.append("\(epochsToTarget?.count ?? 0)/\(optimizer.runs.count)")
            cells += [epochsToTarget?.medianText(brief) ?? "–", secondsToTarget?.medianText(brief) ?? "–"]
        }
        return cells + [seconds?.medianText(brief) ?? "–"]
    }

    private static let metricColumns = ["loss", "accuracy", "rmse"]

    /// Metrics that are no columns of every table come last.
    private static func further(_ metrics: [Metric]) -> [String] {
        metrics.map(\.name).filter { !metricColumns.contains($0) }
    }

    static func csvColumns(_ metrics: [Metric]) -> [String] {
        func mean(_ name: String) -> [String] { [name, "\(name)_deviation"] }
        return ["optimizer", "settings", "settings_tried", "seeds", "diverged", "part"]
            + (["train_loss"] + metricColumns + ["best", "gap"]).flatMap(mean)
            + [
                "reached", "epochs_to_target", "epochs_minimum", "epochs_maximum", "seconds_to_target",
                "seconds_minimum", "seconds_maximum", "seconds",
            ] + further(metrics).flatMap(mean)
    }

    func csvCells(part: String?) -> [String?] {
        func number(_ x: Double?) -> String? { x.map { "\($0)" } }
        func mean(_ s: Spread?) -> [String?] { [number(s?.mean), number(s?.deviation)] }
        func median(_ s: Spread?) -> [String?] { [number(s?.median), number(s?.minimum), number(s?.maximum)] }
        let head: [String?] = [
            optimizer.label, optimizer.settings, "\(optimizer.grid.count)", "\(optimizer.runs.count)", "\(diverged)",
            part,
        ]
        let means = [trainLoss] + Self.metricColumns.map { shown[$0] } + [best, gap]
        return head + means.flatMap(mean) + ["\(epochsToTarget?.count ?? 0)"] + median(epochsToTarget)
            + median(secondsToTarget) + [number(seconds?.median)]
            + Self.further(metrics).flatMap { mean(shown[$0]) }
    }
}

/// A number with three digits; whole where it is larger.
func brief(_ x: Double) -> String { abs(x) >= 100 && abs(x) < 1e6 ? decimals(x, 0) : String(format: "%.3g", x) }
