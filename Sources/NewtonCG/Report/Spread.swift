/// Some numbers, one from each seed, in short.
public struct Spread: Equatable, Sendable {
    /// How many numbers there are; at least 1.
    public let count: Int
    /// Their arithmetic mean.
    public let mean: Double
    /// With n − 1; nil for a single number.
    public let deviation: Double?
    /// Of an even number the median is the mean of the two in the middle.
    public let median, minimum, maximum: Double
    /// A quarter of the numbers is below the one, a quarter above the other, by linear interpolation.
    public let lowerQuartile, upperQuartile: Double

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
        func quantile(_ q: Double) -> Double {
            let place = q * Double(n - 1), below = Int(place), above = min(below + 1, n - 1)
            return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
        }
        (lowerQuartile, upperQuartile) = (quantile(0.25), quantile(0.75))
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
