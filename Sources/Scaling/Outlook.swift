import NewtonCG

/// What a report says of numbers of ranks that were not measured.
package struct Outlook: Sendable {
    /// A part of the report.
    package let markdown: String
    /// Seconds of a step; nil where nothing can be predicted.
    package let seconds: StepPrediction?
    /// On which network.
    package let network: String

    package init(markdown: String, seconds: StepPrediction?, network: String) {
        (self.markdown, self.seconds, self.network) = (markdown, seconds, network)
    }

    /// By the model of docs/scaling-model.md, from the runs of the setting that was measured on most numbers of ranks.
    ///
    /// - Parameters:
    ///   - networks: descriptions; nil: the examples. The verdict is on the first, or, without any, on the runs' own.
    ///   - replay: whether SimGrid is asked, which takes about a minute.
    package init?(_ series: [ScalingSeries], networks: [NetworkDescription]?, replay: Bool) {
        guard let widest = series.max(by: { $0.points.count < $1.points.count }) else { return nil }
        let setting = widest.reference.middle.setting
        var seen: Set<String> = []
        let runs = series.flatMap(\.points).flatMap(\.runs).filter {
            $0.setting == setting && seen.insert($0.name).inserted
        }
        let section = PredictionSection(
            measurements: runs.map(StepMeasurement.init), reductions: runs.flatMap(\.measuredReductions),
            networks: networks ?? NetworkDescription.examples, replay: replay)
        guard let prediction = section.prediction, let own = prediction.networks.first else {
            self.init(markdown: section.markdown, seconds: nil, network: "")
            return
        }
        let network = networks?.first ?? own
        self.init(
            markdown: section.markdown, seconds: { prediction.seconds(of: $0, ranks: $1, network: network) },
            network: network.name)
    }
}

extension MeasuredRun {
    /// Of its steps, by size.
    var measuredReductions: [MeasuredReduction] {
        (profile.reductions ?? []).filter { $0.stage == "steps" && $0.kind == "allreduce" && ranks > 1 }.map { row in
            let calls = row.calls.reduce(0, +)
            let seconds = zip(row.calls, row.mean).reduce(0) { $0 + Double($1.0) * $1.1 }
            return MeasuredReduction(ranks: ranks, bytes: Int(row.bytes), seconds: seconds / Double(max(1, calls)))
        }
    }
}
