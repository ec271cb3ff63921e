/// Lays lists of layers, with blocks in them, out as nodes of one graph.
///
/// A block becomes the nodes of its lists, and one that has the block's name (`Block`). The `inputs` of what lies in it
/// are looked up in its own list first, then in the enclosing ones.
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
    /// - Parameters:
    ///   - scope: the path of the list, as `residual_1/main/`; empty for the model's own.
    ///   - block: where the block stands that the list is a part of.
    mutating func add(
        _ layers: [LayerSpec], reading value: Int, scope: String = "", of block: LayerSpec.Place = .init()
    ) throws -> (value: Int, layers: [LayerSpec]) {
        var last = value, ordinals: [String: Int] = [:], named: [LayerSpec] = []
        for layer in layers {
            ordinals[layer.kind.name, default: 0] += 1
            var layer = layer
            let name = layer.name ?? "\(layer.kind)_\(ordinals[layer.kind.name]!)", path = scope + name
            layer.name = name
            if layer.place.number == nil { layer.place = block }
            let place = layer.place.number
            func fail(_ message: String, key: String? = nil) -> ModelError {
                var error = ModelError(message, key: key)
                (error.place, error.layer) = (place, path)
                return error
            }
            func find(_ names: [String], from scope: String) throws -> [Int] {
                guard !names.isEmpty else { throw fail("'inputs' is empty", key: "inputs") }
                return try names.map { input in
                    guard let value = self.find(input, from: scope) else {
                        throw fail(
                            "there is no earlier layer '\(input)' to read"
                                + suggestion(for: input, among: visible(from: scope)), key: "inputs")
                    }
                    return value
                }
            }
            guard !name.isEmpty, name != ".", !name.contains("/") else {
                throw fail("a layer's name is not empty and has no '/'", key: "name")
            }
            guard values[path] == nil, !isColumn(name) else { throw fail("two layers have this name", key: "name") }
            let inputs = try layer.inputs.map { try find($0, from: scope) }
            if inputs == [last] { layer.inputs = nil }
            layer.options = layer.options.completed(layer.kind.options)
            let from = inputs ?? [last]
            if case .block(let maker) = layer.kind.making {
                let block: Block
                do {
                    try layer.options.check(layer.kind.options)
                    block = try maker.layOut(layer.options, layer.lists, inputs: from.count)
                } catch let error as ModelError {
                    throw fail(error.message, key: error.key)
                }
                var ends: [Int] = [], lists: [String: [LayerSpec]] = [:]
                for list in block.lists {
                    let scope = path + "/" + (list.name.isEmpty ? "" : list.name + "/")
                    let added = try add(list.layers, reading: from[list.input], scope: scope, of: layer.place)
                    ends.append(added.value)
                    lists[list.name] = added.layers
                }
                layer.lists = Dictionary(uniqueKeysWithValues: layer.kind.lists.map { ($0, lists[$0] ?? []) })
                let kind = block.end.kind, options = block.end.options.completed(kind.options)
                if case .block = kind.making { throw fail("it ends in a block, '\(kind)', and not in a layer") }
                let read = try block.end.inputs.map { try find($0, from: path + "/") } ?? ends
                nodes.append(.init(name: path, kind: kind, options: options, inputs: read, place: layer.place))
            } else {
                nodes.append(
                    .init(name: path, kind: layer.kind, options: layer.options, inputs: from, place: layer.place))
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
