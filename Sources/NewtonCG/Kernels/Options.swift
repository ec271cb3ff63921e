/// A value of an option, as YAML and Swift both can write it.
public enum OptionValue: Equatable, Sendable {
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case text(String)
    case list([OptionValue])
    case map([String: OptionValue])
}

/// The options of a layer or a loss: read with checks, each failure a sentence that names the key.
public struct Options: Equatable, Sendable {
    public var values: [String: OptionValue]
    /// Not an option of one layer: how the network computes its convolutions.
    var convolution = ConvolutionChoice.fast

    public init(_ values: [String: OptionValue] = [:]) { self.values = values }

    /// The same options, and these where they are not given.
    public func filled(with defaults: [String: OptionValue]) -> Options {
        Options(values.merging(defaults) { given, _ in given })
    }

    /// Refuses every key that is not among `known`.
    public func only(_ known: String...) throws {
        for key in values.keys.sorted() where !known.contains(key) {
            throw ModelError("unknown option '\(key)'" + suggestion(for: key, among: known), key: key)
        }
    }

    public func integer(_ key: String, default standard: Int? = nil, atLeast least: Int = 1) throws -> Int {
        guard let value = values[key] ?? standard.map(OptionValue.integer) else {
            throw ModelError("option '\(key)' is missing: it needs a whole number of \(least) or more", key: key)
        }
        guard case .integer(let n) = value, n >= least else {
            throw ModelError("'\(key)' must be a whole number of \(least) or more, not \(value)", key: key)
        }
        return n
    }

    public func number(_ key: String, default standard: Double) throws -> Double {
        switch values[key] {
        case nil: return standard
        case .number(let x)?: return x
        case .integer(let n)?: return Double(n)
        case let value?: throw ModelError("'\(key)' must be a number, not \(value)", key: key)
        }
    }

    public func flag(_ key: String, default standard: Bool? = nil) throws -> Bool {
        switch values[key] ?? standard.map(OptionValue.flag) {
        case .flag(let b)?: return b
        case nil: throw ModelError("option '\(key)' is missing: it needs true or false", key: key)
        case let value?: throw ModelError("'\(key)' must be true or false, not \(value)", key: key)
        }
    }

    /// One of the names in `among`.
    public func text(_ key: String, default standard: String? = nil, among names: [String]) throws -> String {
        switch values[key] ?? standard.map(OptionValue.text) {
        case .text(let name)? where names.contains(name): return name
        case nil:
            throw ModelError("option '\(key)' is missing: it needs one of \(names.joined(separator: ", "))", key: key)
        case let value?:
            let given = if case .text(let name) = value { name } else { "" }
            throw ModelError(
                "'\(key)' must be one of \(names.joined(separator: ", ")), not \(value)"
                    + suggestion(for: given, among: names), key: key)
        }
    }

    /// A number for both axes of an image, or one for each: `3` or `[3, 2]` (height, width).
    public func pair(_ key: String) throws -> (height: Int, width: Int) {
        switch values[key] {
        case .integer(let n)? where n >= 1: return (n, n)
        case .list(let items)?:
            if items.count == 2, case .integer(let h) = items[0], case .integer(let w) = items[1], h >= 1, w >= 1 {
                return (h, w)
            }
        case nil: throw ModelError("option '\(key)' is missing: it needs a whole number, or two", key: key)
        default: break
        }
        throw ModelError(
            "'\(key)' must be a whole number of 1 or more, or two as [height, width], not \(values[key]!)", key: key)
    }
}

extension OptionValue: CustomStringConvertible {
    public var description: String {
        switch self {
        case .integer(let n): "\(n)"
        case .number(let x): "\(x)"
        case .flag(let b): "\(b)"
        case .text(let s): "'\(s)'"
        case .list(let items): "[" + items.map(\.description).joined(separator: ", ") + "]"
        case .map(let map):
            "{" + map.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
        }
    }
}

extension OptionValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }
    public init(stringLiteral value: String) { self = .text(value) }
    public init(arrayLiteral elements: OptionValue...) { self = .list(elements) }
}
