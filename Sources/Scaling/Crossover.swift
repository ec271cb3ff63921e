import Foundation
import NewtonCG

/// A comparison of optimizers, and at which number of ranks Newton-CG comes to the target before Adam.
///
/// An optimizer's time to the target on P ranks is its steps to it (the same on any number of ranks) by the predicted
/// seconds of a step. A rank needs a sample of every batch, so that an optimizer with a batch of b works on b ranks at
/// most; on more it takes the number that suits it best, and the others idle. Large batches scale further.
package struct Crossover: Sendable {
    package struct Entry: Sendable {
        package let optimizer, settings: String
        package let batch: Int
        /// To the target, medians over the seeds that reached it.
        package let steps, epochs, seconds: Double
        package let isNewton: Bool
        package let step: StepMeasurement

        package init(
            optimizer: String, settings: String, batch: Int, steps: Double, epochs: Double, seconds: Double,
            isNewton: Bool, step: StepMeasurement
        ) {
            (self.optimizer, self.settings, self.batch) = (optimizer, settings, batch)
            (self.steps, self.epochs, self.seconds) = (steps, epochs, seconds)
            (self.isNewton, self.step) = (isNewton, step)
        }

        /// The soonest on at most so many ranks.
        func seconds(ranks: Int, _ predict: StepPrediction) -> Double? {
            let most = min(ranks, batch)
            var counts = [1]
            while let last = counts.last, last < most { counts.append(min(2 * last, most)) }
            return counts.compactMap { predict(step, $0) }.min().map { $0 * steps }
        }
    }
    package let name: String
    package let target: String
    package let entries: [Entry]
    /// Optimizers whose best setting did not come to the target, or has no profile.
    package let missing: [String]

    package static func isComparison(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/runs.csv")
    }

    /// Reads the run folder of `newton-cg compare`.
    package init(_ path: String, _ registry: Registry) throws {
        let configuration = try Configuration.load(path: RunFolder(path).configuration, registry: registry)
        guard let compare = configuration.compare, Self.isComparison(path) else {
            throw DataError("\(path) is no run folder of newton-cg compare that came to its end")
        }
        let rows = try CSVTable("\(path)/runs.csv").rowsByColumn
        (name, target) = (path, compare.target.map { "\($0.metric) \(short($0.value))" } ?? "")
        var entries: [Entry] = [], missing: [String] = []
        for optimizer in compare.optimizers {
            let best = rows.filter { $0["optimizer"] == optimizer.label && $0["is_best"] == "true" }
            let arrived = best.filter { Double($0["seconds_to_target"] ?? "") != nil }
            func median(_ column: String) -> Double? { Spread(arrived.compactMap { Double($0[column] ?? "") })?.median }
            guard let row = arrived.first, let candidate = Int(row["candidate"] ?? ""),
                optimizer.candidates.indices.contains(candidate - 1), let epochs = median("epochs_to_target"),
                let seconds = median("seconds_to_target"), let all = Double(row["epochs"] ?? ""), all > 0,
                let steps = Double(row["steps"] ?? "")
            else {
                missing.append("\(optimizer.label) did not come to the target")
                continue
            }
            let file = "\(path)/\(ComparedRun.profilePath(besideMetrics: row["metrics"] ?? ""))"
            guard FileManager.default.fileExists(atPath: file) else {
                missing.append("\(optimizer.label) has no profile: compare again with this version")
                continue
            }
            let chosen = optimizer.candidates[candidate - 1]
            guard chosen.phases.count == 1 else {
                missing.append("\(optimizer.label) changes its optimizer on the way: no step stands for all")
                continue
            }
            let profile = try RunProfile(file)
            guard let batch = profile.batch, profile.steps > 0 else { continue }
            var isNewton = false, divides = false
            if case .newtonCG(let settings) = chosen.phases[0].optimizer {
                (isNewton, divides) = (true, settings.cg.splitVectors)
            }
            entries.append(
                Entry(
                    optimizer: optimizer.label, settings: chosen.grid, batch: batch,
                    steps: epochs * steps / all, epochs: epochs, seconds: seconds, isNewton: isNewton,
                    step: StepMeasurement(profile, batch: batch, dividesVectors: divides)))
        }
        (self.entries, self.missing) = (entries, missing)
    }

    package init(name: String, target: String, entries: [Entry], missing: [String] = []) {
        (self.name, self.target, self.entries, self.missing) = (name, target, entries, missing)
    }

    /// The fewest ranks, up to `most`, on which a Newton-CG comes to the target before the soonest of the others.
    package func overtaking(most: Int = 4096, _ predict: StepPrediction) -> (newton: Entry, other: Entry, ranks: Int)? {
        func soonest(_ entries: [Entry], _ ranks: Int) -> (Entry, Double)? {
            entries.compactMap { e in e.seconds(ranks: ranks, predict).map { (e, $0) } }.min { $0.1 < $1.1 }
        }
        let newtons = entries.filter(\.isNewton), others = entries.filter { !$0.isNewton }
        func wins(_ ranks: Int) -> (Entry, Entry)? {
            guard let a = soonest(newtons, ranks), let b = soonest(others, ranks), a.1 < b.1 else { return nil }
            return (a.0, b.0)
        }
        let behind = mostRanks(from: 0, limit: most) { wins($0) == nil }
        guard behind.isLost else { return nil }
        return wins(behind.ranks + 1).map { ($0.0, $0.1, behind.ranks + 1) }
    }

    package var table: TextTable {
        TextTable(
            header: [
                "optimizer", "settings", "batch", "ranks", "steps to target", "samples to target", "seconds to target",
            ],
            rows: entries.map { e in
                [
                    e.optimizer, e.settings, "\(e.batch)", "\(e.step.ranks)", decimals(e.steps, 0),
                    decimals(e.steps * Double(e.batch), 0), short(e.seconds),
                ]
            })
    }

    /// In words.
    package func sentences(_ predict: StepPrediction?) -> [String] {
        var lines = missing.map { $0 + "." }
        let newtons = entries.filter(\.isNewton), others = entries.filter { !$0.isNewton }
        guard !newtons.isEmpty, !others.isEmpty else {
            return lines + [
                "Where Newton-CG overtakes another optimizer is not predicted: it needs one of each at the target."
            ]
        }
        for entry in entries {
            lines.append("\(entry.optimizer): a batch of \(entry.batch) keeps \(entry.batch) ranks at most busy.")
        }
        guard let predict else {
            return lines + [
                "Where Newton-CG overtakes the others is not predicted: no run on two ranks or more says what ranks tell one another."
            ]
        }
        guard newtons.contains(where: { predict($0.step, 2) != nil }),
            others.contains(where: { predict($0.step, 2) != nil })
        else {
            return lines + [
                "Where Newton-CG overtakes the others is not predicted: the comparison ran on one rank and measured no messages."
            ]
        }
        if let found = overtaking(predict) {
            lines.append(
                found.ranks == 1
                    ? "\(found.newton.optimizer) is ahead of \(found.other.optimizer) on one rank already."
                    : "From \(found.ranks) ranks on \(found.newton.optimizer) is predicted to come to the target before "
                        + "\(found.other.optimizer).")
        } else {
            lines.append("Up to 4096 ranks Newton-CG is not predicted to overtake the soonest of the others.")
        }
        return lines
    }
}
