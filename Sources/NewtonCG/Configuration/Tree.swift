import Yams

/// YAML as it was written, every value with the place it comes from. Types are given later, by who reads a
/// value: so `1e-2` is a number and a seed may have 64 bits.
package struct Tree {
    package struct Entry {
        package let key: String
        package let origin: Origin
        package var value: Tree
    }
    package enum Content {
        case scalar(String, quoted: Bool)
        case list([Tree])
        case map([Entry])
    }
    package var content: Content
    package var origin: Origin

    /// A map without entries, as after `adam:`.
    static func empty(at origin: Origin) -> Tree { Tree(content: .map([]), origin: origin) }

    var isContainer: Bool { if case .scalar = content { false } else { true } }

    /// Nothing was written after the key, or a null.
    var isNull: Bool {
        guard case .scalar(let text, quoted: false) = content else { return false }
        return ["", "~", "null"].contains(text)
    }
}

extension Tree {
    /// Parses one YAML document; `origin` gives the place of a line.
    package init(yaml: String, file: Origin, line origin: (Int) -> Origin) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw Tree.located(error, file: file, line: origin)
        }
        guard let root else { throw ConfigurationError("there is nothing in it", at: file) }
        var count = 0
        try self.init(root, line: origin, &count)
    }

    /// The most values of a document, each counted wherever an alias repeats it: a few lines of aliases of aliases would
    /// else fill any memory.
    private static let mostNodes = 100_000

    /// - Parameter count: values so far.
    private init(_ node: Node, line origin: (Int) -> Origin, _ count: inout Int) throws {
        let place = origin(node.mark?.line ?? 1)
        count += 1
        guard count <= Tree.mostNodes else {
            throw ConfigurationError(
                "there are more than \(Tree.mostNodes) values up to here, those that aliases repeat included", at: place
            )
        }
        switch node {
        case .scalar(let scalar):
            let quoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            self.init(content: .scalar(scalar.string, quoted: quoted), origin: place)
        case .sequence(let items):
            self.init(content: .list(try items.map { try Tree($0, line: origin, &count) }), origin: place)
        case .mapping(let pairs):
            let entries = try pairs.map { key, value in
                let place = origin(key.mark?.line ?? 1)
                guard case .scalar(let name) = key else {
                    throw ConfigurationError("a key must be a name, not a list or a map", at: place)
                }
                var value = try Tree(value, line: origin, &count)
                // A block map begins a line below its key; the key is what a reader looks for.
                if value.isContainer { value.origin = place }
                return Entry(key: name.string, origin: place, value: value)
            }
            // The parser lets pass what differs in type only, as 1 and "1".
            for (i, entry) in entries.enumerated()
            where entries[..<i].contains(where: { $0.key == entry.key }) {
                throw ConfigurationError(
                    "'\(entry.key)' stands twice in the same map; keep one", at: entry.origin)
            }
            self.init(content: .map(entries), origin: place)
        case .alias(let alias):
            throw ConfigurationError("there is nothing that '*\(alias.anchor)' stands for", at: place)
        }
    }

    /// The parser's message as one sentence with the line.
    private static func located(
        _ error: YamlError, file: Origin, line origin: (Int) -> Origin
    ) -> ConfigurationError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let began = context.map { " (\($0.text) that began in line \($0.mark.line))" } ?? ""
            return ConfigurationError("this is not valid YAML: \(problem)\(began)", at: origin(mark.line))
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\($0)'" }.joined(separator: ", ")
            return ConfigurationError(
                "\(names) stands twice in the same map; keep one", at: origin(context.mark.line))
        case .reader(let problem, _, _, _):
            return ConfigurationError("this is not valid YAML: \(problem)", at: file)
        default:
            return ConfigurationError("this is not valid YAML: \(error)", at: file)
        }
    }
}

extension Tree {
    /// Puts `value` at a path of keys, in place of what stands there; maps on the way are made where they are
    /// missing. A name on the way (`loss: cross_entropy`) becomes a map with that name.
    mutating func set(_ path: ArraySlice<String>, to value: Tree) throws {
        guard let key = path.first else {
            self = value
            return
        }
        var entries: [Entry] = []
        switch content {
        case .map(let present): entries = present
        case .list:
            throw ConfigurationError(
                "'\(key)' lies in a list, which can only be set as a whole", at: value.origin)
        case .scalar(let name, _) where name == key:
            entries = [Entry(key: name, origin: origin, value: .empty(at: origin))]
        case .scalar: break
        }
        if let i = entries.firstIndex(where: { $0.key == key }) {
            try entries[i].value.set(path.dropFirst(), to: value)
        } else {
            var made = Tree.empty(at: value.origin)
            try made.set(path.dropFirst(), to: value)
            entries.append(Entry(key: key, origin: value.origin, value: made))
        }
        content = .map(entries)
    }

    /// Applies a `--set key.path=value`, the value read as YAML.
    mutating func apply(override assignment: String) throws {
        let origin = Origin.override(assignment)
        guard let equals = assignment.firstIndex(of: "=") else {
            throw ConfigurationError("write --set key=value, as --set train.epochs=3", at: origin)
        }
        let path = assignment[..<equals].split(separator: ".", omittingEmptySubsequences: false).map {
            String($0.trimmingPrefix(while: \.isWhitespace))
        }
        guard !path.contains("") else {
            throw ConfigurationError("the key has an empty part; write it as train.epochs", at: origin)
        }
        let text = String(assignment[assignment.index(after: equals)...])
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ConfigurationError("there is no value after '='", at: origin)
        }
        try set(path[...], to: Tree(yaml: text, file: origin, line: { _ in origin }))
    }
}
