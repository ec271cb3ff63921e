extension Field {
    /// `{layers: […]}`, and where each layer and its options stand.
    func model() throws -> (ModelSpec, [Configuration.Places.Item]) {
        let layers = try section(["layers"]).required("layers", as: "[flatten, {dense: {units: 10}}]")
        let (specs, places) = try layers.layers()
        do {
            return (try ModelSpec(layers: specs), places)
        } catch let error as ModelError {
            guard let node = error.node else { throw layers.fail(error.description) }
            let origin = error.key.flatMap { places[node].options[$0] } ?? places[node].origin
            throw ConfigurationError(error.description, at: origin)
        }
    }

    /// A list of layers, and the places of the nodes that they become.
    private func layers() throws -> ([LayerSpec], [Configuration.Places.Item]) {
        guard case .list(let items) = tree.content else { throw mismatch("a list of layers") }
        var specs: [LayerSpec] = [], places: [Configuration.Places.Item] = []
        for (i, item) in items.enumerated() {
            let (spec, inside) = try Field(tree: item, path: "\(path)[\(i)]").layer()
            specs.append(spec)
            places += inside
        }
        return (specs, places)
    }

    /// One layer: a name, or a map of the name to its options. The options are checked by the layer itself. A block
    /// has the places of what is in it before its own.
    private func layer() throws -> (LayerSpec, [Configuration.Places.Item]) {
        let (kind, options) = try named("a layer's name, or one name with its options")
        guard layerKinds.contains(kind) else {
            throw fail(
                "there is no kind of layer '\(kind)' for '\(path)'" + suggestion(for: kind, among: layerKinds)
            )
        }
        let entries = try options.entries("a map of options, as {units: 10}")
        var spec = LayerSpec(kind)
        var origins: [String: Origin] = [:], inside: [String: [Configuration.Places.Item]] = [:]
        if kind == "residual" { spec.branches = .init(main: []) }
        for entry in entries {
            let field = Field(tree: entry.value, path: options.key(entry.key))
            origins[entry.key] = entry.origin
            switch entry.key {
            case "name": spec.name = try field.text()
            case "inputs": spec.inputs = try field.names()
            case "main" where kind == "residual": (spec.branches!.main, inside["main"]) = try field.layers()
            case "shortcut" where kind == "residual":
                (spec.branches!.shortcut, inside["shortcut"]) = try field.layers()
            default: spec.options.values[entry.key] = try field.option()
            }
        }
        let own = Configuration.Places.Item(origin: tree.origin, options: origins)
        return (spec, (inside["main"] ?? []) + (inside["shortcut"] ?? []) + [own])
    }

    /// A loss: its name, or a map of the name to its options.
    func loss() throws -> (LossSpec, Configuration.Places.Item) {
        let (kind, options) = try choice(lossKinds)
        var loss = LossSpec(kind)
        var origins: [String: Origin] = [:]
        let keys = try options.section(kind == "cross_entropy" ? ["label_smoothing"] : [])
        if let field = keys["label_smoothing"] {
            let smoothing = try field.number(.belowOne)
            // No smoothing is the same loss, written out or not.
            if smoothing > 0 { loss.options.values["label_smoothing"] = .number(smoothing) }
            origins["label_smoothing"] = field.tree.origin
        }
        return (loss, .init(origin: tree.origin, options: origins))
    }

    private func entries(_ allowed: String) throws -> [Tree.Entry] {
        switch tree.content {
        case .map(let entries): return entries
        case _ where tree.isNull: return []
        default: throw mismatch(allowed)
        }
    }

    /// One name, or a list of names.
    private func names() throws -> [String] {
        guard case .list(let items) = tree.content else { return [try text()] }
        return try items.enumerated().map { i, item in try Field(tree: item, path: "\(path)[\(i)]").text() }
    }

    /// The value with the type that YAML gives it.
    private func option() throws -> OptionValue {
        switch tree.content {
        case _ where tree.isNull: throw mismatch("a value")
        case .scalar(let text, quoted: true): return .text(text)
        case .scalar("true", quoted: false): return .flag(true)
        case .scalar("false", quoted: false): return .flag(false)
        case .scalar(let text, quoted: false):
            if let n = Int(text) {
                guard n <= Field.mostOfLayer else { throw mismatch("a whole number of at most \(Field.mostOfLayer)") }
                return .integer(n)
            }
            return Field.number(text).map { .number($0) } ?? .text(text)
        case .list(let items):
            return .list(
                try items.enumerated().map { i, item in
                    try Field(tree: item, path: "\(path)[\(i)]").option()
                })
        case .map(let entries):
            let pairs = try entries.map { ($0.key, try Field(tree: $0.value, path: key($0.key)).option()) }
            return .map(Dictionary(uniqueKeysWithValues: pairs))
        }
    }
}
