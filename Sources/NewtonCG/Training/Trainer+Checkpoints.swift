import Foundation
import MPI

extension Trainer {
    /// Begins at given parameters and running statistics in place of random ones.
    func begin(at start: InitialParameters<S>) {
        w.base.update(from: start.parameters, count: w.count)
        frozen.base.update(from: start.frozen, count: frozen.count)
        if let values = start.state { state.base.update(from: values, count: state.count) }
    }

    /// Takes a checkpoint up, to go on where it stands. Called by all ranks together.
    public func resume(_ checkpoint: Checkpoint<S>) throws {
        w.base.update(from: checkpoint.parameters, count: w.count)
        frozen.base.update(from: checkpoint.frozen, count: frozen.count)
        if let average, let values = checkpoint.average { average.base.update(from: values, count: w.count) }
        state.base.update(from: checkpoint.state, count: state.count)
        let phase = checkpoint.position.phase
        guard course.phases.indices.contains(phase) else {
            throw RunError(
                "the checkpoint is of phase \(phase + 1), but the configuration has \(course.phases.count) of them: resume with "
                    + "the configuration in the run's folder", exitStatus: 2)
        }
        if phase > 0 { try enter(phase) }
        try problem.communicator.agree { try optimizer.restore(checkpoint.optimizer) }
        position = checkpoint.position
    }

    /// The checkpoint to go on from after a failure, in words: rank 0's.
    var kept: String {
        folder?.savedSteps().first.map { "the last good checkpoint is \($0.path)" } ?? "no checkpoint was written yet"
    }

    private func checkpoint(_ optimizer: OptimizerState<S>) -> Checkpoint<S> {
        var checkpoint = Checkpoint(parameters: w.values)
        checkpoint.frozen = frozen.values
        checkpoint.average = average?.values
        checkpoint.state = state.values
        checkpoint.optimizer = optimizer
        checkpoint.position = position
        checkpoint.seed = seed
        checkpoint.dataDigest = dataDigest
        checkpoint.configuration = folder.map { configuration.yaml(inFolder: $0.path) }
        return checkpoint
    }

    /// Writes the checkpoint of this step, and removes old ones.
    func save() throws {
        try keep { $0.checkpoint(ofStep: position.step) }
        folder?.prune(keep: configuration.train.keep)
    }

    /// Writes a checkpoint into the folder, on rank 0.
    func keep(_ path: (RunFolder) -> String) throws {
        let outer = Phase.checkpoint.begin()
        defer { outer.end() }
        try compareReplicas()
        // Divided vectors are gathered by all ranks together.
        guard optimizer.dividesVectors || folder != nil else { return }
        let state = try optimizer.wholeState()
        guard let folder else { return }
        try writing { try checkpoint(state).write(path(folder), problem.network) }
        Phase.count(bytes: fileBytes(path(folder)))
    }

    /// What can't be written ends the run, with the checkpoint to go on from.
    func writing(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as RunError {
            throw RunError("\(error); \(kept)")
        }
    }
}

/// The size of a file.
private func fileBytes(_ path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
}
