import ArgumentParser
import MPI
import NewtonCG

struct TrainCommand<Program: NewtonCGProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "train", abstract: "Train the model of a configuration.")
    }

    @OptionGroup var input: ConfigurationArguments<Program>

    @ArgumentParser.Option(help: "The run folder (default: runs/<name>).")
    var runDir: String?

    @ArgumentParser.Option(help: "Write a timeline of all ranks in Chrome's trace format, for ui.perfetto.dev.")
    var trace: String?

    @Flag(help: "At the end compare the ranks' replicas and check the curvature's symmetry; status 1 where one fails.")
    var verify = false

    @Flag(help: "Go on from the newest checkpoint of the run folder.")
    var resume = false

    @Flag(help: "Replace the run that the folder holds.")
    var overwrite = false

    @Flag(help: "Print every key with its value and end.")
    var printConfig = false

    mutating func validate() throws {
        if resume && overwrite { throw ValidationError("--resume and --overwrite exclude one another") }
    }

    func run() throws {
        StopSignal.watch()
        runOnRanks { world in
            let configuration = try input.load(world)
            if printConfig {
                if world.rank == 0 { try StandardOutput.write(configuration.yaml) }
                return 0
            }
            guard !configuration.course.isEmpty else {
                throw try world.agreedError(
                    "\(input.config): there is no 'optimizer' to train with; 'compare' is for newton-cg compare")
            }
            let folder = RunFolder(runDir ?? "runs/\(configuration.name)")
            let opening: RunFolder.Opening = resume ? .resume : overwrite ? .overwrite : .new
            let console = world.rank == 0 ? Console() : nil
            let outcome =
                switch configuration.precision {
                case .float32:
                    try TrainingRun<Float>(configuration, world).start(
                        folder, opening, console, trace: trace, verify: verify, stopRequest: { StopSignal.isRaised })
                case .float64:
                    try TrainingRun<Double>(configuration, world).start(
                        folder, opening, console, trace: trace, verify: verify, stopRequest: { StopSignal.isRaised })
                }
            if let record = outcome.record, let console { try RunReport(record).write(console) }
            return outcome.wasStopped ? 75 : outcome.hasFailed ? 1 : 0
        }
    }
}

extension Communicator {
    /// An error that all ranks know already: told once, by rank 0, with exit status 2.
    func agreedError(_ sentence: String) throws -> any Error {
        do {
            try agree { throw RunError(sentence, exitStatus: 2) }
        } catch {
            return error
        }
        fatalError("an agreement on an error throws")
    }
}
