import ArgumentParser
import Foundation
import MPI
import NewtonCG

struct InfoCommand<Program: NewtonCGProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "info",
            abstract: "What was found: MPI, BLAS and its kernel, HDF5, cores, version; or the options of a kind.")
    }

    @Argument(help: "A kind of layer, loss, model or optimizer: its options.")
    var kind: String?

    func run() throws {
        if let kind {
            guard let options = Program.registry.options(of: kind) else {
                throw ValidationError(
                    "there is no kind '\(kind)'" + suggestion(for: kind, among: Program.registry.names.flatMap { $0 }))
            }
            try StandardOutput.line(([kind] + options.map { "  \($0)" }).joined(separator: "\n"))
            return
        }
        runOnRanks { world in
            let places = try Machine.places(world)
            guard world.rank == 0 else { return 0 }
            try StandardOutput.line("newton-cg \(Machine.version)")
            try StandardOutput.line("MPI       \(Machine.mpi)")
            try StandardOutput.line("BLAS      \(Machine.blas)")
            try StandardOutput.line("kernels   \(Machine.kernels) (products, convolutions, elementwise)")
            try StandardOutput.line("HDF5      \(Machine.hdf5)")
            for (title, names) in zip(["layers", "losses", "models", "methods"], Program.registry.names)
            where !names.isEmpty {
                try StandardOutput.line(
                    title.padding(toLength: 9, withPad: " ", startingAt: 0) + " " + names.joined(separator: ", "))
            }
            for place in places ?? [] { try StandardOutput.line(place) }
            return 0
        }
    }
}
