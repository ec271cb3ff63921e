import Foundation
import MPI

/// What a finished run's report is made of: rank 0's.
public struct TrainingRecord: Sendable {
    /// As it was run.
    public let configuration: Configuration
    /// Where its files are.
    public let folder: RunFolder
    /// What was evaluated: the loss first.
    public let metrics: [Metric]
    /// What was run, and on what.
    public let head: [String]
    /// What came of it.
    public let summary: [String]
    /// Where the time went.
    public let profile: RunProfile
}

/// How a run as `newton-cg train` makes it ended.
public struct TrainingOutcome: Sendable {
    /// A signal stopped it: there is more to do.
    public let wasStopped: Bool
    /// The run was verified, and not all was right.
    public let hasFailed: Bool
    /// What a report needs: on rank 0, of a run that came to its end.
    public let record: TrainingRecord?
}

/// A whole run as `newton-cg train` makes it: set up, head, training, summary, in a run folder.
public struct TrainingRun<S: TrainingScalar> {
    private let configuration: Configuration
    private let world: Communicator
    private var isFirst: Bool { world.rank == 0 }

    /// - Parameter world: all ranks; they call together.
    public init(_ configuration: Configuration, _ world: Communicator) throws {
        (self.configuration, self.world) = (configuration, world)
    }

    /// - Parameters:
    ///   - console: rank 0's; nil elsewhere.
    ///   - trace: the file for a timeline; nil: none.
    ///   - verify: compare replicas and check the operator's symmetry at the end, outside of all times.
    ///   - stopRequest: whether this rank is asked to stop.
    public func start(
        _ folder: RunFolder, _ opening: RunFolder.Opening, _ console: Console?, trace: String? = nil,
        verify: Bool = false,
        stopRequest: @escaping () -> Bool = { false }
    ) throws -> TrainingOutcome {
        let began = Date()
        var lock: FolderLock?
        defer { withExtendedLifetime(lock) {} }
        // Before the data is read: a run that may not begin costs no time.
        let timeline = try world.agree {
            if isFirst {
                if opening == .new && folder.holdsRun { try folder.refuse() }
                lock = try folder.lockIfThere()
                try folder.checkInputs(opening, configuration, trace: trace)
            }
            return try trace.map { try Timeline($0, isFirst: isFirst) }
        }
        // The ranks' clocks begin together.
        try world.barrier()
        PhaseProfile.start(events: timeline == nil ? 0 : Timeline.room(ranks: world.size))
        defer { PhaseProfile.stop() }
        let problem = try Phase.data.measure {
            try Problem<S>.ofFirstPhase(configuration, communicator: world)
        }
        let checkpoint = opening == .resume ? try newest(of: folder, problem, console) : nil
        let start = checkpoint == nil ? try InitialParameters(problem) : nil
        let digest = try Phase.data.measure { try problem.dataDigest() }
        try world.agree {
            if let target = configuration.train.target { try problem.check(target) }
            if let saved = checkpoint?.dataDigest, saved != digest {
                throw DataError(
                    "\(configuration.data.path) does not hold the training data that this run was begun with: put the old "
                        + "file back, or begin a new run in another folder")
            }
            guard isFirst else { return }
            let goesOn = checkpoint != nil
            lock = try folder.open(opening, configuration: configuration.yaml(inFolder: folder.path), lock: lock)
            try console?.open(log: folder.log, append: goesOn)
        }
        let trainer = try Trainer(problem, configuration.course, console: console, folder: isFirst ? folder : nil)
        if let start { trainer.begin(at: start) }
        if let checkpoint { try trainer.resume(checkpoint) }
        let head = try head(trainer, start)
        for line in head { console?.line(line) }
        if let lock, !lock.isHeld {
            console?.line(
                "warning: the file system of \(folder.path) has no locks: see that no second run writes there")
        }
        if opening == .resume {
            console?.line(
                checkpoint.map {
                    "resumed after step \($0.position.step) from \(folder.checkpoint(ofStep: $0.position.step))"
                }
                    ?? "\(folder.path) holds no checkpoint: the run starts from the beginning")
        }
        (trainer.dataDigest, trainer.stopRequest) = (digest, stopRequest)
        if trainer.isFinished {
            console?.line(
                "nothing is left to do: the run is at its end; raise \(configuration.phases.isEmpty ? "train.epochs" : "the last phase's epochs") "
                    + "or train.steps to go on with it")
        }
        let result = try trainer.run()
        var profile = try RunProfile(
            threads: configuration.threads, batch: problem.lanes.batchRows,
            steps: result.position.step - (checkpoint?.position.step ?? 0), world)
        if verify, result.end != .stopped { profile.verification = try trainer.verify() }
        if isFirst { try profile.write(folder.profile) }
        let drawn = try timeline?.write(world) ?? nil
        if result.end == .stopped {
            let checkpoint = folder.checkpoint(ofStep: result.position.step)
            console?.line(
                "stopped by a signal after step \(result.position.step): the checkpoint is \(checkpoint); go on by --resume"
            )
            if let drawn { console?.line(drawn) }
            return TrainingOutcome(wasStopped: true, hasFailed: false, record: nil)
        }
        var summary = summary(result, seconds: Date().timeIntervalSince(began))
        if let verification = profile.verification { summary.append(verification.text) }
        console?.line("")
        for line in summary { console?.line(line) }
        console?.line("run folder: \(folder.path)")
        if let drawn { console?.line(drawn) }
        let record = TrainingRecord(
            configuration: configuration, folder: folder, metrics: problem.metrics, head: head, summary: summary,
            profile: profile)
        return TrainingOutcome(
            wasStopped: false, hasFailed: profile.verification?.passed == false, record: isFirst ? record : nil)
    }

    /// The newest checkpoint that can be read: rank 0 chooses, all ranks read the same file.
    private func newest(of folder: RunFolder, _ problem: Problem<S>, _ console: Console?) throws -> Checkpoint<S>? {
        let path = try world.agree {
            guard isFirst else { return "" }
            // First of all: what can't be read because the model is another one is not damaged.
            if folder.holdsRun, !folder.savedSteps().isEmpty {
                try ResumeRules.check(
                    configuration,
                    against: Configuration.load(path: folder.configuration, registry: configuration.registry),
                    inPhase: nil)
            }
            let found: Checkpoint<S>? = try folder.newestCheckpoint(problem.network) { console?.line($0) }
            guard let found else { return "" }
            if let yaml = found.configuration {
                try ResumeRules.check(
                    configuration,
                    against: Configuration(yaml: yaml, path: folder.configuration, registry: configuration.registry),
                    inPhase: found.position.phase)
            }
            return folder.checkpoint(ofStep: found.position.step)
        }
        let chosen = try world.broadcast(text: path)
        guard !chosen.isEmpty else { return nil }
        return try world.agree { try Checkpoint(chosen, problem.network) }
    }

    private func head(_ trainer: Trainer<S>, _ start: InitialParameters<S>?) throws -> [String] {
        let problem = trainer.problem, rows = problem.ownRows
        let places = try Machine.places(
            world, threads: configuration.threads,
            adding: ", rows \(rows.lowerBound) to \(rows.upperBound - 1) (\(rows.count) of \(problem.rows))")
        let crowded = try Machine.crowdedNodes(world, threads: configuration.threads) ?? []
        return problem.head(
            configuration.name, libraries: ["HDF5 \(Machine.hdf5)"], places: places, start: start,
            details: problem.trained.lines + trainer.planOfPhase + problem.network.convolutionPlan, warnings: crowded)
    }

    private func summary(_ result: TrainingResult<S>, seconds: Double) -> [String] {
        let position = result.position
        var lines: [String] = []
        if case .target(let step, _, let time) = result.end {
            lines.append("target reached after \(step) steps and \(duration(time)) of training")
        }
        lines.append(
            "trained \(configuration.name): \(decimals(position.epochs, 2)) epochs, \(position.step) steps, "
                + "\(duration(position.seconds)) in steps; this command took \(duration(seconds)) on \(world.size) "
                + (world.size == 1 ? "rank" : "ranks"))
        lines += result.metrics.map { "\($0.part): \($0.metrics.text())" }
        return lines
    }
}
