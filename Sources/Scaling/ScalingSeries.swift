import NewtonCG

/// Runs of one setting on more and more ranks: with one batch for all (strong), or one batch for each (weak).
package struct ScalingSeries: Sendable {
    package enum Kind: String, Sendable {
        case strong, weak
        /// One number of ranks: nothing is compared.
        case single
    }
    /// All runs on so many ranks.
    package struct Point: Sendable {
        package let ranks: Int
        package let batch: Int
        package let runs: [MeasuredRun]
        /// Of the runs.
        package let stepSeconds, epochSeconds: Spread

        /// The run in the middle by its time: its metrics are shown, so that they belong together.
        package var middle: MeasuredRun {
            runs.sorted { $0.stepSeconds < $1.stepSeconds }[(runs.count - 1) / 2]
        }
        package var efficiency: Efficiency { Efficiency(middle) }
        package var cores: Int { middle.cores }

        init(_ runs: [MeasuredRun]) {
            (ranks, batch, self.runs) = (runs[0].ranks, runs[0].batch, runs)
            stepSeconds = Spread(runs.map(\.stepSeconds))!
            epochSeconds = Spread(runs.map(\.epochSeconds))!
        }
    }
    package let kind: Kind
    /// By ranks.
    package let points: [Point]

    package var reference: Point { points[0] }
    package var title: String {
        let run = reference.middle
        let what =
            switch kind {
            case .strong: "strong scaling, batch \(reference.batch)"
            case .weak: "weak scaling, batch \(reference.batch / reference.ranks) a rank"
            case .single: "\(reference.ranks) \(reference.ranks == 1 ? "rank" : "ranks"), batch \(reference.batch)"
            }
        return "\(what): \(run.title)"
    }
    /// For names of files.
    package var slug: String {
        switch kind {
        case .strong: "strong-\(reference.batch)"
        case .weak: "weak-\(reference.batch / reference.ranks)"
        case .single: "single-\(reference.ranks)-\(reference.batch)"
        }
    }

    /// How many times as many samples a second as the reference: in strong scaling the ratio of times.
    package func speedUp(_ point: Point) -> Double {
        (Double(point.batch) / point.stepSeconds.median)
            / (Double(reference.batch) / reference.stepSeconds.median)
    }

    /// The speed-up by how many times as many ranks it took.
    package func efficiency(_ point: Point) -> Double {
        speedUp(point) * Double(reference.ranks) / Double(point.ranks)
    }

    /// All series that some runs make: first strong ones, then weak ones, then what is left alone. A run may be in a
    /// strong series and in a weak one.
    package static func group(_ runs: [MeasuredRun]) -> [ScalingSeries] {
        var settings: [(setting: Configuration, runs: [MeasuredRun])] = []
        for run in runs {
            let setting = run.setting
            if let i = settings.firstIndex(where: { $0.setting == setting }) {
                settings[i].runs.append(run)
            } else {
                settings.append((setting, [run]))
            }
        }
        return settings.flatMap { series(of: $0.runs) }
    }

    private static func series(of runs: [MeasuredRun]) -> [ScalingSeries] {
        func points(_ runs: [MeasuredRun]) -> [Point] {
            Dictionary(grouping: runs, by: \.ranks).sorted { $0.key < $1.key }.map { Point($0.value) }
        }
        func several(_ kind: Kind, _ groups: [[MeasuredRun]]) -> [ScalingSeries] {
            groups.map(points).filter { $0.count > 1 }.map { ScalingSeries(kind: kind, points: $0) }
                .sorted { $0.reference.batch < $1.reference.batch }
        }
        let strong = several(.strong, Array(Dictionary(grouping: runs, by: \.batch).values))
        let even = runs.filter { $0.batch % $0.ranks == 0 }
        let weak = several(.weak, Array(Dictionary(grouping: even, by: { $0.batch / $0.ranks }).values))
        let used = Set((strong + weak).flatMap { $0.points.map { [$0.ranks, $0.batch] } })
        let alone = Dictionary(grouping: runs.filter { !used.contains([$0.ranks, $0.batch]) }) { [$0.ranks, $0.batch] }
        let single = alone.values.map { ScalingSeries(kind: .single, points: [Point($0)]) }.sorted {
            ($0.reference.ranks, $0.reference.batch) < ($1.reference.ranks, $1.reference.batch)
        }
        return strong + weak + single
    }
}
