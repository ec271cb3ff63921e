import Foundation

/// An optimizer's row in the table of a comparison: its best setting over the seeds. Runs that diverged are counted,
/// and take no part in the figures.
struct ComparisonRow {
    let optimizer: ComparedOptimizer
    let diverged: Int
    /// Of the training part, and of the part that is shown.
    let trainLoss, loss, accuracy, rmse: Spread?
    /// How much worse the shown part is than the training part: in accuracy, else in RMSE, else in loss.
    let gap: Spread?
    /// The best of all evaluations of the part that is shown.
    let best: Spread?
    /// Of the runs that met it, by milestone.
    let secondsToMilestones: [Spread?]
    /// Of the runs that reached the target.
    let epochsToTarget, secondsToTarget: Spread?
    /// Of whole runs.
    let seconds: Spread?

    init(_ optimizer: ComparedOptimizer, part: String?) {
        self.optimizer = optimizer
        let runs = optimizer.runs.filter { $0.divergence == nil }
        func shown(_ run: ComparedRun) -> Metrics? { run.evaluated.first { $0.part == part }?.metrics }
        diverged = optimizer.runs.count - runs.count
        trainLoss = Spread(runs.compactMap { $0.train?.loss })
        loss = Spread(runs.compactMap { shown($0)?.loss })
        accuracy = Spread(runs.compactMap { shown($0)?.accuracy })
        rmse = Spread(runs.compactMap { shown($0)?.rmse })
        gap = Spread(
            runs.compactMap { run in
                guard let train = run.train, let shown = shown(run) else { return nil }
                if let a = train.accuracy, let b = shown.accuracy { return a - b }
                if let a = train.rmse, let b = shown.rmse { return b - a }
                return shown.loss - train.loss
            })
        best = Spread(runs.compactMap(\.best))
        secondsToMilestones = (runs.first?.milestones.indices ?? 0..<0).map { i in
            Spread(runs.compactMap { $0.milestones[i]?.seconds })
        }
        epochsToTarget = Spread(runs.compactMap { $0.arrival?.epochs })
        secondsToTarget = Spread(runs.compactMap { $0.arrival?.seconds })
        seconds = Spread(runs.map(\.seconds))
    }

    static func header(part: String?, accuracy: Bool, target: Bool, milestones: [Double]) -> [String] {
        var cells = ["optimizer", "train loss"]
        if let part { cells += ["\(part) loss", "\(part) \(accuracy ? "accuracy, %" : "RMSE")", "best", "gap"] }
        cells += milestones.map { "seconds to \(short($0))" }
        if target { cells += ["reached", "epochs to target", "seconds to target"] }
        return cells + ["seconds of a run"]
    }

    func cells(part: String?, accuracy isAccuracy: Bool, target: Bool, milestones: Int) -> [String] {
        func percent(_ x: Double) -> String { decimals(100 * x, 2) }
        let text = isAccuracy ? percent : brief
        var cells = [optimizer.label, trainLoss?.meanText(brief) ?? "diverged"]
        if part != nil {
            cells += [loss?.meanText(brief) ?? "–", (isAccuracy ? accuracy : rmse)?.meanText(text) ?? "–"]
            cells += [best?.meanText(text) ?? "–", gap?.meanText(text) ?? "–"]
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

    static let csvColumns = [
        "optimizer", "settings", "settings_tried", "seeds", "diverged", "part", "train_loss", "train_loss_deviation",
        "loss", "loss_deviation", "accuracy", "accuracy_deviation", "rmse", "rmse_deviation", "best", "best_deviation",
        "gap", "gap_deviation",
        "reached", "epochs_to_target", "epochs_minimum", "epochs_maximum", "seconds_to_target", "seconds_minimum",
        "seconds_maximum", "seconds",
    ]

    func csvCells(part: String?) -> [String?] {
        func number(_ x: Double?) -> String? { x.map { "\($0)" } }
        func mean(_ s: Spread?) -> [String?] { [number(s?.mean), number(s?.deviation)] }
        func median(_ s: Spread?) -> [String?] { [number(s?.median), number(s?.minimum), number(s?.maximum)] }
        let head: [String?] = [
            optimizer.label, optimizer.settings, "\(optimizer.grid.count)", "\(optimizer.runs.count)", "\(diverged)",
            part,
        ]
        return head + mean(trainLoss) + mean(loss) + mean(accuracy) + mean(rmse) + mean(best) + mean(gap)
            + ["\(epochsToTarget?.count ?? 0)"] + median(epochsToTarget) + median(secondsToTarget)
            + [number(seconds?.median)]
    }
}

/// A number with three digits; whole where it is larger.
func brief(_ x: Double) -> String { abs(x) >= 100 && abs(x) < 1e6 ? decimals(x, 0) : String(format: "%.3g", x) }
