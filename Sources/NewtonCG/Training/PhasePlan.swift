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
        var lines = ["memory plan of a rank: \(objective.memory); \(objective.kernelMemory)"]
        if let plan = objective.sampleSpacePlan { lines.append("\(plan)") }
        guard let newton = optimizer as? NewtonCG<S> else { return lines }
        if let memory = newton.preconditionerMemory { lines.append("preconditioner of a rank: \(memory)") }
        guard newton.dividesVectors else { return lines }
        func size(_ values: Int) -> String { readable(newton.keptVectors * values * MemoryLayout<S>.stride) }
        let space = objective.space
        return lines + [
            "CG's \(newton.keptVectors) vectors of \(space.count) values are divided over the ranks: "
                + "\(size(space.ownCount)) on rank 0 in place of \(size(space.count))"
        ]
    }
}
