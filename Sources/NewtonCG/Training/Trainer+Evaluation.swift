import MPI

extension Trainer {
    /// The parts that are evaluated, at the point that evaluation uses.
    func measure() throws -> [(part: String, metrics: Metrics)] {
        try problem.evaluations.map { ($0.part, try $0.evaluation.metrics(at: evaluated, state: state.values)) }
    }

    /// Evaluates, writes and tells; ends the run at its target or after its time; keeps the best checkpoint.
    func evaluate() throws {
        lastMetrics = try measure()
        try Phase.output.measure {
            for (part, metrics) in lastMetrics {
                try writing { try metricsFile?.evaluation(position, part, metrics) }
                console?.line(
                    "epoch \(decimals(position.epochs, 2))  \(part): \(metrics.text(separator: "  "))  "
                        + "(\(duration(position.seconds)) of training)")
            }
        }
        observer?(position, nil, lastMetrics)
        if let target = configuration.train.target {
            let metrics =
                try target.part == .train
                ? trainingPart?.metrics(at: evaluated, state: state.values) : lastMetrics.first?.metrics
            if let value = metrics?[target.metric] { meet(target, value, at: position) }
        }
        if let secondsLimit, try problem.communicator.broadcast(position.seconds >= secondsLimit ? 1 : 0) == 1 {
            reached = reached ?? .time
        }
        if let (_, metrics) = lastMetrics.first, metrics.loss < position.best {
            position.best = metrics.loss
            try keep { $0.best }
        }
    }

    /// Notes the first meeting of the target and of values on the way to it.
    func meet(_ target: Configuration.Target, _ value: Double, at position: RunPosition) {
        guard let metric = problem.metrics[target.metric] else { return }
        milestones.meet(value, metric, epochs: position.epochs, seconds: position.seconds)
        if metric.isReached(target.value, by: value) {
            reached = .target(step: position.step, epochs: position.epochs, seconds: position.seconds)
        }
    }
}
