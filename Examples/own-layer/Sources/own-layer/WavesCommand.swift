import ArgumentParser
import Foundation
import HDF5
import NewtonCG

/// `own-layer data waves`: a small dataset, y = sin(2x₁)·x₂ on a square.
struct WavesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waves", abstract: "A small regression: y = sin(2a)·b.")

    @ArgumentParser.Option(help: "Training rows; a quarter as many are for the test.") var rows = 400
    @ArgumentParser.Option(name: .shortAndLong, help: "The file to write.") var output: String

    func run() throws {
        try DatasetFile.write(output, name: "waves", task: .regression, from: []) { file in
            for (part, count, shift) in [("train", rows, 0.0), ("test", rows / 4, 0.5)] {
                // Points of a Kronecker sequence: they fill the square evenly.
                var inputs: [Double] = [], targets: [Double] = []
                for i in 1...count {
                    let a = coordinate(shift + Double(i) * 0.7548776662466927)
                    let b = coordinate(shift + Double(i) * 0.5698402909980532)
                    inputs += [a, b]
                    targets.append(sin(2 * a) * b)
                }
                try file.write("\(part)/inputs", inputs, shape: [count, 2])
                try file.write("\(part)/targets", targets, shape: [count, 1])
            }
        }
        /// The fraction of a number, in −1 … 1.
        func coordinate(_ x: Double) -> Double { 2 * (x - x.rounded(.down)) - 1 }
        print("\(output): \(rows) training and \(rows / 4) test rows")
    }
}
