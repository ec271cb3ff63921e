import ArgumentParser
import Foundation
import HDF5
import MPI
import NewtonCG

extension NewtonCGProgram {
    /// Runs the command line and ends the process with its exit status. Bad usage ends with status 2 and is told once,
    /// whatever the number of ranks; so is help.
    public static func main() {
        typealias Root = RootCommand<Self>
        StandardOutput.keepStandardStreams()
        HDF5.doNothingAtExit()
        do {
            var command = try Root.parseAsRoot()
            try command.run()
        } catch {
            let isUsage = Root.exitCode(for: error) == .validationFailure
            let status: Int32 =
                (error as? any ExitStatus)?.exitStatus ?? (isUsage ? 2 : Root.exitCode(for: error).rawValue)
            if Launch.isFirstRank {
                let known = error is any ExitStatus
                var text = known ? "error: \(error)" : Root.fullMessage(for: error)
                if text.hasPrefix("Error: ") { text = "e" + text.dropFirst() }
                do {
                    if !text.isEmpty { try status == 0 ? StandardOutput.line(text) : StandardOutput.warn(text) }
                } catch {
                    StandardOutput.warn("error: \(error)")
                    Foundation.exit(1)
                }
            }
            Foundation.exit(status)
        }
    }
}

struct RootCommand<Program: NewtonCGProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Program.name,
            abstract: "Trains neural networks by a distributed Newton conjugate gradient method.",
            discussion: """
                Alone it is one rank; under mpirun or srun it is many. Exit status: 0 done, 1 the run failed, 2 bad usage \
                or configuration, 3 bad data or checkpoint, 75 stopped by a signal after a checkpoint: go on by --resume.
                """,
            version: Machine.version,
            subcommands: [
                DataCommand<Program>.self, TrainCommand<Program>.self, EvaluateCommand<Program>.self,
                ProductCommand<Program>.self, CheckCommand<Program>.self, CompareCommand<Program>.self,
                ScalingCommand<Program>.self, BenchCommand.self, InspectCommand.self, InfoCommand<Program>.self,
            ])
    }
}
