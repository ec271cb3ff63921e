import Foundation
import NewtonCG

/// The parallel-efficiency report of any set of run folders: `scaling.md`, `scaling.csv`, figures, TALP's JSON.
package struct ScalingReport {
    package let runs: [MeasuredRun]
    package let series: [ScalingSeries]
    package let comparisons: [Crossover]
    package let checks: [ScalingCheck]
    private let pairs: [Pairs]
    private let target: TargetTable?
    private let prediction: Prediction?
    /// The network that verdicts are on.
    private let network: NetworkDescription?

    /// - Parameters:
    ///   - paths: run folders of `newton-cg train` and `newton-cg compare`.
    ///   - pairs: folders of rounds beside copies.
    ///   - target: a loss to come to; nil: the one that every run reached.
    ///   - networks: to predict on; verdicts are on the first. nil: the examples, and verdicts on the runs' own.
    ///   - registry: what the runs' configurations can name.
    /// - Throws: a `DataError` that names every folder that can't be used, with the reason.
    package init(
        _ paths: [String], pairs: [String] = [], target: Double? = nil, networks: [NetworkDescription]? = nil,
        registry: Registry = .standard
    ) throws {
        var runs: [MeasuredRun] = [], comparisons: [Crossover] = [], rounds: [Pairs] = [], reasons: [String] = []
        func reading(_ body: () throws -> Void) {
            do { try body() } catch { reasons.append("\(error)") }
        }
        for path in paths {
            reading {
                if Crossover.isComparison(path) {
                    comparisons.append(try Crossover(path, registry))
                } else {
                    runs.append(try MeasuredRun(path, registry))
                }
            }
        }
        for path in pairs { reading { rounds.append(try Pairs(path, registry)) } }
        guard reasons.isEmpty else { throw DataError(reasons.joined(separator: "\n")) }
        (self.runs, self.comparisons, self.pairs) = (runs, comparisons, rounds)
        series = ScalingSeries.group(runs)
        checks = ScalingCheck.all(runs, series)
        self.target = TargetTable(series, target: target)
        prediction = Prediction(series, networks: networks ?? NetworkDescription.examples)
        network = prediction.map { networks?.first ?? $0.networks[0] }
    }

    /// Writes everything into the folder, and prints the tables.
    package func write(in folder: String, _ print: (String) throws -> Void) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try csv.write(toFile: "\(folder)/scaling.csv", atomically: true, encoding: .utf8)
            for one in series {
                // TALP-Pages takes a folder of files for one table.
                let place = "\(folder)/talp/\(talpFolder(one))"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                for point in one.points {
                    try TALPOutput(point.middle).json.write(
                        toFile: "\(place)/ranks-\(point.ranks).json", atomically: true, encoding: .utf8)
                }
            }
        } catch {
            throw RunError("the report can't be written into \(folder): \(error.localizedDescription)")
        }
        var drawn: [String] = []
        do {
            for value in ScalingFigure.Value.allCases {
                let figure = ScalingFigure(value, series)
                if figure.isEmpty { continue }
                try figure.draw(in: folder)
                drawn.append(figure.name)
            }
        } catch {
            try print("warning: \(error)")
        }
        do {
            try markdown(figures: drawn).write(toFile: "\(folder)/scaling.md", atomically: true, encoding: .utf8)
        } catch {
            throw RunError("the report can't be written into \(folder): \(error.localizedDescription)")
        }
        for line in screen { try print(line) }
        try print("report: \(folder)/scaling.md, scaling.csv, talp/" + drawn.map { ", " + $0 }.joined())
    }

    /// Of the same kind and size there is a series of each setting.
    private func talpFolder(_ one: ScalingSeries) -> String {
        let alike = series.filter { $0.slug == one.slug }
        guard alike.count > 1,
            let i = alike.firstIndex(where: { $0.reference.middle.name == one.reference.middle.name })
        else { return one.slug }
        return "\(one.slug)-\(i + 1)"
    }

    // MARK: The parts

    /// The poster's table.
    package func table(_ one: ScalingSeries) -> TextTable {
        TextTable(
            header: [
                "ranks", "batch", "runs", "seconds a step", "seconds an epoch", "least – most", "speed-up",
                "efficiency",
            ],
            rows: one.points.map { point in
                let epoch = point.epochSeconds
                return [
                    "\(point.ranks)", "\(point.batch)", "\(point.runs.count)", short(point.stepSeconds.median),
                    short(epoch.median), "\(short(epoch.minimum)) – \(short(epoch.maximum))",
                    decimals(one.speedUp(point), 2), percent(one.efficiency(point)),
                ]
            })
    }

    private var csv: String {
        var csv = CSVText([
            "series", "ranks", "threads", "batch", "runs", "step_seconds", "step_seconds_least", "step_seconds_most",
            "epoch_seconds", "samples_per_second", "speed_up", "efficiency", "load_balance", "serialisation",
            "transfer",
            "communication", "rank_efficiency", "thread_efficiency", "parallel_efficiency", "computation_scalability",
            "global_efficiency",
        ])
        for one in series {
            let reference = one.reference.efficiency
            for point in one.points {
                let e = point.efficiency, step = point.stepSeconds
                let numbers = [
                    step.median, step.minimum, step.maximum, point.epochSeconds.median,
                    Double(point.batch) / step.median, one.speedUp(point), one.efficiency(point), e.loadBalance,
                    e.serialisation, e.transfer, e.communication, e.rankEfficiency, e.threadEfficiency, e.parallel,
                    e.computationScalability(to: reference), e.global(to: reference),
                ]
                csv.add(
                    [
                        talpFolder(one), "\(point.ranks)", "\(e.threads)", "\(point.batch)", "\(point.runs.count)",
                    ] + numbers.map { "\($0)" })
            }
        }
        return csv.text
    }

    private var predict: StepPrediction? {
        guard let prediction, let network else { return nil }
        return { prediction.seconds(of: $0, ranks: $1, network: network) }
    }

    private var checkSection: ReportSection {
        var blocks = [ReportSection.Block.checks(checks)]
        if let widest = runs.max(by: { $0.ranks < $1.ranks }), let messages = widest.messageTable {
            blocks += [
                .text("Messages of \(widest.name), once all \(widest.ranks) ranks are there:"), .table(messages),
            ]
        }
        return ReportSection("Checks", blocks)
    }

    private var verdictSection: ReportSection {
        ReportSection(
            "Verdict",
            series.map { .sentences(about: $0.title, Verdict($0, predict, on: network?.name ?? "").sentences) })
    }

    private func section(_ one: ScalingSeries) -> ReportSection {
        let tree = EfficiencyTree(one)
        var blocks: [ReportSection.Block] = [
            .table(table(one)), .text("POP metrics by ranks, of the run in the middle of each:"), .table(tree.table),
        ]
        if !tree.remarks.isEmpty { blocks.append(.list(tree.remarks)) }
        if one.points.contains(where: { !$0.efficiency.threadsMeasured }) {
            blocks.append(
                .text("The threads' own seconds were not measured: they count as busy while their rank is."))
        }
        return ReportSection(one.title.prefix(1).uppercased() + one.title.dropFirst(), blocks)
    }

    /// All but checks and verdict.
    private var details: [ReportSection] {
        var sections = series.map(section)
        if !pairs.isEmpty {
            sections.append(ReportSection("Against the machine's own slow-down", pairs.map { .list($0.lines) }))
        }
        if !series.isEmpty { sections += prediction?.sections ?? [Prediction.missing] }
        if let target {
            let title =
                "Time to a loss of \(short(target.loss))"
                + (target.isDefault ? " (the lowest that every run reached)" : "") + ", in the mean over five batches:"
            sections.append(ReportSection("Efficiency of the method", [.text(title), .table(target.table)]))
        }
        return sections
            + comparisons.map { one in
                ReportSection(
                    "\(one.name), to \(one.target)", level: 3, [.table(one.table), .list(one.sentences(predict))])
            }
    }

    private func markdown(figures: [String]) -> String {
        var verdict = verdictSection
        verdict.blocks += figures.map { .figure(file: $0, "\($0.dropLast(4)) over ranks") }
        return "# Parallel efficiency\n\nHow to read this report: docs/scaling.md.\n\n"
            + ([checkSection, verdict] + details).map(\.markdown).joined()
    }

    /// The verdict comes last, where it is seen.
    private var screen: [String] {
        let sections = [checkSection] + details.filter(\.isOnScreen) + [verdictSection]
        return sections.flatMap(\.lines).dropFirst() + [""]
    }
}
