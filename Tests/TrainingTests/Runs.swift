import Foundation
import NewtonCG
import TestSupport
import Testing

/// A run of 13 steps, 4 to an epoch, with a checkpoint every 3 and an average.
/// - Parameters:
///   - layers: before the last one, of 3 units.
///   - batch: 10 samples, or another number in groups.
///   - trainable: which layers are.
func configuration(
    _ optimizer: String, precision: String = "float64", layers: String = "dense: {units: 5}, tanh",
    batch: String = "10",
    trainable: String = "all"
) -> String {
    let indented = optimizer.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    return """
        name: small
        seed: 3
        precision: \(precision)
        data: {file: data.h5, batch: \(batch)}
        model: {layers: [\(layers), dense: {units: 3}]}
        loss: cross_entropy
        regularisation: {l2: 0.01}
        optimizer:
        \(indented)
        average: 0.8
        train: {steps: 13, evaluate_every: 1 steps, checkpoint_every: 3 steps, trainable: \(trainable)}

        """
}

/// Layers with running statistics, some in a block; three steps to an epoch.
let normalised = (
    layers: "dense: {units: 5}, batch_norm, tanh, residual: {main: [dense: {units: 5}, batch_norm: {momentum: 0.3}]}",
    batch: "12, group: 4"
)

/// Frozen layers, one of them between trained ones, and noise before and behind them.
let noisyAndFrozen = (
    layers: "dense: {units: 6, name: a}, tanh, dropout: {rate: 0.1}, dense: {units: 5, name: b}, batch_norm, "
        + "dropout: {rate: 0.3}, tanh",
    trainable: "[b, dense_3]"
)

/// The network of a bench's configuration, on its dataset.
func network<S: TrainingScalar>(_ bench: Workbench, of type: S.Type) throws -> Network<S> {
    let configuration = try Configuration.load(path: bench.file("config.yaml"))
    let train = try DatasetFile(bench.file("data.h5")).part("train")
    return try Network<S>(
        configuration.model, columns: [Column(Column.input, .numbers, Shape(train.inputShape))],
        trainable: configuration.train.trainable)
}

/// The newest checkpoint of a run.
func lastCheckpoint<S: TrainingScalar>(_ bench: Workbench, _ run: String, of type: S.Type) throws -> Checkpoint<S> {
    let name = try #require(try bench.checkpoints(run).last { $0.hasPrefix("step-") })
    return try Checkpoint<S>(bench.file("\(run)/checkpoints/\(name)"), network(bench, of: S.self))
}

/// Two runs end in the same state, to the last bit, but for the time.
func expectSameEnd<S: TrainingScalar>(_ bench: Workbench, _ a: String, _ b: String, of type: S.Type) throws {
    let (a, b) = try (lastCheckpoint(bench, a, of: type), lastCheckpoint(bench, b, of: type))
    #expect(a.position.step > 0 && a.parameters.contains { $0 != 0 })
    #expect(a.parameters == b.parameters && a.frozen == b.frozen)
    #expect(a.average == b.average && a.state == b.state)
    #expect(a.optimizer.vectors == b.optimizer.vectors)
    #expect(a.optimizer.numbers == b.optimizer.numbers)
    #expect(withoutTime(a.position) == withoutTime(b.position))
}

func withoutTime(_ position: RunPosition) -> RunPosition {
    var position = position
    position.seconds = 0
    return position
}

func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
