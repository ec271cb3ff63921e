import Foundation

extension Configuration {
    /// Reads the root of a configuration.
    init(_ root: Field, path: String, _ registry: Registry) throws {
        self.registry = registry
        let keys = try root.section([
            "name", "seed", "precision", "threads", "memory", "convolution", "reduction", "data", "model", "loss",
            "regularisation", "optimizer", "phases", "average", "train", "compare",
        ])
        let file = URL(fileURLWithPath: path)
        name = try keys["name"]?.fileName() ?? file.deletingPathExtension().lastPathComponent
        seed = try keys["seed"]?.seed() ?? 1
        precision = try keys["precision"]?.name(Precision.self) ?? .float32
        threads = try keys["threads"]?.integer(atLeast: 1, atMost: 1024) ?? 1
        memory = try keys["memory"]?.bytes() ?? 2 << 30
        convolution = try keys["convolution"]?.name(ConvolutionChoice.self) ?? .fast
        reduction = try keys["reduction"]?.name(ReductionSchedule.self) ?? .atEnd
        let data = try keys.required("data", as: "{file: data/digits.h5}")
        self.data = try Data(data, folder: (path as NSString).deletingLastPathComponent)
        let model = try keys.required("model", as: "{layers: [flatten, {dense: {units: 10}}]}")
        let loss = try keys.required("loss", as: "cross_entropy")
        let lossPlace: Places.Item
        var reader = ModelReader(registry)
        (self.loss, lossPlace) = try reader.loss(loss)
        self.model = try reader.model(model, columns: [Column.shiftedTarget] + self.data.columns.keys.sorted())
        if data.origin(of: "group") == nil, self.model.nodes.contains(where: { $0.kind == "batch_norm" }) {
            self.data.group = self.data.batch.groupOfBatchNorm
        }
        places = Places(
            file: path, memory: keys["memory"]?.tree.origin ?? model.tree.origin,
            batch: data.origin(of: "batch") ?? data.tree.origin,
            trainable: keys["train"]?.origin(of: "trainable") ?? model.tree.origin,
            model: model.tree.origin, layers: reader.places, loss: lossPlace)
        l2 = try keys["regularisation"]?.section(["l2"])["l2"]?.number(.nonNegative) ?? 0
        optimizer = try keys["optimizer"]?.optimizer(registry.optimizers)
        average = try keys["average"]?.number(.belowOne) ?? 0
        let train = try keys.required("train", as: "{epochs: 10}")
        let metrics = try self.loss.metrics()
        self.train = try Train(
            train, folder: self.data.folder, metrics: metrics, hasEnd: keys["phases"] != nil && keys["compare"] == nil)
        phases = try keys["phases"]?.phases(registry.optimizers, endless: self.train.steps != nil) ?? []
        compare = try keys["compare"].map { try Compare($0, registry.optimizers, seed: seed, metrics: metrics) }
        if let field = keys["phases"] {
            guard optimizer == nil else {
                throw field.fail("'phases' stands in place of 'optimizer': leave one of them out")
            }
            guard self.train.epochs == nil else {
                throw ConfigurationError(
                    "'train.epochs' does not go with 'phases', each of which has its own: leave it out",
                    at: train.origin(of: "epochs") ?? train.tree.origin)
            }
        } else if optimizer == nil, compare == nil {
            _ = try keys.required("optimizer", as: "newton_cg")
        }
    }
}

extension Configuration.Data {
    init(_ field: Field, folder: String) throws {
        let keys = try field.section(["file", "columns", "batch", "group", "validation"])
        file = try keys.required("file", as: "data/digits.h5").text()
        columns = try keys["columns"]?.columnNames() ?? [:]
        self.folder = folder
        batch = try keys["batch"]?.batch() ?? .full
        group = try keys["group"]?.integer(atLeast: 1) ?? 1
        validation = try keys["validation"]?.number(.belowOne) ?? 0
    }
}

extension Configuration.Data.Batch {
    /// The size of a group where there is batch normalisation and none is given.
    fileprivate var groupOfBatchNorm: Int {
        switch self {
        case .full: 32
        case .samples(let n): min(32, n)
        }
    }
}

extension Configuration.Train {
    /// - Parameters:
    ///   - metrics: those that the loss has.
    ///   - hasEnd: whether something else ends the run.
    init(_ field: Field, folder: String, metrics: [Metric], hasEnd: Bool) throws {
        let keys = try field.section([
            "epochs", "steps", "evaluate_every", "checkpoint_every", "keep", "target", "initial", "trainable",
            "replica_check_every",
        ])
        epochs = try keys["epochs"]?.orNone { try $0.number(.positive) }
        steps = try keys["steps"]?.orNone { try $0.integer(atLeast: 1) }
        if epochs == nil, steps == nil, !hasEnd {
            throw field.fail(
                "neither '\(field.key("epochs"))' nor '\(field.key("steps"))' is given; "
                    + "write how long to train, as 'epochs: 10'")
        }
        evaluateEvery = try keys["evaluate_every"]?.interval() ?? .epochs(1)
        checkpointEvery = try keys["checkpoint_every"]?.interval() ?? .epochs(1)
        keep = try keys["keep"]?.integer(atLeast: 1) ?? 3
        target = try keys["target"]?.orNone { try $0.target(among: metrics) }
        initial = try keys["initial"]?.orNone { InputFile(written: try $0.text(), folder: folder) }
        trainable = try keys["trainable"]?.trainable() ?? .all
        replicaCheckEvery = 100
        if let every = keys["replica_check_every"] {
            replicaCheckEvery = try every.orNone { try $0.integer(atLeast: 1) }
        }
    }
}

extension Field {
    /// nil for the word `none`.
    func orNone<Value>(_ read: (Field) throws -> Value) throws -> Value? { isNone ? nil : try read(self) }

    /// The name of a run, which becomes a folder.
    fileprivate func fileName() throws -> String {
        let name = try text()
        guard !name.contains("/"), name != ".", name != ".." else {
            throw mismatch("the name of a folder, without '/'")
        }
        return name
    }

    fileprivate func bytes() throws -> Int {
        if case .scalar(let text, _) = tree.content, let bytes = readBytes(text) { return bytes }
        throw mismatch("a number of bytes, as 2 GiB, 512 MiB or 1.5 GB")
    }

    /// Names, each with the column that it means.
    fileprivate func columnNames() throws -> [String: String] {
        var names: [String: String] = [:]
        for entry in try entries("a map of names to columns of the dataset, as {input: pixels}") {
            let field = Field(tree: entry.value, path: key(entry.key))
            guard entry.key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }) else {
                throw field.fail("'\(entry.key)' is no name of a column: it has letters, digits, '_' and '-'")
            }
            names[entry.key] = try field.text()
        }
        return names
    }

    func batch() throws -> Configuration.Data.Batch {
        guard case .scalar(let text, _) = tree.content, text == "full" || Int(text) ?? 0 >= 1 else {
            throw mismatch("a whole number of 1 or more, or 'full'")
        }
        return Int(text).map { .samples($0) } ?? .full
    }

    /// `all`, `last_layer`, or layers by name.
    fileprivate func trainable() throws -> Trainable {
        if case .list(let items) = tree.content, !items.isEmpty {
            return .layers(
                try items.enumerated().map { i, item in try Field(tree: item, path: "\(path)[\(i)]").text() })
        }
        switch tree.content {
        case .scalar("all", _): return .all
        case .scalar("last_layer", _): return .lastLayer
        default: throw mismatch("'all', 'last_layer', or a list of layers")
        }
    }

    /// `2` or `0.5` epochs, or `100 steps`.
    fileprivate func interval() throws -> Configuration.Interval {
        if case .scalar(let text, _) = tree.content {
            let words = text.split(separator: " ")
            if words.count == 2, ["step", "steps"].contains(words[1]), let n = Int(words[0]), n >= 1 {
                return .steps(n)
            }
            if words.count == 1, let epochs = plainNumber(text), epochs > 0 { return .epochs(epochs) }
        }
        throw mismatch("a number of epochs above 0, or a number of steps as '100 steps'")
    }

    /// - Parameter metrics: those that the loss has.
    func target(among metrics: [Metric]) throws -> Configuration.Target {
        let keys = try section(["metric", "value", "part"])
        let metric = try keys.required("metric", as: "accuracy")
        let value = try keys.required("value", as: "0.9")
        var target = Configuration.Target(metric: try metric.text(), value: 0)
        if let sentence = target.refusal(among: metrics) { throw metric.fail(sentence) }
        target.value = try value.number(metrics[target.metric]!.bounds)
        if let part = keys["part"] { target.part = try part.name(Configuration.Target.Part.self) }
        guard target.part == .evaluation || target.metric == Metric.loss.name else {
            throw keys["part"]!.fail("of the training part only the loss is known while it trains")
        }
        return target
    }
}

extension Configuration.Target {
    /// Why a problem with these metrics can't have this target; nil where it can.
    func refusal(among metrics: [Metric]) -> String? {
        let names = metrics.map(\.name)
        guard !names.contains(metric) else { return nil }
        let all = [names.dropLast().joined(separator: ", "), names.last!].filter { !$0.isEmpty }
        return "the target's metric is \(metric), but this problem has \(all.joined(separator: " and "))"
            + suggestion(for: metric, among: names)
    }
}
