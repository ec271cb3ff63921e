/// The model against measured runs: fitted on the one with the fewest ranks, it predicts the others.
package struct MeasuredComparison: Sendable {
    package struct Row: Equatable, Sendable {
        package var ranks, batch: Int
        /// Of a step.
        package var measured: Double
        package var parts: ScalingModel.Parts
        /// What of this run the model was given; empty for a plain prediction.
        package var given: [String]

        /// Of it, what ranks do themselves.
        package var measuredWork: Double

        /// Predicted by measured, less 1.
        package var error: Double { parts.seconds / measured - 1 }
        /// The same of the work: what the model owes to ranks that slow each other down, or to small shards.
        package var workError: Double { (parts.divided + parts.repeated) / measuredWork - 1 }
    }
    package let model: ScalingModel
    package let fit: NetworkFit
    package let rows: [Row]
    /// Runs with other threads a rank than the reference, which it says nothing about.
    package let leftOut: Int

    /// - Parameters:
    ///   - description: near what the network of the runs is.
    /// - Returns: nil where no run has more than one rank.
    package init?(_ measurements: [StepMeasurement], near description: NetworkDescription) {
        guard let fewest = measurements.map(\.ranks).min() else { return nil }
        let reference = Self.median(measurements.filter { $0.ranks == fewest })
        let alike = measurements.filter { $0.threads == reference.threads }
        let several = alike.filter { $0.ranks > 1 && !$0.messages.isEmpty }
        guard let least = several.map(\.ranks).min() else { return nil }
        let fewer = several.filter { $0.ranks == least }
        let same = fewer.filter { $0.batch == reference.batch }
        let shared = reference.ranks > 1 ? reference : Self.median(same.isEmpty ? fewer : same)
        // The network is that of the same runs: all others are predicted whole.
        let fitted = fewer.filter { $0.batch == shared.batch }
        guard let model = ScalingModel(reference, shared: shared),
            let fit = NetworkFit(
                fitted, sumsOf: measurements.filter { $0.ranks == least }, near: description)
        else { return nil }
        (self.model, self.fit) = (model, fit)
        leftOut = measurements.count - alike.count
        rows = alike.sorted { ($0.ranks, $0.batch) < ($1.ranks, $1.batch) }.map { step in
            var given: [String] = []
            if step == reference { given.append("work") }
            if step == shared { given += ["messages", "waiting"] }
            if fitted.contains(step) { given.append("network") }
            return Row(
                ranks: step.ranks, batch: step.batch, measured: step.seconds,
                parts: model.parts(batch: step.batch, ranks: step.ranks, network: fit.network), given: given,
                measuredWork: step.dividedSeconds + step.repeatedSeconds)
        }
    }

    /// The middle one by seconds, of those with the largest batch.
    private static func median(_ steps: [StepMeasurement]) -> StepMeasurement {
        let batch = steps.map(\.batch).max()!
        let sorted = steps.filter { $0.batch == batch }.sorted { $0.seconds < $1.seconds }
        return sorted[(sorted.count - 1) / 2]
    }
}
