import ArgumentParser
import NewtonCG
import NewtonCGCommand

/// `newton-cg` with two layers, a loss, a model and an importer of our own.
enum OwnLayer: NewtonCGProgram {
    static let name = "own-layer"
    static let registry = Registry.standard.adding(
        layers: [.isru, .scaleShift], losses: [.pseudoHuber], models: [.isruNetwork])
    static let importers: [any ParsableCommand.Type] = [WavesCommand.self]
}

OwnLayer.main()
