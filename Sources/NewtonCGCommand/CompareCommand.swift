import ArgumentParser
import MPI
import NewtonCG

struct CompareCommand<Program: NewtonCGProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "compare", abstract: "Train one model by several optimizers; a table and figures.",
            discussion: """
                The optimizers, their grids, the seeds and the target stand under 'compare' in the configuration.
                """)
    }

    @OptionGroup var input: ConfigurationArguments<Program>

    @ArgumentParser.Option(help: "The run folder (default: runs/<name>-compare).")
    var runDir: String?

    @Flag(help: "Replace the run that the folder holds.")
    var overwrite = false

    func run() throws {
        runOnRanks { world in
            let configuration = try input.load(world)
            guard let compare = configuration.compare else {
                throw try world.agreedError(
                    "\(input.config): there is no 'compare' with the optimizers to compare; 'optimizer' alone is for "
                        + "newton-cg train")
            }
            let folder = RunFolder(runDir ?? "runs/\(configuration.name)-compare")
            let console = world.rank == 0 ? Console() : nil
            func result<S: TrainingScalar>(_: S.Type) throws -> ComparisonResult {
                try Comparison<S>(configuration, compare, folder, world).run(overwrite ? .overwrite : .new, console)
            }
            let result =
                switch configuration.precision {
                case .float32: try result(Float.self)
                case .float64: try result(Double.self)
                }
            if let console { try ComparisonReport(result).write(in: folder, console) }
            return 0
        }
    }
}
