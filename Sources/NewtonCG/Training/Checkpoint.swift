import HDF5

/// The state of a run between two steps (docs/data-format.md): parameters, what the optimizer carries, where the run
/// stands, and how it was configured. All ranks hold the same.
public struct Checkpoint<S: TrainingScalar> {
    /// What the attribute `format` of every checkpoint says.
    public static var format: String { checkpointFormat }
    /// Of the format that is written.
    public static var version: Int { checkpointVersion }

    /// Of what is trained, and of what is frozen.
    public var parameters: [S]
    /// Parameters of layers that are not trained, as `Network.allParameters` places them.
    public var frozen: [S] = []
    /// The averaged parameters that evaluation uses, where there are any.
    public var average: [S]?
    /// The running statistics of all layers.
    public var state: [S] = []
    /// What the optimizer goes on from.
    public var optimizer = OptimizerState<S>()
    /// Where the run stands.
    public var position = RunPosition()
    /// Of the initial parameters and the batch order.
    public var seed: UInt64 = 0
    /// Of the training data; nil in a file of another program.
    public var dataDigest: UInt64?
    /// The resolved configuration as YAML; nil in a file of another program.
    public var configuration: String?

    /// At the beginning of a run; all else is to be set.
    public init(parameters: [S]) { self.parameters = parameters }

    /// Writes the file whole: a temporary name, flushed, renamed. Throws a `RunError`.
    public func write(_ path: String, _ network: Network<S>) throws {
        do {
            try File.writeWhole(path) { file in
                try file.setAttribute("format", Self.format)
                try file.setAttribute("version", Self.version)
                try file.setAttribute("step", position.step)
                try file.setAttribute("epoch", position.epochs)
                try file.setAttribute("phase", position.phase + 1)
                try file.setAttribute("seed", Int(truncatingIfNeeded: seed))
                if let dataDigest { try file.setAttribute("data_digest", Int(truncatingIfNeeded: dataDigest)) }
                if let configuration { try file.setAttribute("config", configuration) }
                try writeParameters(parameters, frozen: frozen, "parameters", network, to: file)
                if let average { try writeParameters(average, "average", network, to: file) }
                for (path, statistic, range, _) in network.state {
                    try file.write("state/\(path)", Array(state[range]), shape: [statistic.count], checksum: true)
                }
                let group = try file.createGroup("optimizer")
                for (name, vector) in optimizer.vectors {
                    try group.write(name, vector, shape: [vector.count], checksum: true)
                }
                // Attributes lie under the checksum of the group's header.
                for (name, number) in optimizer.numbers { try group.setAttribute(name, number) }
                let run = try file.createGroup("run")
                try run.write("position", position.numbers, shape: [position.numbers.count], checksum: true)
            }
        } catch let error as HDF5Error {
            throw RunError("the checkpoint \(path) could not be written: \(error)")
        }
    }

    /// Reads a file and checks all of it. Throws a `DataError`.
    public init(_ path: String, _ network: Network<S>) throws {
        self = try readingData { try Checkpoint(reading: path, network) }
    }

    private init(reading path: String, _ network: Network<S>) throws {
        let file = try File(path, .readOnly)
        try checkCheckpointFormat(file)
        (parameters, frozen) = try readAllParameters(file, network)
        // By their names: a part that is there but damaged is an error, no missing one.
        let parts = try file.names
        if parts.contains("average") { average = try readParameters(file, "average", network) }
        state = try readState(file, network)
        position.step = try file.attributeInt("step") ?? 0
        seed = UInt64(truncatingIfNeeded: try file.attributeInt("seed") ?? 0)
        dataDigest = try file.attributeInt("data_digest").map { UInt64(truncatingIfNeeded: $0) }
        configuration = try file.attributeString("config")
        if parts.contains("optimizer") {
            let group = try file.group("optimizer")
            for name in try group.names { optimizer.vectors[name] = try group.dataset(name).read() }
            for name in try group.attributeNames { optimizer.numbers[name] = try group.attributeDouble(name) }
        }
        if parts.contains("run") {
            let numbers: [Double] = try file.dataset("run/position").read()
            guard let saved = RunPosition(numbers: numbers) else {
                throw DataError("\(path): run/position holds \(numbers.count) numbers that are not where a run stands")
            }
            position = saved
        }
    }
}

/// Where a run stands between two steps.
public struct RunPosition: Equatable, Sendable {
    /// Steps that are done, over all phases.
    public var step = 0
    /// The epoch and the batch in it that come next.
    public var epoch = 0, batch = 0
    /// Epochs done, with their fraction.
    public var epochs = 0.0
    /// Seconds spent in steps.
    public var seconds = 0.0
    /// (decay)^steps of the averaged parameters.
    public var averageWeight = 1.0
    /// The best loss of an evaluation so far.
    public var best = Double.infinity
    /// The phase, from 0, and where it began.
    public private(set) var phase = 0, phaseStep = 0, phaseEpoch = 0, phaseEpochs = 0.0

    /// The beginning of a run.
    public init() {}

    /// Steps done in the phase.
    var stepsOfPhase: Int { step - phaseStep }

    /// Epochs done in the phase, where an epoch has so many batches.
    func epochsOfPhase(batches: Int) -> Double { Double(epoch - phaseEpoch) + Double(batch) / Double(batches) }

    /// A step was taken, on one of the epoch's batches.
    mutating func advance(batches: Int) {
        (step, batch) = (step + 1, batch + 1)
        epochs = phaseEpochs + epochsOfPhase(batches: batches)
    }

    /// The next phase begins, with a new order of the rows.
    mutating func beginPhase() {
        if batch > 0 { (epoch, batch) = (epoch + 1, 0) }
        (phase, phaseStep, phaseEpoch, phaseEpochs) = (phase + 1, step, epoch, epochs)
    }

    /// Files of the first phase are as those of runs without phases.
    var numbers: [Double] {
        [Double(step), Double(epoch), Double(batch), epochs, seconds, averageWeight, best]
            + (phase == 0 ? [] : [Double(phase), Double(phaseStep), Double(phaseEpoch), phaseEpochs])
    }
    init?(numbers n: [Double]) {
        let counts = n.count == 7 ? n[..<3] : n.count == 11 ? n[..<3] + n[7..<10] : []
        guard !counts.isEmpty, counts.allSatisfy({ (0...0x1p53).contains($0) }) else { return nil }
        (step, epoch, batch, epochs) = (Int(n[0]), Int(n[1]), Int(n[2]), n[3])
        (seconds, averageWeight, best) = (n[4], n[5], n[6])
        if n.count == 11 { (phase, phaseStep, phaseEpoch, phaseEpochs) = (Int(n[7]), Int(n[8]), Int(n[9]), n[10]) }
    }
}

private let checkpointFormat = "newton-cg checkpoint", checkpointVersion = 1

/// Whether a file is a checkpoint that this program can read.
public func checkCheckpointFormat(_ file: File) throws {
    guard let found = try file.attributeString("format"), found == checkpointFormat else {
        throw DataError(
            "\(file.fileName) is not a checkpoint: its root has no attribute format = \"\(checkpointFormat)\"")
    }
    guard let number = try file.attributeInt("version") else {
        throw DataError("\(file.fileName): its root has no attribute 'version'")
    }
    guard number <= checkpointVersion else {
        throw DataError(
            "\(file.fileName) has version \(number) of the checkpoint format, this program reads up to "
                + "\(checkpointVersion): take a newer newton-cg")
    }
}

/// Reads a flat vector from `top/<layer>/<name>`, each with the shape that the network has.
public func readParameters<S: TrainingScalar>(_ file: File, _ top: String, _ network: Network<S>) throws -> [S] {
    try readVector(file, top, network.parameters.map { ($0.path, $0.parameter.shape) })
}

/// Reads the parameters of all layers: those that are trained, and those that are frozen.
public func readAllParameters<S: TrainingScalar>(_ file: File, _ network: Network<S>) throws -> (
    trained: [S], frozen: [S]
) {
    let entries = network.allParameters
    let values: [S] = try readVector(file, "parameters", entries.map { ($0.path, $0.parameter.shape) })
    var trained: [S] = [], frozen: [S] = [], next = 0
    for entry in entries {
        let own = values[next..<next + entry.range.count]
        if entry.isFrozen { frozen += own } else { trained += own }
        next += entry.range.count
    }
    return (trained, frozen)
}

/// Reads the running statistics of all layers from `state/<layer>/<name>`; none where the network has none.
public func readState<S: TrainingScalar>(_ file: File, _ network: Network<S>) throws -> [S] {
    guard let first = network.state.first else {
        guard try !file.has("state") else {
            throw DataError(
                "\(file.fileName) has running statistics, which the model has not: is it a file of another model?")
        }
        return []
    }
    guard try file.has("state") else {
        throw DataError(
            "\(file.fileName) has no group 'state': the model has batch_norm, and its running statistics (state/"
                + "\(first.path), …) are needed to evaluate it or to go on training")
    }
    return try readVector(file, "state", network.state.map { ($0.path, [$0.statistic.count]) })
}

/// Reads `top/<path>` for every path with its shape, one after the other.
private func readVector<S: TrainingScalar>(
    _ file: File, _ top: String, _ entries: [(path: String, shape: [Int])]
) throws -> [S] {
    guard try file.isGroup(top) else { throw DataError("\(file.fileName) has no group '\(top)'") }
    var vector: [S] = []
    for (path, shape) in entries {
        guard try file.isDataset("\(top)/\(path)") else {
            throw DataError(
                "\(file.fileName) has no \(top)/\(path), which the model needs: is it a file of another model?")
        }
        let dataset = try file.dataset("\(top)/\(path)")
        guard dataset.shape == shape else {
            throw DataError("\(file.fileName): \(top)/\(path) has shape \(dataset.shape), the model needs \(shape)")
        }
        guard dataset.elementKind.isFloat else {
            throw DataError("\(file.fileName): \(top)/\(path) holds \(dataset.elementKind), not float32 or float64")
        }
        let values: [S] = try dataset.read()
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            throw DataError("\(file.fileName): \(top)/\(path) holds \(values[bad]) at place \(bad)")
        }
        vector += values
    }
    let known = Set(entries.map { $0.path.split(separator: "/").first! })
    if let stranger = try file.group(top).names.first(where: { !known.contains(Substring($0)) }) {
        throw DataError(
            "\(file.fileName) has \(top)/\(stranger), which the model has not: is it a file of another model?")
    }
    return vector
}

/// Writes a flat vector as `top/<layer>/<name>`.
/// - Parameter frozen: the parameters that are not trained; nil: they are not written.
public func writeParameters<S: TrainingScalar>(
    _ vector: UnsafePointer<S>, frozen: UnsafePointer<S>? = nil, _ top: String, _ network: Network<S>, to file: File
) throws {
    for entry in network.allParameters {
        guard let vector = entry.isFrozen ? frozen : vector else { continue }
        let values = UnsafeBufferPointer(start: vector + entry.range.lowerBound, count: entry.range.count)
        try file.write("\(top)/\(entry.path)", Array(values), shape: entry.parameter.shape, checksum: true)
    }
}
