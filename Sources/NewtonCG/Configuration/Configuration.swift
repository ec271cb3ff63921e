import Foundation

/// Everything that a run is told, checked: the plain values of a YAML file (docs/configuration.md), every
/// default filled in.
public struct Configuration: Equatable, Sendable {
    /// The scalar type of a run.
    public enum Precision: String, Equatable, Sendable, CaseIterable {
        /// Swift's Float, and Double.
        case float32, float64
    }

    /// The name of the run: the file's stem where none is given.
    public var name: String
    /// Of all random numbers.
    public var seed: UInt64
    /// The scalar type that is trained in.
    public var precision: Precision
    /// Threads per rank.
    public var threads: Int
    /// Bytes per rank for kept activations.
    public var memory: Int
    public var convolution: ConvolutionChoice
    /// When gradients and products are summed over the ranks.
    public var reduction: ReductionSchedule
    /// The dataset, and how it is cut into batches.
    public var data: Data
    /// The network's description.
    public var model: ModelSpec
    public var loss: LossSpec
    /// λ of ½λ‖w‖².
    public var l2: Double
    /// nil where there are phases, and where there is only `compare`.
    public var optimizer: OptimizerSettings?
    /// What trains one after the other; none where there is one optimizer.
    public var phases: [TrainingPhase]
    /// The decay per step of the averaged parameters that evaluation uses; 0: no average.
    public var average: Double
    /// How long is trained, and what is done on the way.
    public var train: Train
    /// Several optimizers side by side; nil: one run.
    public var compare: Compare?
    /// What it was read with.
    public let registry: Registry
    /// Where things stand in the file.
    var places: Places

    /// The dataset, and how it is cut into batches.
    public struct Data: Sendable {
        /// How much a step sees.
        public enum Batch: Equatable, Sendable {
            /// The whole training part.
            case full
            /// Samples of a global batch.
            case samples(Int)
        }
        /// The dataset as it was written in the configuration.
        public var file: String
        /// Names of columns that the model or the loss reads, each with the column of the dataset that it means.
        public var columns: [String: String]
        /// The configuration's folder, from which `file` is looked up.
        public var folder: String
        /// What a step sees.
        public var batch: Batch
        /// Samples that stay together, and that batch normalisation takes its statistics of.
        public var group: Int
        /// The fraction of `train` that becomes the validation part where the file has none.
        public var validation: Double

        /// The dataset's path, from the working directory.
        public var path: String { InputFile(written: file, folder: folder).path }
    }

    /// From one time that something is done to the next.
    public enum Interval: Equatable, Sendable {
        /// So many epochs, fractions too.
        case epochs(Double)
        /// So many steps.
        case steps(Int)
    }

    /// A value of a metric at which a run may stop.
    public struct Target: Equatable, Sendable {
        /// Where a target's metric is looked at.
        public enum Part: String, Equatable, Sendable, CaseIterable {
            /// The validation part, else the test part, as often as they are evaluated.
            case evaluation
            /// The loss of the training part: at every step where batches are full, else as often as parts are
            /// evaluated.
            case train
        }
        /// The name of one of the loss's metrics.
        public var metric: String
        public var value: Double
        /// Where the metric is looked at.
        public var part = Part.evaluation
    }

    /// How long is trained, and what is done on the way.
    public struct Train: Equatable, Sendable {
        /// Either or both are given, where phases do not end the run; the first that is reached ends it.
        public var epochs: Double?
        /// See `epochs`.
        public var steps: Int?
        /// From one evaluation to the next.
        public var evaluateEvery: Interval
        /// From one checkpoint to the next.
        public var checkpointEvery: Interval
        /// The number of last checkpoints that are kept.
        public var keep: Int
        /// What is aimed at; nil: nothing.
        public var target: Target?
        /// Where the parameters begin, and running statistics where the file has them; nil: at random.
        public var initial: InputFile?
        /// Which layers' parameters are trained.
        public var trainable = Trainable.all
        /// Steps from one comparison of the ranks' replicas to the next; nil: none.
        public var replicaCheckEvery: Int?
    }

    /// Several optimizers on one problem, with the same seeds.
    public struct Compare: Equatable, Sendable {
        /// One setting of an optimizer.
        public struct Candidate: Equatable, Sendable {
            /// One, without an end of its own, where an optimizer stands alone.
            public var phases: [TrainingPhase]
            /// Where it has a batch of its own, other than `data.batch`.
            public var batch: Data.Batch?
            /// What sets it apart from the others of its grid, as `learning_rate=0.01`; empty where alone.
            public var grid: String
        }
        /// An optimizer of the comparison, with the settings of its grid.
        public struct Entry: Equatable, Sendable {
            /// What tables and figures call it.
            public var label: String
            /// The grid's settings, the last key varying fastest; at least one.
            public var candidates: [Candidate]
        }
        /// In the order of the file.
        public var optimizers: [Entry]
        /// Each is a run of every optimizer.
        public var seeds: [UInt64]
        /// What is aimed at; nil: nothing.
        public var target: Target?
        /// Values of the target's metric on the way to it, whose arrival is shown too.
        public var milestones: [Double]
        /// A run ends at the first evaluation after so many seconds of steps.
        public var seconds: Double?
    }

    /// Reads a configuration file. `overrides` are `key.path=value` of the command line's `--set`, the last
    /// one for a key wins. Throws a `ConfigurationError`.
    public static func load(
        path: String, overrides: [String] = [], registry: Registry = .standard
    ) throws -> Configuration {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            let exists = FileManager.default.fileExists(atPath: path)
            throw ConfigurationError(
                exists ? "it can't be read as a file" : "there is no such file", at: .file(path))
        }
        guard let yaml = String(data: bytes, encoding: .utf8) else {
            throw ConfigurationError("it is not text in UTF-8", at: .file(path))
        }
        return try Configuration(yaml: yaml, path: path, overrides: overrides, registry: registry)
    }

    /// Reads YAML text. `path` names it in errors, and its folder is where the dataset is looked up from.
    public init(yaml: String, path: String, overrides: [String] = [], registry: Registry = .standard) throws {
        var tree = try Tree(yaml: yaml, file: .file(path), line: { .line(path, $0) })
        tree.origin = .file(path)
        for assignment in overrides { try tree.apply(override: assignment) }
        try self.init(Field(tree: tree, path: ""), path: path, registry)
    }
}

extension Configuration.Data: Equatable {
    /// Equal where they read the same file, however it is written.
    public static func == (a: Self, b: Self) -> Bool {
        a.input == b.input && a.columns == b.columns && a.batch == b.batch && a.group == b.group
            && a.validation == b.validation
    }

    var input: InputFile { InputFile(written: file, folder: folder) }
}

extension Configuration {
    /// Where the parts stand that are checked only when a network is made. Not a part of the value: two
    /// configurations are equal wherever they stand.
    struct Places: Equatable, Sendable {
        struct Item: Sendable {
            let origin: Origin
            var options: [String: Origin]
        }
        /// The file that was read, as it was named.
        var file: String
        var memory: Origin
        var batch: Origin
        var trainable: Origin
        var model: Origin
        var layers: [Item]
        var loss: Item

        static func == (a: Places, b: Places) -> Bool { true }
    }

    /// An error of model building with the file and line of the layer, and of the key, that it speaks of.
    public func located(_ error: ModelError) -> ConfigurationError {
        let item = error.place.flatMap { places.layers.indices.contains($0) ? places.layers[$0] : nil }
        if let item {
            let origin = error.key.flatMap { item.options[$0] } ?? item.origin
            return ConfigurationError(error.description, at: origin)
        }
        if let key = error.key, error.layer == nil, key == "loss" || places.loss.options[key] != nil {
            return ConfigurationError(error.description, at: places.loss.options[key] ?? places.loss.origin)
        }
        let origins = ["memory": places.memory, "batch": places.batch, "trainable": places.trainable]
        return ConfigurationError(error.description, at: error.key.flatMap { origins[$0] } ?? places.model)
    }
}
