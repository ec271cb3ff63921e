/// Lays lists of layers, with blocks in them, out as nodes of one graph.
///
/// A `residual` becomes the nodes of its main branch, those of its shortcut, and an `add` that has the block's name.
/// What lies in a block is called `residual_1/main/conv2d_1`; its `inputs` are looked up in its own list first, then
/// in the enclosing ones.
struct Lowering {
    private(set) var nodes: [ModelSpec.Node] = []
    private var values: [String: Int]
    private let columns: Int

    init(columns names: [String]) {
        values = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        columns = names.count
    }

    /// Adds a list of layers, the first of which reads `value`. Returns the value of the last, and the same list with
    /// every name written out.
    /// - Parameter scope: the path of the list, as `residual_1/main/`; empty for the model's own.
    mutating func add(
        _ layers: [LayerSpec], reading value: Int, scope: String = ""
    ) throws -> (value: Int, layers: [LayerSpec]) {
        var last = value, ordinals: [String: Int] = [:], named: [LayerSpec] = []
        for layer in layers {
            ordinals[layer.kind, default: 0] += 1
            var layer = layer
            let name = layer.name ?? "\(layer.kind)_\(ordinals[layer.kind]!)", path = scope + name
            layer.name = name
            func fail(_ message: String, key: String? = nil) -> ModelError {
                var error = ModelError(message, key: key)
                (error.node, error.layer) = (nodes.count + layer.nodeCount - 1, path)
                return error
            }
            guard !name.isEmpty, name != ".", !name.contains("/") else {
                throw fail("a layer's name is not empty and has no '/'", key: "name")
            }
            guard values[path] == nil, !isColumn(name) else { throw fail("two layers have this name", key: "name") }
            let inputs = try layer.inputs.map { names in
                guard !names.isEmpty else { throw fail("'inputs' is empty", key: "inputs") }
                return try names.map { input in
                    guard let value = find(input, from: scope) else {
                        throw fail(
                            "there is no earlier layer '\(input)' to read"
                                + suggestion(for: input, among: visible(from: scope)), key: "inputs")
                    }
                    return value
                }
            }
            if inputs == [last] { layer.inputs = nil }
            layer.options = completedOptions(layer.kind, layer.options)
            if layer.kind == "residual" {
                do { try layer.options.only("main", "shortcut") } catch let error as ModelError {
                    throw fail(error.message, key: error.key)
                }
                guard let branches = layer.branches, !branches.main.isEmpty else {
                    throw fail("it needs layers in 'main', as [{conv2d: {filters: 16, kernel: 3}}, relu]", key: "main")
                }
                let from = inputs ?? [last]
                guard from.count == 1 else { throw fail("it reads one value, not \(from.count)", key: "inputs") }
                let main = try add(branches.main, reading: from[0], scope: path + "/main/")
                let shortcut = try add(branches.shortcut, reading: from[0], scope: path + "/shortcut/")
                layer.branches = .init(main: main.layers, shortcut: shortcut.layers)
                nodes.append(.init(name: path, kind: "add", options: Options(), inputs: [main.value, shortcut.value]))
            } else {
                nodes.append(.init(name: path, kind: layer.kind, options: layer.options, inputs: inputs ?? [last]))
            }
            last = columns + nodes.count - 1
            values[path] = last
            named.append(layer)
        }
        return (last, named)
    }

    private func isColumn(_ name: String) -> Bool { values[name].map { $0 < columns } ?? false }

    /// The value of a name, in the list of `scope` or in one around it.
    private func find(_ name: String, from scope: String) -> Int? {
        Self.enclosing(scope).lazy.compactMap { values[$0 + name] }.first
    }

    /// The names that can be read in a list.
    private func visible(from scope: String) -> [String] {
        let scopes = Self.enclosing(scope)
        return values.keys.flatMap { path in
            scopes.filter { path.hasPrefix($0) }.map { String(path.dropFirst($0.count)) }
        }
    }

    /// The scope and those around it, the innermost first, the model's own list last.
    private static func enclosing(_ scope: String) -> [String] {
        let parts = scope.split(separator: "/")
        return (0...parts.count).reversed().map { count in parts.prefix(count).map { $0 + "/" }.joined() }
    }
}

extension LayerSpec {
    /// The nodes that it becomes.
    var nodeCount: Int {
        guard let branches else { return 1 }
        return (branches.main + branches.shortcut).reduce(1) { $0 + $1.nodeCount }
    }
}
