import ArgumentParser
import NewtonCG

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Says what is in a dataset or a checkpoint.")

    @Argument(help: "A dataset, a checkpoint, or any other HDF5 file.") var file: String

    func run() throws { try StandardOutput.write(Inspection(file).text) }
}
