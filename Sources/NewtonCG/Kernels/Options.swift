/// A value of an option, as YAML and Swift both can write it.
public enum OptionValue: Equatable, Sendable {
    /// A whole number.
    case integer(Int)
    /// A number.
    case number(Double)
    /// true or false.
    case flag(Bool)
    /// A word.
    case text(String)
    /// Several values, one after another.
    case list([OptionValue])
    /// Values by key.
    case map([String: OptionValue])
}

/// The options of a layer, a loss or a model, by name. What makes one of them gets options that were checked against its
/// declaration and completed, and reads them by type; to ask for one that was not declared stops the program.
public struct Options: Equatable, Sendable {
    /// By key.
    public var values: [String: OptionValue]

    /// Of values by key.
    public init(_ values: [String: OptionValue] = [:]) { self.values = values }

    /// A whole number of a key that has one by its declaration.
    public func integer(_ key: String) -> Int {
        guard case .integer(let n)? = values[key] else { wrong(key) }
        return n
    }
    /// The number of a key that has one by its declaration; whole numbers are some too.
    public func number(_ key: String) -> Double {
        switch values[key] {
        case .number(let x)?: x
        case .integer(let n)?: Double(n)
        default: wrong(key)
        }
    }
    /// What a key says that is a flag by its declaration.
    public func flag(_ key: String) -> Bool {
        guard case .flag(let flag)? = values[key] else { wrong(key) }
        return flag
    }
    /// One of the declared names.
    public func name(_ key: String) -> String {
        guard case .text(let name)? = values[key] else { wrong(key) }
        return name
    }
    /// A number for each axis of an image.
    public func pair(_ key: String) -> (height: Int, width: Int) {
        guard let pair = values[key]?.pair else { wrong(key) }
        return pair
    }
    /// The padding of a key that has one by its declaration.
    public func padding(_ key: String = "padding") -> Padding {
        guard let padding = values[key]?.padding else { wrong(key) }
        return padding
    }

    private func wrong(_ key: String) -> Never { preconditionFailure("no option '\(key)' of this type was declared") }
}

extension OptionValue {
    var pair: (height: Int, width: Int)? {
        switch self {
        case .integer(let n) where n >= 1: return (n, n)
        case .list(let items):
            guard items.count == 2, case .integer(let h) = items[0], case .integer(let w) = items[1], h >= 1, w >= 1
            else { return nil }
            return (h, w)
        default: return nil
        }
    }

    var padding: Padding? {
        func sides(_ option: OptionValue) -> (Int, Int)? {
            guard case .list(let two) = option, two.count == 2, case .integer(let a) = two[0], a >= 0,
                case .integer(let b) = two[1], b >= 0
            else { return nil }
            return (a, b)
        }
        switch self {
        case .text("valid"): return .valid
        case .text("same"): return .same
        case .integer(let n) where n >= 0: return .sides(top: n, bottom: n, left: n, right: n)
        case .list(let axes) where axes.count == 2:
            guard let h = sides(axes[0]), let w = sides(axes[1]) else { return nil }
            return .sides(top: h.0, bottom: h.1, left: w.0, right: w.1)
        default: return nil
        }
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
