/// Some numbers, one from each seed, in short.
public struct Spread: Equatable, Sendable {
    public let count: Int
    public let mean: Double
    /// With n − 1; nil for a single number.
    public let deviation: Double?
    public let median, minimum, maximum: Double

    /// nil where there are no numbers.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted(), n = values.count
        let mean = values.reduce(0, +) / Double(n)
        count = n
        self.mean = mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        deviation = n > 1 ? (squares / Double(n - 1)).squareRoot() : nil
        median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
        (minimum, maximum) = (sorted[0], sorted[n - 1])
    }

    /// "0.123 ± 0.004".
    func meanText(_ text: (Double) -> String) -> String {
        text(mean) + (deviation.map { " ± " + text($0) } ?? "")
    }

    /// "12 (11–13)".
    func medianText(_ text: (Double) -> String) -> String {
        text(median) + (count > 1 ? " (\(text(minimum))–\(text(maximum)))" : "")
    }
}
