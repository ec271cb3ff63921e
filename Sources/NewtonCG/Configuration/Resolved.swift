/// A configuration as it is written out: keys in a fixed order, scalars as YAML text.
indirect enum Resolved {
    case scalar(String)
    case list([Resolved])
    case map([(key: String, value: Resolved)])

    static func text(_ text: String) -> Resolved { .scalar(quote(text)) }

    /// A number that reads back with the same bits. Whole ones stand without a fraction; an exponent follows
    /// a decimal point, which readers of YAML 1.1 need.
    static func number(_ x: Double) -> Resolved {
        if x == x.rounded(), abs(x) < 1e15, x != 0 || x.sign == .plus { return .scalar(String(Int(x))) }
        return .scalar(decimal(x))
    }

    /// The same, but never without a fraction: it stays apart from a whole number.
    static func decimal(_ x: Double) -> String {
        let text = "\(x)"
        guard let e = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<e] + ".0" + text[e...]
    }

    /// Quotes a text where it could be read as anything else.
    private static func quote(_ text: String) -> String {
        let others = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "none"]
        let plain =
            text.first.map { $0.isASCII && ($0.isLetter || "./_".contains($0)) } ?? false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "./_-+".contains($0)) }
            && !others.contains(text.lowercased()) && plainNumber(text) == nil
            && ![".inf", ".nan"].contains(text.lowercased()) && !text.hasPrefix("...")
        if plain { return text }
        let escaped = text.unicodeScalars.map { c in
            switch c {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            case "\t": "\\t"
            case _
            where c.value < 0x20 || (0x7F...0x9F).contains(c.value)
                || [0x2028, 0x2029, 0xFEFF].contains(c.value):
                c.value < 0x100 ? "\\x" + hex(c.value, digits: 2) : "\\u" + hex(c.value, digits: 4)
            default: String(c)
            }
        }
        return "\"\(escaped.joined())\""
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}

extension Resolved {
    /// All scalars with their full keys, in order: `model.layers[0].dense.units`. A list of scalars is one.
    func leaves(_ path: String = "") -> [(path: String, text: String)] {
        switch self {
        case .scalar(let text): [(path, text)]
        case .list(let items) where items.allSatisfy(\.isScalar): [(path, flow)]
        case .list(let items): items.enumerated().flatMap { i, item in item.leaves("\(path)[\(i)]") }
        case .map(let entries) where entries.isEmpty: [(path, flow)]
        case .map(let entries):
            entries.flatMap { $0.value.leaves(path.isEmpty ? $0.key : "\(path).\($0.key)") }
        }
    }

    private var isMap: Bool { if case .map = self { true } else { false } }
    private var isScalar: Bool { if case .scalar = self { true } else { false } }

    /// On one line: `{units: 10, bias: true}`.
    var flow: String {
        switch self {
        case .scalar(let text): text
        case .list(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
        case .map(let entries):
            "{" + entries.map { "\(Resolved.quote($0.key)): \($0.value.flow)" }.joined(separator: ", ") + "}"
        }
    }

    /// YAML text, a line per key; what stands in a list is on one line where it fits.
    var yaml: String { block(indentation: "") }

    private func block(indentation: String) -> String {
        switch self {
        case .list(let items) where !isOneLine:
            return items.map { item in
                let line = indentation + "- " + item.inItem
                if line.count <= 100 { return line + "\n" }
                let lines = item.block(indentation: indentation + "  ")
                return indentation + "- " + lines.dropFirst(indentation.count + 2)
            }.joined()
        case .map(let entries) where !isOneLine:
            return entries.map { key, value in
                let head = indentation + Resolved.quote(key) + ":"
                if value.isOneLine { return "\(head) \(value.flow)\n" }
                return head + "\n" + value.block(indentation: indentation + "  ")
            }.joined()
        default: return indentation + flow + "\n"
        }
    }

    private var isOneLine: Bool {
        switch self {
        case .scalar: true
        case .list(let items): items.allSatisfy { !$0.isMap && $0.isOneLine }
        case .map(let entries): entries.isEmpty
        }
    }

    /// In a list the braces around a single key are left out: `- dense: {units: 10}`.
    private var inItem: String {
        if case .map(let entries) = self, entries.count == 1 {
            return "\(Resolved.quote(entries[0].key)): \(entries[0].value.flow)"
        }
        return flow
    }
}
