/// Reads `model` and `loss`, whose kinds are those of a registry; keeps where each layer and its options stand.
struct ModelReader {
    let registry: Registry
    /// By the numbers that layers have as their `place`.
    private(set) var places: [Configuration.Places.Item] = []

    init(_ registry: Registry) { self.registry = registry }

    /// `{layers: […]}`, or a model by name with its options.
    /// - Parameter columns: names of columns that layers may read beside `input`.
    mutating func model(_ field: Field, columns: [String]) throws -> ModelSpec {
        let names = registry.models.map(\.name)
        if let name = field.soleName, let kind = registry.models.first(where: { $0.name == name }) {
            let (options, origins) = try field.choice(names).options.options(kind.options)
            do {
                return try ModelSpec(kind, options: options, columns: columns)
            } catch let error as ModelError {
                throw ConfigurationError(
                    error.description, at: error.key.flatMap { origins[$0] } ?? field.tree.origin)
            }
        }
        let list = try field.section(["layers"] + names).required("layers", as: "[flatten, {dense: {units: 10}}]")
        let layers = try layers(list)
        do {
            return try ModelSpec(layers: layers, columns: columns)
        } catch let error as ModelError {
            guard let place = error.place else { throw list.fail(error.description) }
            let origin = error.key.flatMap { places[place].options[$0] } ?? places[place].origin
            throw ConfigurationError(error.description, at: origin)
        }
    }

    private mutating func layers(_ field: Field) throws -> [LayerSpec] {
        guard case .list(let items) = field.tree.content else { throw field.mismatch("a list of layers") }
        var layers: [LayerSpec] = []
        for (i, item) in items.enumerated() {
            layers.append(try layer(Field(tree: item, path: "\(field.path)[\(i)]")))
        }
        return layers
    }

    /// One layer: a name, or a map of the name to its options, which are checked when the layer is made.
    private mutating func layer(_ field: Field) throws -> LayerSpec {
        let (name, options) = try field.named("a layer's name, or one name with its options")
        let names = registry.layers.map(\.name)
        guard let kind = registry.layers.first(where: { $0.name == name }) else {
            throw field.fail(
                "there is no kind of layer '\(name)' for '\(field.path)'" + suggestion(for: name, among: names))
        }
        var layer = LayerSpec(kind)
        layer.place.number = places.count
        places.append(.init(origin: field.tree.origin, options: [:]))
        for entry in try options.entries("a map of options, as {units: 10}") {
            let field = Field(tree: entry.value, path: options.key(entry.key))
            places[layer.place.number!].options[entry.key] = entry.origin
            switch entry.key {
            case "name": layer.name = try field.text()
            case "inputs": layer.inputs = try field.names()
            case let key where kind.lists.contains(key): layer.lists[key] = try layers(field)
            default: layer.options.values[entry.key] = try field.option()
            }
        }
        return layer
    }

    /// A loss: its name, or a map of the name to its options; and where it stands.
    func loss(_ field: Field) throws -> (LossSpec, Configuration.Places.Item) {
        let (name, options) = try field.choice(registry.losses.map(\.name))
        let kind = LossKind(named: name, among: registry.losses)
        let (values, origins) = try options.options(kind.options)
        return (LossSpec(kind, options: values), .init(origin: field.tree.origin, options: origins))
    }
}

extension Field {
    /// The name that stands alone, or the only key of a map.
    fileprivate var soleName: String? {
        switch tree.content {
        case .scalar(let name, _): name
        case .map(let entries) where entries.count == 1: entries[0].key
        default: nil
        }
    }

    /// The options of a kind, checked against its declaration, and where they stand.
    func options(_ declared: [OptionSpec]) throws -> (options: Options, origins: [String: Origin]) {
        let keys = try section(declared.map(\.name))
        var options = Options(), origins: [String: Origin] = [:]
        for option in declared {
            guard let field = keys[option.name] else { continue }
            options.values[option.name] = try field.option(option)
            origins[option.name] = field.tree.origin
        }
        return (options, origins)
    }

    /// A declared option.
    private func option(_ declared: OptionSpec) throws -> OptionValue {
        switch declared.form {
        case .integer(let least): return .integer(try integer(atLeast: least, atMost: Field.mostOfLayer))
        case .number(let bounds):
            let x = try number(bounds)
            return x == x.rounded() && abs(x) < 1e15 ? .integer(Int(x)) : .number(x)
        case .flag: return .flag(try flag())
        case .name(let names):
            guard case .scalar(let text, _) = tree.content else { throw mismatch(oneOf(names)) }
            guard names.contains(text) else {
                throw mismatch(oneOf(names), hint: suggestion(for: text, among: names))
            }
            return .text(text)
        case .pair, .padding, .layers:
            let value = try option()
            guard declared.form.contains(value) else { throw mismatch(declared.form.words) }
            return value
        }
    }

    func entries(_ allowed: String) throws -> [Tree.Entry] {
        switch tree.content {
        case .map(let entries): return entries
        case _ where tree.isNull: return []
        default: throw mismatch(allowed)
        }
    }

    /// One name, or a list of names.
    fileprivate func names() throws -> [String] {
        guard case .list(let items) = tree.content else { return [try text()] }
        return try items.enumerated().map { i, item in try Field(tree: item, path: "\(path)[\(i)]").text() }
    }

    /// The value with the type that YAML gives it.
    fileprivate func option() throws -> OptionValue {
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
            return plainNumber(text).map { .number($0) } ?? .text(text)
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
