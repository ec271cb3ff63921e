import ArgumentParser
import MPI
import NewtonCG

struct CheckCommand<Program: NewtonCGProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "check",
            abstract: "Is this model right? PASSED or FAILED for each layer, the loss and the network.",
            discussion: """
                By finite differences (never across a kink), symmetry, G ≥ 0, and any order, division and ranks. For the author of a model or a layer. All is computed in float64 on a few samples of the dataset; under \
                mpirun the ranks are compared too. Exit status 1 where anything failed.
                """)
    }

    @OptionGroup var input: ConfigurationArguments<Program>

    func run() throws {
        runOnRanks { world in
            let check = try ModelCheck(try input.load(world), world)
            if world.rank == 0 { try StandardOutput.line(check.report) }
            return check.hasFailed ? 1 : 0
        }
    }
}
