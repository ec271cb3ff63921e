import ArgumentParser

@main
struct NewtonCGCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "newton-cg",
        abstract: "Trains neural networks by a distributed Newton conjugate gradient method.")
}
