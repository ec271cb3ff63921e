import ArgumentParser
import NewtonCG
import Scaling

struct ScalingCommand<Program: NewtonCGProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "scaling",
            abstract: "The parallel-efficiency report of some run folders: tables, POP metrics, checks, a verdict.",
            discussion: """
                Runs of one setting on several numbers of ranks make a series: strong with the same batch, weak with the same \
                batch a rank. Repeated runs give the median. Folders of newton-cg compare are taken too. docs/scaling.md \
                explains the report. Needs no MPI.
                """)
    }

    @Argument(help: "Run folders.", completion: .directory)
    var runs: [String] = []

    @ArgumentParser.Option(name: .shortAndLong, help: "The folder to write.")
    var output = "runs/scaling-report"

    @ArgumentParser.Option(
        help: ArgumentHelp(
            "A folder of rounds: in each the run folders together, beside-1, beside-2, … and alone; may be repeated.",
            valueName: "folder"))
    var pairs: [String] = []

    @ArgumentParser.Option(
        help: ArgumentHelp(
            "A loss to come to, as loss=0.5 (default: the lowest that every run reached).", valueName: "loss=value"))
    var target: String?

    @ArgumentParser.Option(
        help: ArgumentHelp(
            "The description of a network to predict on (data/networks); may be repeated (default: three examples).",
            valueName: "file"))
    var network: [String] = []

    private var loss: Double? {
        target.flatMap { text in
            text.hasPrefix("loss=") ? Double(text.dropFirst(5)).flatMap { $0.isFinite ? $0 : nil } : nil
        }
    }

    mutating func validate() throws {
        guard !runs.isEmpty || !pairs.isEmpty else {
            throw ValidationError("name the run folders: newton-cg scaling runs/scaling/*")
        }
        guard target == nil || loss != nil else {
            throw ValidationError("--target is a loss, as loss=0.5, not '\(target!)'")
        }
    }

    func run() throws {
        do {
            try checkOutput(output, over: runs + pairs + network, plainFile: false)
            let networks = try network.isEmpty ? nil : network.map { try NetworkDescription(path: $0) }
            try ScalingReport(runs, pairs: pairs, target: loss, networks: networks, registry: Program.registry).write(
                in: output
            ) { try StandardOutput.line($0) }
        } catch let error as DataError {
            throw RunError(error.description, exitStatus: 3)
        }
    }
}
