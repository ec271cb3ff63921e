import MPI

/// One problem by several optimizers, as `newton-cg compare` runs it.
///
/// Every setting of an optimizer's grid runs from the first seed; the best of them runs from the other seeds too. A
/// run ends at the target where there is one. From one seed all optimizers start at the same parameters and see the
/// same batches. Rank 0's clock decides.
public struct Comparison<S: TrainingScalar> {
    private let configuration: Configuration
    private let compare: Configuration.Compare
    private let world: Communicator
    private let folder: RunFolder
    private var isFirst: Bool { world.rank == 0 }

    /// - Parameters:
    ///   - compare: what is compared; its target, where there is one, takes the place of the run's.
    ///   - folder: where all is kept: see `run`.
    ///   - world: all ranks; they call together.
    public init(
        _ configuration: Configuration, _ compare: Configuration.Compare, _ folder: RunFolder, _ world: Communicator
    ) {
        var configuration = configuration
        configuration.train.target = compare.target ?? configuration.train.target
        (self.configuration, self.compare, self.folder, self.world) = (configuration, compare, folder, world)
    }

    /// - Returns: the same on every rank, apart from seconds, which are the rank's own.
    public func run(_ opening: RunFolder.Opening, _ console: Console?) throws -> ComparisonResult {
        // Before the data is read: a comparison that may not begin costs no time.
        try world.agree {
            guard isFirst else { return }
            if opening == .new && folder.holdsRun { try folder.refuse(canResume: false) }
            try folder.checkInputs(opening, configuration)
        }
        let first = phases(of: compare.optimizers[0].candidates[0])[0]
        var problem = try Problem<S>(
            configuration, batch: first.batch, needs: first.optimizer.needs, communicator: world)
        var lock: FolderLock?
        defer { withExtendedLifetime(lock) {} }
        try world.agree {
            if let target = configuration.train.target { try problem.check(target) }
            guard isFirst else { return }
            lock = try folder.open(
                opening, configuration: configuration.yaml(inFolder: folder.path), lock: nil, subfolder: "metrics")
            try console?.open(log: folder.log, append: false)
        }
        let start = try InitialParameters(problem)
        let head = try head(problem, start)
        for line in head { console?.line(line) }

        var done = 0
        var planned = compare.optimizers.reduce(0) { $0 + $1.candidates.count + compare.seeds.count - 1 }
        func run(_ entry: Int, _ candidate: Int, _ seed: UInt64) throws -> ComparedRun {
            let phases = phases(of: compare.optimizers[entry].candidates[candidate])
            problem = try problem.with(phases[0])
            defer { done += 1 }
            return try one(problem, phases, start, entry, candidate, seed, console, progress: (done, planned))
        }
        var optimizers: [ComparedOptimizer] = []
        for (e, entry) in compare.optimizers.enumerated() {
            let trials = try entry.candidates.indices.map { try run(e, $0, compare.seeds[0]) }
            let best = trials.indices.dropFirst().reduce(0) { trials[$1].isBetter(than: trials[$0]) ? $1 : $0 }
            let chosen = try world.broadcast(best)
            var runs = [trials[chosen]]
            if trials[chosen].divergence == nil {
                runs += try compare.seeds.dropFirst().map { try run(e, chosen, $0) }
            } else {
                planned -= compare.seeds.count - 1
            }
            optimizers.append(
                ComparedOptimizer(
                    label: entry.label, grid: entry.candidates.map(\.grid), trials: trials, chosen: chosen, runs: runs))
        }
        console?.clearBar()
        return ComparisonResult(
            configuration: configuration, optimizers: optimizers, target: configuration.train.target,
            metrics: problem.metrics, parts: problem.evaluations.map(\.part), isFullBatch: problem.lanes.isFull,
            head: head)
    }

    /// Each with its batch.
    private func phases(of candidate: Configuration.Compare.Candidate) -> [TrainingPhase] {
        candidate.phases.map { phase in
            var phase = phase
            phase.batch = phase.batch ?? candidate.batch ?? configuration.data.batch
            return phase
        }
    }

    /// A run to its end, or until a number in it is not finite: all ranks see that alike.
    private func one(
        _ problem: Problem<S>, _ phases: [TrainingPhase], _ start: InitialParameters<S>?, _ entry: Int,
        _ candidate: Int, _ seed: UInt64, _ console: Console?, progress: (done: Int, planned: Int)
    ) throws -> ComparedRun {
        let metrics = "metrics/\(fileName(of: entry))-\(candidate + 1)-seed\(seed).csv"
        var run = ComparedRun(candidate: candidate, seed: seed, metricsPath: metrics)
        let trainer = try Trainer(
            problem, phases, seed: seed, console: nil, folder: nil,
            metrics: isFirst ? "\(folder.path)/\(metrics)" : nil)
        if let start { trainer.begin(at: start) }
        trainer.milestones = Milestones(compare.milestones)
        trainer.secondsLimit = compare.seconds
        let name = name(of: entry, candidate, seed)
        let steps = max(1, trainer.plannedSteps)
        var best: Double?
        trainer.observer = { position, _, metrics in
            if let main = metrics.last?.metrics.main,
                best.map({ main.metric.isBetter(main.value, than: $0) }) ?? true
            {
                best = main.value
            }
            if let console, console.showsBar {
                let part = (Double(progress.done) + Double(position.step) / steps) / Double(progress.planned)
                console.bar(part, name)
            }
        }
        PhaseProfile.start()
        defer { PhaseProfile.stop() }
        do {
            let result = try trainer.run()
            let profile = try RunProfile(
                threads: configuration.threads, batch: problem.lanes.batchRows,
                steps: result.position.step, world)
            if isFirst { try profile.write("\(folder.path)/\(ComparedRun.profilePath(besideMetrics: metrics))") }
            (run.steps, run.epochs) = (result.position.step, result.position.epochs)
            run.seconds = result.position.seconds
            if case .target(_, let epochs, let seconds) = result.end {
                run.arrival = .init(epochs: epochs, seconds: seconds)
            }
            run.train = try problem.trainingEvaluation.metrics(at: result.parameters, state: result.state)
            run.evaluated = result.metrics
            (run.milestones, run.best) = (trainer.milestones.arrivals, best)
        } catch let error as DivergedError {
            run.divergence = error.description
        }
        console?.line("\(name): \(text(run))")
        return run
    }

    private func head(_ problem: Problem<S>, _ start: InitialParameters<S>?) throws -> [String] {
        let runs = compare.optimizers.map { "\($0.label) \($0.candidates.count)" }.joined(separator: ", ")
        let seeds = compare.seeds.count
        return problem.head(
            "comparison \(configuration.name)", places: try Machine.places(world, threads: configuration.threads),
            start: start,
            details: [
                "settings tried: \(runs); the best of each from \(seeds) " + (seeds == 1 ? "seed" : "seeds")
            ])
    }

    private func name(of entry: Int, _ candidate: Int, _ seed: UInt64) -> String {
        let optimizer = compare.optimizers[entry], grid = optimizer.candidates[candidate].grid
        return optimizer.label + (grid.isEmpty ? "" : " (\(grid))") + ", seed \(seed)"
    }

    private func text(_ run: ComparedRun) -> String {
        if let divergence = run.divergence { return "diverged: \(divergence)" }
        var words: [String] = []
        if let arrival = run.arrival {
            words.append("target after \(short(arrival.epochs)) epochs and \(short(arrival.seconds)) s")
        } else {
            let missed = configuration.train.target == nil ? "" : ", target not reached"
            words.append("\(short(run.epochs)) epochs, \(short(run.seconds)) s\(missed)")
        }
        words += ([("train", run.train!)] + run.evaluated).map { "\($0) \($1.text())" }
        return words.joined(separator: "; ")
    }

    /// A label as a file's name; numbered where two labels would share one.
    private func fileName(of entry: Int) -> String {
        func plain(_ label: String) -> String {
            String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" })
        }
        let names = compare.optimizers.map { plain($0.label) }
        return names.count { $0 == names[entry] } > 1 ? "\(names[entry])-\(entry + 1)" : names[entry]
    }
}
