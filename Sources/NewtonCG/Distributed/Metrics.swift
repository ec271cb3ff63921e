/// What a part of the dataset gives at a point: the loss, and the metrics that the loss declares, in its order.
public struct Metrics: Equatable, Sendable {
    /// A metric with its value.
    public struct Value: Equatable, Sendable {
        /// Which one.
        public let metric: Metric
        /// In its own unit: a share from 0 to 1 where the format is percent.
        public let value: Double

        /// - Parameter value: in the metric's own unit.
        public init(_ metric: Metric, _ value: Double) { (self.metric, self.value) = (metric, value) }
    }
    /// The loss is the first.
    public let values: [Value]

    /// - Parameter others: the metrics beside the loss.
    public init(loss: Double, _ others: [Value] = []) { values = [Value(.loss, loss)] + others }

    /// The mean loss, without penalties.
    public var loss: Double { values[0].value }
    /// The one to show where there is room for one: the first beside the loss, or the loss where it is alone.
    public var main: Value { values.count > 1 ? values[1] : values[0] }

    /// By the name of a column of `metrics.csv`; nil where the problem has no such metric.
    public subscript(name: String) -> Double? { values.first { $0.metric.name == name }?.value }
    /// nil where the problem has no such metric.
    public subscript(metric: Metric) -> Double? { self[metric.name] }
}
