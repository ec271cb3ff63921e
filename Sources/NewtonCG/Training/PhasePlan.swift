import MPI

extension Problem {
    /// The problem of a run's first phase. Those of later phases are made too and left, so that what is wrong with them
    /// is found before the run begins.
    package static func ofFirstPhase(_ configuration: Configuration, communicator: Communicator) throws -> Problem {
        let course = configuration.course
        var problem = try Problem(
            configuration, batch: course.last!.batch, needs: course.last!.optimizer.needs, communicator: communicator)
        for phase in course.dropLast().reversed() { problem = try problem.with(phase) }
        return problem
    }

    /// The training part, where its loss is a target and steps do not tell it.
    var partOfTarget: PartEvaluation<S>? {
        configuration.train.target?.part == .train && !lanes.isFull ? trainingEvaluation : nil
    }
}

extension Trainer {
    /// What the phase that is under way takes of a rank's memory: lines for the run's head.
    var planOfPhase: [String] {
        let objective = problem.objective
        return ["memory plan of a rank: \(objective.memory); \(objective.kernelMemory)"] + optimizer.memory
    }
}
