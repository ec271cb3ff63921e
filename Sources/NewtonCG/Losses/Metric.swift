/// A number that tells how well a model does on a part of a dataset: what it is called, how it is written, and which
/// way is better. Tables, targets, reports and messages know of metrics no more than this.
public struct Metric: Sendable {
    /// How values are written.
    public enum Format: Sendable {
        /// As short as five digits allow.
        case number
        /// A share from 0 to 1: as such in tables for programs, in percent for readers.
        case percent
    }
    /// Which of two values is to be preferred.
    public enum Better: Sendable { case smaller, larger }

    /// A column of `metrics.csv`, and what a target calls it: small letters, digits and `_`.
    public let name: String
    /// In headings and at axes.
    public let title: String
    /// How readers see its values.
    public let format: Format
    /// For targets, and for the best of several evaluations.
    public let better: Better
    /// The values that it can have.
    public let bounds: Bounds

    /// - Parameter title: nil: the name with spaces.
    public init(
        _ name: String, title: String? = nil, format: Format = .number, better: Better,
        bounds: Bounds = .any
    ) {
        precondition(
            name.first?.isLetter == true
                && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") },
            "'\(name)' is no name of a metric: it is a column of small letters, digits and '_'")
        (self.name, self.title) = (name, title ?? name.replacing("_", with: " "))
        (self.format, self.better, self.bounds) = (format, better, bounds)
    }

    /// The mean loss, without penalties: a metric of every problem, and always the first.
    public static let loss = Metric("loss", better: .smaller)
    /// The share of labels that are the largest output's number.
    public static let accuracy = Metric("accuracy", format: .percent, better: .larger, bounds: .unit)
    /// √(Σ(y − t)² / (N·k)) over the k outputs of N samples.
    public static let rmse = Metric("rmse", title: "RMSE", better: .smaller, bounds: .nonNegative)

    /// Whether a value meets a target.
    public func isReached(_ target: Double, by value: Double) -> Bool {
        better == .larger ? value >= target : value <= target
    }

    /// Whether one value is better than another.
    public func isBetter(_ value: Double, than other: Double) -> Bool {
        better == .larger ? value > other : value < other
    }
}

extension Metric: Equatable {
    /// A problem has one metric of a name.
    public static func == (a: Metric, b: Metric) -> Bool { a.name == b.name }
}

extension [Metric] {
    /// The metric of a name; nil where there is none.
    public subscript(name: String) -> Metric? { first { $0.name == name } }

    /// These, and those of others whose names are not among these: columns of a table that hold for every loss.
    func and(_ others: [Metric]) -> [Metric] {
        map { others[$0.name] ?? $0 } + others.filter { self[$0.name] == nil }
    }
}
