import Glibc
import MPI
import NewtonCG
import TestSupport

/// Cases of runs that are stopped, or watched.
let stopCases: [String: RankCase] = [
    "stops-anywhere": stopsAnywhere,
    "no-flipped-bit": { world in
        try withDataset(world, mlp) { path in
            _ = try trainer(world, path, "optimizer: {sgd: {learning_rate: 0.1}}", replicaCheck: "1").run()
        }
    },
]

/// Machines that fail.
let faultEndings: [String: RankCase] = [
    // A bit of one rank's parameters changes between two steps.
    "flipped-bit": { world in
        try withDataset(world, mlp) { path in
            let trainer = try trainer(world, path, "optimizer: {sgd: {learning_rate: 0.1}}", replicaCheck: "2")
            trainer.observer = { position, report, _ in
                guard world.rank == 1, report != nil, position.step == 2 else { return }
                let value = trainer.replica[5]
                trainer.replica[5] = Double(bitPattern: value.bitPattern ^ 1)
            }
            _ = try trainer.run()
        }
    },
    "injected-fault": { try lastRank($0, mlp, loseMemory) },
    "injected-fault-overlapped": { try lastRank($0, wideMLP, reduction: .overlapped, loseMemory) },
    "killed-in-a-reduction": { world in
        try lastRank(world, mlp) { _ in
            usleep(300_000)
            kill(getpid(), SIGKILL)
        }
    },
]

@Sendable private func loseMemory(_ rank: Int) throws { throw Failure(description: "Memory of rank \(rank) is lost.") }

/// What happens to the last rank between two reductions of a step, where the others wait for it in a product.
private func lastRank(
    _ world: Communicator, _ example: Example, reduction: ReductionSchedule = .atEnd, _ fault: (Int) throws -> Void
) throws {
    try withDataset(world, example) { path in
        var configuration = try example.configuration(path, Variant(batch: "10"))
        configuration.reduction = reduction
        let problem = try Problem<Double>(configuration, curvatureBatch: 1, communicator: world)
        let w = Buffer<Double>(count: problem.network.parameterCount), g = Buffer<Double>(count: w.count)
        problem.network.initialise(w.base, seed: 1)
        try problem.objective.load(problem.share(ofBatch: 0, curvature: 1))
        _ = try problem.objective.linearize(at: w.vector, gradient: g.mutable)
        if world.rank == world.size - 1 { try fault(world.rank) }
        try problem.objective.product(.gaussNewton, g.vector, into: w.mutable)
    }
}

private func trainer(
    _ world: Communicator, _ path: String, _ method: String, replicaCheck: String = "none"
) throws -> Trainer<Double> {
    let configuration = try Configuration(
        yaml: """
            precision: float64
            data: {file: "\(path)", batch: 10}
            model: {layers: [dense: {units: 5}, tanh, dense: {units: 2}]}
            loss: mean_squared_error
            \(method)
            average: 0.5
            train: {steps: 6, replica_check_every: \(replicaCheck)}
            """, path: "stops.yaml")
    let problem = try Problem<Double>.ofFirstPhase(configuration, communicator: world)
    return try Trainer(problem, configuration.course, console: nil, folder: nil)
}

/// One rank is asked to stop at its k-th question, for every k: all ranks stop at the same step, whose start they
/// keep, and go on to the same bits as a run that was not stopped.
private func stopsAnywhere(_ world: Communicator) throws {
    try withDataset(world, mlp) { path in
        let optimizers = [
            "newton_cg: {cg: {max_iterations: 4, backtracking: true}, preconditioner: {gradient_squares: {decay: 0.9}}}",
            "newton_cg: {cg: {max_iterations: 3}, curvature: hessian, curvature_batch: 0.5}",
            "newton_cg: {cg: {max_iterations: 3, split_vectors: true}}",
            "newton_cg: {cg: {max_iterations: 2}, preconditioner: {kronecker: {update_every: 2, invert_every: 3}}}",
            "newton_cg: {cg: {max_iterations: 2}, preconditioner: {nystrom: {rank: 4, refresh: 2}}}",
            "newton_cg: {cg: {max_iterations: 3}, preconditioner: {lbfgs: {memory: 5}}}",
            "newton_cg: {solve: sample_space}",
            "newton_cg: {solve: subspace, preconditioner: {gradient_squares: {decay: 0.9}}}", "lbfgs: {memory: 3}",
            "sgd: {learning_rate: 0.1, momentum: 0.9}", "adam: {learning_rate: 0.02}",
        ]
        let phases = """
            phases:
            - {steps: 2, optimizer: adam}
            - {epochs: 1, batch: full, optimizer: {newton_cg: {cg: {max_iterations: 2}}}}
            - {optimizer: {lbfgs: {memory: 3}}}
            """
        for method in optimizers.map({ "optimizer: {\($0)}" }) + [phases] {
            let whole = try trainer(world, path, method)
            let end = try whole.run()
            var k = 0, stops = Set<Int>(), wasStopped = true
            while wasStopped {
                k += 1
                let stopped = try trainer(world, path, method)
                var questions = 0
                stopped.stopRequest = {
                    questions += 1
                    return world.rank == world.size - 1 && questions == k
                }
                let first = try stopped.run()
                wasStopped = first.end == .stopped
                try expect(
                    Set(try world.allgather(first.position.step)).count == 1, "ranks stop at different steps")
                if wasStopped { stops.insert(first.position.step) }
                stopped.stopRequest = { false }
                let last = try stopped.run()
                let place = "\(method), stopped at question \(k) after step \(first.position.step)"
                try expect(last.end == .finished && last.position.step == 6, "\(place): it ends as \(last.end)")
                try expect(last.parameters == end.parameters, "\(place): other parameters")
                try expect(stopped.optimizer.state.vectors == whole.optimizer.state.vectors, "\(place): other vectors")
                try expect(stopped.optimizer.state.numbers == whole.optimizer.state.numbers, "\(place): other numbers")
            }
            // The first step has a question at least, and so has every other one.
            try expect(stops == Set(0..<6), "\(method): stopped after the steps \(stops.sorted()) only")
        }
    }
}
