/// Values of a metric on the way to a target, and where each was met first.
public struct Milestones: Sendable {
    /// Where a value was met.
    public struct Arrival: Equatable, Sendable {
        /// That were done.
        public var epochs: Double
        /// Spent in steps.
        public var seconds: Double

        /// - Parameter seconds: spent in steps.
        public init(epochs: Double, seconds: Double) { (self.epochs, self.seconds) = (epochs, seconds) }
    }

    /// Of the target's metric.
    public let values: [Double]
    /// In the order of the values; nil where not met yet.
    public private(set) var arrivals: [Arrival?]

    /// With none of them met.
    public init(_ values: [Double] = []) {
        (self.values, arrivals) = (values, values.map { _ in nil })
    }

    mutating func meet(_ value: Double, _ metric: Metric, epochs: Double, seconds: Double) {
        for (i, milestone) in values.enumerated() where arrivals[i] == nil && metric.isReached(milestone, by: value) {
            arrivals[i] = Arrival(epochs: epochs, seconds: seconds)
        }
    }
}
