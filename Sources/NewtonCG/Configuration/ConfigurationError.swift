/// Why a configuration was refused: one sentence that begins with the place.
public struct ConfigurationError: Error, CustomStringConvertible, Equatable, Sendable {
    /// Where the value stands that is at fault.
    public var origin: Origin
    /// What is wrong, and what to do, in one sentence.
    public var message: String

    /// - Parameters:
    ///   - message: in one sentence, without the place.
    ///   - origin: of the value that is at fault.
    public init(_ message: String, at origin: Origin) { (self.message, self.origin) = (message, origin) }

    public var description: String { "\(origin): \(message)" }
}

/// The place that a value of a configuration comes from.
public enum Origin: Equatable, Sendable, CustomStringConvertible {
    /// A file, by its path.
    case file(String)
    /// A line of a file, from 1.
    case line(String, Int)
    /// A `--set key=value` of the command line, without the `--set`.
    case override(String)

    public var description: String {
        switch self {
        case .file(let name): name
        case .line(let name, let line): "\(name):\(line)"
        case .override(let assignment): "--set \(assignment)"
        }
    }
}
