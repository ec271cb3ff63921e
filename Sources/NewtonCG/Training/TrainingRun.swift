import Foundation
import MPI

/// A whole run as `newton-cg train` makes it: set up, head, training, summary, in a run folder.
public struct TrainingRun<S: TrainingScalar> {
    private let configuration: Configuration
    private let settings: OptimizerSettings
    private let world: Communicator
    private var isFirst: Bool { world.rank == 0 }

    public init(_ configuration: Configuration, _ settings: OptimizerSettings, _ world: Communicator) throws {
        (self.configuration, self.settings, self.world) = (configuration, settings, world)
    }

    public func start(_ folder: RunFolder, _ opening: RunFolder.Opening) throws {
        let began = Date()
        // Before the data is read: a run that may not begin costs no time.
        try world.agree {
            if isFirst && opening == .new && folder.holdsRun { try folder.refuse() }
        }
        let problem = try Problem<S>(configuration, curvatureBatch: settings.curvatureBatch, communicator: world)
        let console = isFirst ? Console() : nil
        let checkpoint = opening == .resume ? try newest(of: folder, problem, console) : nil
        try world.agree {
            guard isFirst else { return }
            let goesOn = checkpoint != nil
            try folder.open(opening, configuration: configuration.yaml(inFolder: folder.path))
            try console?.open(log: folder.log, append: goesOn)
        }
        try head(problem, folder, console)
        if opening == .resume {
            console?.line(
                checkpoint.map { "resumed after step \($0.position.step) from \(folder.checkpoint(ofStep: $0.position.step))" }
                    ?? "\(folder.path) holds no checkpoint: the run starts from the beginning")
        }
        let trainer = Trainer(problem, settings, console: console, folder: isFirst ? folder : nil)
        if let checkpoint { try trainer.resume(checkpoint) }
        let result = try trainer.run()
        if let console { summary(result, problem, folder, console, seconds: Date().timeIntervalSince(began)) }
    }

    /// The newest checkpoint that can be read: rank 0 chooses, all ranks read the same file.
    private func newest(of folder: RunFolder, _ problem: Problem<S>, _ console: Console?) throws -> Checkpoint<S>? {
        let path = try world.agree {
            guard isFirst else { return "" }
            // First of all: what can't be read because the model is another one is not damaged.
            if folder.holdsRun, !folder.savedSteps().isEmpty {
                try ResumeRules.check(configuration, against: Configuration.load(path: folder.configuration))
            }
            let found: Checkpoint<S>? = try folder.newestCheckpoint(problem.network) { console?.line($0) }
            guard let found else { return "" }
            if let yaml = found.configuration {
                try ResumeRules.check(configuration, against: Configuration(yaml: yaml, path: folder.configuration))
            }
            return folder.checkpoint(ofStep: found.position.step)
        }
        let chosen = try world.broadcast(text: path)
        guard !chosen.isEmpty else { return nil }
        return try world.agree { try Checkpoint(chosen, problem.network) }
    }

    private func head(_ problem: Problem<S>, _ folder: RunFolder, _ console: Console?) throws {
        let rows = problem.ownRows
        let places = try Machine.places(
            world, adding: ", rows \(rows.lowerBound) to \(rows.upperBound - 1) (\(rows.count) of \(problem.rows))")
        guard let console else { return }
        let batch = problem.lanes.isFull ? "full batches" : "batches of \(problem.lanes.count * problem.lanes.group)"
        console.line(
            "newton-cg \(Machine.version): \(configuration.name), \(problem.network.parameterCount) parameters, "
                + "\(problem.rows) training samples of \(problem.dataset), \(batch), \(configuration.precision.rawValue)")
        console.line("\(Machine.mpi); \(Machine.blas); \(Machine.kernels) kernels; HDF5 \(Machine.hdf5)")
        for place in places ?? [] { console.line(place) }
        console.line("memory plan of a rank: \(problem.objective.memory)")
        for warning in problem.warnings { console.line("warning: \(warning)") }
    }

    private func summary(
        _ result: TrainingResult<S>, _ problem: Problem<S>, _ folder: RunFolder, _ console: Console, seconds: Double
    ) {
        let position = result.position
        console.line("")
        if case .target(let step, _, let time) = result.end {
            console.line("target reached after \(step) steps and \(fixed(time, 2)) s of training")
        }
        console.line(
            "trained \(configuration.name): \(fixed(position.epochs, 2)) epochs, \(position.step) steps, "
                + "\(fixed(position.seconds, 1)) s in steps, \(fixed(seconds, 1)) s in all, on \(world.size) "
                + (world.size == 1 ? "rank" : "ranks"))
        for (part, metrics) in result.metrics {
            var text = "\(part): loss \(short(metrics.loss))"
            if let accuracy = metrics.accuracy { text += ", accuracy \(fixed(100 * accuracy, 2)) %" }
            if let rmse = metrics.rmse { text += ", rmse \(short(rmse))" }
            console.line(text)
        }
        console.line("run folder: \(folder.path)")
    }
}

/// What may change between a run and its resumption: how long it goes on, what is written and when. All else would
/// make another run of it.
enum ResumeRules {
    static let mayChange = [
        "name", "memory", "train.epochs", "train.steps", "train.evaluate_every", "train.checkpoint_every", "train.keep",
        "train.target", "compare", "data.file",
    ]

    static func check(_ new: Configuration, against old: Configuration) throws {
        let refused = new.difference(from: old).filter { key in
            !mayChange.contains { key == $0 || key.hasPrefix($0 + ".") || key.hasPrefix($0 + "[") }
        }
        guard refused.isEmpty else {
            throw RunError(
                "this run was begun with another \(refused.joined(separator: ", ")): resume it with the configuration in its "
                    + "folder, or begin a new one in another folder", exitStatus: 2)
        }
    }
}

extension OptimizerSettings {
    /// The fraction of a batch that products see; 0: none are taken.
    var curvatureBatch: Double {
        if case .newtonCG(let settings) = self { settings.curvatureBatch } else { 0 }
    }
}
