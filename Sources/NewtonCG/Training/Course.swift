/// The phases of a run, and how long each lasts.
struct Course {
    let phases: [TrainingPhase]
    private let train: Configuration.Train
    private let batch: Configuration.Data.Batch

    init(_ phases: [TrainingPhase], _ configuration: Configuration) {
        (self.phases, train, batch) = (phases, configuration.train, configuration.data.batch)
    }

    func isLast(_ phase: Int) -> Bool { phase == phases.count - 1 }

    /// Whether the run's own limits leave no step to a later phase.
    func isOver(at position: RunPosition) -> Bool {
        position.step >= train.steps ?? Int.max || position.epochs >= train.epochs ?? .infinity
    }

    /// The most steps of the phase that is under way, where an epoch has so many batches.
    func steps(at position: RunPosition, batches: Int) -> Int {
        func count(_ epochs: Double, least: Double) -> Int {
            // 2⁵³ steps are never done, and an Int holds them.
            Int(max(least, min((epochs * Double(batches)).rounded(), 0x1p53)))
        }
        let phase = phases[position.phase]
        let limits = [
            phase.epochs.map { count($0, least: 1) }, phase.steps,
            train.epochs.map { count($0 - position.phaseEpochs, least: position.phase == 0 ? 1 : 0) },
            train.steps.map { $0 - position.phaseStep },
        ]
        return limits.compactMap { $0 }.min() ?? Int.max
    }

    /// About the most steps of the whole run; `lanes` are those of the phase that is under way.
    func plannedSteps(at position: RunPosition, _ lanes: Lanes) -> Double {
        let own = Double(steps(at: position, batches: lanes.batches))
        let later = phases[(position.phase + 1)...].map { phase in
            let rows = Double(lanes.rows),
                samples = (phase.batch ?? batch).samples.map { min(Double($0), rows) } ?? rows
            return min(phase.epochs.map { $0 * rows / samples } ?? .infinity, phase.steps.map(Double.init) ?? .infinity)
        }
        let all = later.reduce(Double(position.phaseStep) + own, +)
        return min(all, train.steps.map(Double.init) ?? .infinity)
    }

    /// The line that announces a phase.
    func text(_ number: Int) -> String {
        let phase = phases[number]
        var words = [phase.optimizer.kind]
        if let batch = phase.batch { words.append("batch \(batch.resolved.flow)") }
        if let epochs = phase.epochs { words.append("\(short(epochs)) epochs") }
        if let steps = phase.steps { words.append("\(steps) steps") }
        return "phase \(number + 1) of \(phases.count): " + words.joined(separator: ", ")
    }
}
