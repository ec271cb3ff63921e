import ArgumentParser
import Foundation
import MPI
import NewtonCG

/// A program with every subcommand of `newton-cg`, for the kinds of layers, losses, models and optimizers of its registry.
///
/// Somebody's own program is a `main.swift` of a few lines:
///
///     import NewtonCG
///     import NewtonCGCommand
///
///     enum MyProgram: NewtonCGProgram {
///         static let registry = Registry.standard.adding(layers: [.bend])
///     }
///     MyProgram.main()
public protocol NewtonCGProgram {
    /// What configurations can name; default: what is part of the library.
    static var registry: Registry { get }
    /// The program's name in its help; default: `newton-cg`.
    static var name: String { get }
    /// Subcommands of `data` beside those of the library, which make dataset files from other formats; default: none.
    static var importers: [any ParsableCommand.Type] { get }
}

extension NewtonCGProgram {
    public static var registry: Registry { .standard }
    public static var name: String { "newton-cg" }
    public static var importers: [any ParsableCommand.Type] { [] }
}

/// How this process was started, known before MPI is.
enum Launch {
    /// False only for a rank above 0 of a job that a launcher started.
    static var isFirstRank: Bool {
        let environment = ProcessInfo.processInfo.environment
        for name in ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"] {
            if let rank = environment[name] { return rank == "0" }
        }
        return true
    }
}

/// What the commands on a configuration share.
struct ConfigurationArguments<Program: NewtonCGProgram>: ParsableArguments {
    @Argument(help: "The configuration (docs/configuration.md).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String

    @ArgumentParser.Option(name: .customLong("set"), help: "Another value for a key; may be repeated.")
    var overrides: [String] = []

    mutating func validate() throws {
        for override in overrides where !override.contains("=") {
            throw ValidationError("--set needs key=value, not '\(override)'")
        }
    }

    /// Reads it on every rank; all go on or all end.
    func load(_ world: Communicator) throws -> Configuration {
        try world.agree { try Configuration.load(path: config, overrides: overrides, registry: Program.registry) }
    }
}

/// Runs a command's body on every rank and ends the process with its exit status.
func runOnRanks(_ body: (Communicator) throws -> Int32) -> Never {
    Machine.useOneThread()
    _ = Console.wasLaunched
    exit(
        MPIEnvironment.run { world in
            Refusal.ends { world.abort(message: $0) }
            return try body(world)
        })
}
