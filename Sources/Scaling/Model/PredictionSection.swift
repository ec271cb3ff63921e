/// The section of a report that predicts, with all that belongs to it.
public struct PredictionSection: Sendable {
    public let markdown: String
    /// nil where nothing could be predicted; `markdown` then says why.
    public let prediction: Prediction?
    /// nil where there was none; `markdown` then says why.
    public let replays: ReplayComparison?

    /// - Parameters:
    ///   - measurements: of one problem and method, a step each.
    ///   - reductions: of these runs, by size, where they were measured so.
    ///   - networks: descriptions; SimGrid replays on the first that has a fat tree.
    ///   - replay: whether SimGrid is asked, which takes about a minute.
    ///   - counts: of ranks to replay.
    public init(
        measurements: [StepMeasurement], reductions: [MeasuredReduction] = [],
        networks: [NetworkDescription] = NetworkDescription.examples, replay: Bool = true,
        counts: [Int] = ReplayComparison.counts
    ) {
        let prediction: Prediction
        do {
            prediction = try Prediction(measurements: measurements, reductions: reductions, networks: networks)
        } catch {
            (markdown, self.prediction, replays) = ("## Prediction to 4,096 ranks\n\n\(error)\n", nil, nil)
            return
        }
        self.prediction = prediction
        var replays: ReplayComparison?, text = ""
        do {
            guard replay else { throw Replay.Unavailable("it was not asked") }
            guard let network = networks.first(where: { $0.fatTree != nil }) else {
                throw Replay.Unavailable("none of the networks is described as a fat tree")
            }
            replays = try ReplayComparison(prediction.model, network, ranks: counts)
        } catch {
            text = "### The model against SimGrid\n\nNot compared: \(error).\n"
        }
        self.replays = replays
        markdown = prediction.markdown + "\n" + (replays?.markdown ?? text)
    }
}
