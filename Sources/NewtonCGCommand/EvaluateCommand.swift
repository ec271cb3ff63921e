import ArgumentParser
import HDF5
import MPI
import NewtonCG

struct EvaluateCommand<Program: NewtonCGProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "evaluate", abstract: "Loss and metrics of a checkpoint on a part of a dataset.")
    }

    @Argument(help: "The checkpoint.", completion: .file(extensions: ["h5"]))
    var checkpoint: String

    @ArgumentParser.Option(help: "The dataset.", completion: .file(extensions: ["h5"]))
    var data: String

    @ArgumentParser.Option(help: "train, validation or test.")
    var part = "test"

    @ArgumentParser.Option(help: "The configuration, where the checkpoint has none.")
    var config: String?

    func run() throws {
        runOnRanks { world in
            let configuration = try world.agree {
                if let config { return try Configuration.load(path: config, registry: Program.registry) }
                let yaml = try readingData {
                    let file = try File(checkpoint, .readOnly)
                    try checkCheckpointFormat(file)
                    return try file.attributeString("config")
                }
                guard let yaml else {
                    throw RunError(
                        "\(checkpoint) holds no configuration: name the one of its model by --config", exitStatus: 2)
                }
                return try Configuration(yaml: yaml, path: checkpoint, registry: Program.registry)
            }
            switch configuration.precision {
            case .float32: try evaluate(configuration, world, Float.self)
            case .float64: try evaluate(configuration, world, Double.self)
            }
            return 0
        }
    }

    private func evaluate<S: TrainingScalar>(_ configuration: Configuration, _ world: Communicator, _: S.Type) throws {
        let (point, state, evaluation, rows) = try world.agree {
            let dataset = try DatasetFile(data, columns: configuration.data.columns)
            let set = try EvaluationSet<S>(configuration, dataset, part: part, world)
            do {
                let saved = try Checkpoint<S>(checkpoint, set.network)
                set.freeze(saved)
                return (saved.average ?? saved.parameters, saved.state, set.evaluation, set.rows)
            } catch let error as DataError {
                throw DataError("\(error); the model was built for the samples of \(data): \(set.network.input)")
            }
        }
        let metrics = try point.withUnsafeBufferPointer { try evaluation.metrics(at: $0.baseAddress!, state: state) }
        guard world.rank == 0 else { return }
        try StandardOutput.line("\(part) of \(data), \(rows) samples: " + metrics.text { "\($0)" })
    }
}
