/// A value under its full key: read with a type, each failure a sentence with place, key and what is allowed.
package struct Field {
    package let tree: Tree
    /// The full key, as `optimizer.newton_cg.cg.tolerance`.
    package let path: String

    package init(tree: Tree, path: String) { (self.tree, self.path) = (tree, path) }

    package func fail(_ message: String) -> ConfigurationError { ConfigurationError(message, at: tree.origin) }

    /// "'train.keep' must be … , not 'x'".
    package func mismatch(_ allowed: String, hint: String = "") -> ConfigurationError {
        let found =
            switch tree.content {
            case _ where tree.isNull: "but it has no value"
            case .scalar(let text, _): "not '\(text)'"
            case .list: "not a list"
            case .map: "not a map"
            }
        return fail("'\(path)' must be \(allowed), \(found)\(hint)")
    }

    /// The text of a value that stands without quotes, hence may be a number or a truth value.
    private var plain: String? {
        if case .scalar(let text, quoted: false) = tree.content { text } else { nil }
    }

    var isZero: Bool { plain.flatMap({ plainNumber($0) }) == 0 }

    package func number(_ bounds: Bounds) throws -> Double {
        guard let x = plain.flatMap({ plainNumber($0) }), bounds.contains(x) else { throw mismatch(bounds.words) }
        return x
    }

    /// The largest number of anything.
    package static let most = 1 << 30
    /// Of a layer's options: products of a few such numbers do not overflow.
    static let mostOfLayer = 1 << 24

    package func integer(atLeast least: Int, atMost most: Int = Field.most) throws -> Int {
        guard let n = plain.flatMap({ Int($0) }), n >= least else {
            throw mismatch("a whole number of \(least) or more")
        }
        guard n <= most else { throw mismatch("a whole number of at most \(most)") }
        return n
    }

    func seed() throws -> UInt64 {
        guard let n = plain.flatMap({ UInt64($0) }) else {
            throw mismatch("a whole number from 0 to 2^64 − 1")
        }
        return n
    }

    func flag() throws -> Bool {
        switch plain {
        case "true": true
        case "false": false
        default: throw mismatch("true or false")
        }
    }

    package func text() throws -> String {
        guard case .scalar(let text, let quoted) = tree.content, !text.isEmpty, quoted || !tree.isNull else {
            throw mismatch("text")
        }
        if !quoted, text == "true" || text == "false" || plainNumber(text) != nil {
            throw mismatch("text", hint: "; put it in quotes if it is meant as text")
        }
        return text
    }

    /// One of the names of an enumeration.
    func name<Name: RawRepresentable & CaseIterable>(_: Name.Type) throws -> Name
    where Name.RawValue == String {
        let names = Name.allCases.map(\.rawValue)
        guard case .scalar(let text, _) = tree.content else { throw mismatch(oneOf(names)) }
        guard let value = Name(rawValue: text) else {
            throw mismatch(oneOf(names), hint: suggestion(for: text, among: names))
        }
        return value
    }

    /// Whether the value is the plain word `none`, where a key may have no value.
    var isNone: Bool { plain == "none" }
}

/// "one of a, b, c" or just "a".
func oneOf(_ names: [String]) -> String {
    names.count == 1 ? names[0] : "one of " + names.joined(separator: ", ")
}

/// A map whose keys were checked against the known ones.
package struct Section {
    package let field: Field
    private let fields: [String: Field]

    package subscript(key: String) -> Field? { fields[key] }

    /// The field of a key that has no default.
    package func required(_ key: String, as example: String) throws -> Field {
        if let field = fields[key] { return field }
        throw field.fail("the key '\(field.key(key))' is missing; write it as '\(key): \(example)'")
    }

    fileprivate init(_ field: Field, entries: [Tree.Entry], known: [String]) throws {
        self.field = field
        var fields: [String: Field] = [:]
        for entry in entries {
            guard known.contains(entry.key) else { throw field.unknown(entry, among: known) }
            fields[entry.key] = Field(tree: entry.value, path: field.key(entry.key))
        }
        self.fields = fields
    }
}

extension Field {
    /// The full key of an entry of this map.
    package func key(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// Where an entry of this map stands; nil where there is none.
    func origin(of name: String) -> Origin? {
        guard case .map(let entries) = tree.content else { return nil }
        return entries.first { $0.key == name }?.origin
    }

    /// The value as a map of known keys; nothing written is an empty map.
    package func section(_ known: [String]) throws -> Section {
        switch tree.content {
        case .map(let entries): return try Section(self, entries: entries, known: known)
        case _ where tree.isNull: return try Section(self, entries: [], known: known)
        default:
            throw path.isEmpty
                ? fail("a configuration is a map of keys, as 'data: {file: data/digits.h5}'")
                : mismatch("a map with the keys \(known.joined(separator: ", "))")
        }
    }

    /// A name, or a map of the one name to its options: `adam`, or `{adam: {learning_rate: 0.01}}`.
    func choice(_ names: [String]) throws -> (name: String, options: Field) {
        let (name, options) = try named(oneOf(names))
        guard names.contains(name) else {
            if case .map(let entries) = tree.content { throw unknown(entries[0], among: names) }
            throw mismatch(oneOf(names), hint: suggestion(for: name, among: names))
        }
        return (name, options)
    }

    /// The same for names that are not known here.
    func named(_ allowed: String) throws -> (name: String, options: Field) {
        switch tree.content {
        case .scalar(let name, _) where !tree.isNull:
            return (name, Field(tree: .empty(at: tree.origin), path: key(name)))
        case .map(let entries) where entries.count == 1:
            return (entries[0].key, Field(tree: entries[0].value, path: key(entries[0].key)))
        case .map(let entries) where entries.count > 1:
            let found = entries.map { "'\($0.key)'" }.joined(separator: " and ")
            throw ConfigurationError(
                "'\(path)' must be just \(allowed), but it holds \(found)", at: entries[1].origin)
        default: throw mismatch(allowed)
        }
    }

    fileprivate func unknown(_ entry: Tree.Entry, among known: [String]) -> ConfigurationError {
        let near = suggestion(for: entry.key, among: known)
        let all = known.isEmpty ? "it has no keys" : "known here: " + known.joined(separator: ", ")
        let help = near.isEmpty ? " (\(all))" : near
        return ConfigurationError("unknown key '\(key(entry.key))'\(help)", at: entry.origin)
    }
}
