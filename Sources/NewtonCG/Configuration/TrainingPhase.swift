/// A stretch of a run under one optimizer, which begins anew with it.
public struct TrainingPhase: Equatable, Sendable {
    /// What trains in this phase.
    public var optimizer: OptimizerSettings
    /// Where it has a batch of its own, other than the run's.
    public var batch: Configuration.Data.Batch?
    /// Counted from the phase's start; the first that is reached ends it. Neither: it lasts as long as the run.
    public var epochs: Double?
    /// See `epochs`.
    public var steps: Int?

    /// With an optimizer; without an end or a batch of its own.
    public init(_ optimizer: OptimizerSettings) { self.optimizer = optimizer }
}

extension Configuration {
    /// What trains, one after the other: the phases, or the one optimizer; none where there is only `compare`.
    public var course: [TrainingPhase] { phases.isEmpty ? optimizer.map { [TrainingPhase($0)] } ?? [] : phases }
}

extension Configuration.Compare.Candidate {
    /// Whether it names a batch, of its own or of a phase.
    var hasOwnBatch: Bool { batch != nil || phases.contains { $0.batch != nil } }
}

extension Field {
    /// Phases, each with its end.
    ///
    /// - Parameter endless: whether the last one may do without: something else ends the run.
    func phases(_ optimizers: [OptimizerKind], endless: Bool) throws -> [TrainingPhase] {
        guard case .list(let items) = tree.content else {
            throw mismatch("a list of phases, as [{epochs: 3, optimizer: adam}, {epochs: 2, optimizer: lbfgs}]")
        }
        guard !items.isEmpty else { throw fail("'\(path)' is empty; name at least one phase") }
        return try items.enumerated().map { i, item in
            try Field(tree: item, path: "\(path)[\(i)]").phase(optimizers, endless: endless && i == items.count - 1)
        }
    }

    private func phase(_ optimizers: [OptimizerKind], endless: Bool) throws -> TrainingPhase {
        let keys = try section(["epochs", "steps", "batch", "optimizer"])
        var phase = TrainingPhase(try keys.required("optimizer", as: "adam").optimizer(optimizers))
        phase.epochs = try keys["epochs"]?.orNone { try $0.number(.positive) }
        phase.steps = try keys["steps"]?.orNone { try $0.integer(atLeast: 1) }
        phase.batch = try keys["batch"]?.batch()
        guard endless || phase.epochs != nil || phase.steps != nil else {
            throw fail(
                "neither '\(key("epochs"))' nor '\(key("steps"))' is given; write how long the phase lasts, as 'epochs: 3'"
            )
        }
        return phase
    }
}

extension TrainingPhase {
    /// Whether it is nothing but an optimizer.
    private var isPlain: Bool { batch == nil && epochs == nil && steps == nil }

    var resolved: Resolved {
        var keys: [(key: String, value: Resolved)] = [
            ("epochs", epochs.map { .number($0) } ?? .scalar("none")),
            ("steps", steps.map { .scalar("\($0)") } ?? .scalar("none")),
        ]
        if let batch { keys.append(("batch", batch.resolved)) }
        return .map(keys + [("optimizer", optimizer.resolved)])
    }

    /// As an entry of a comparison: the optimizer by itself where it is alone.
    static func resolved(_ phases: [TrainingPhase]) -> Resolved {
        if phases.count == 1, phases[0].isPlain { return phases[0].optimizer.resolved }
        return .map([("phases", .list(phases.map(\.resolved)))])
    }
}
