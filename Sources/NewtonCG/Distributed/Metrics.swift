/// What a part of the dataset gives at a point: the loss, and the metrics that the loss declares, in its order.
public struct Metrics: Equatable, Sendable {
    public struct Value: Equatable, Sendable {
        public let metric: Metric
        public let value: Double

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
    public subscript(metric: Metric) -> Double? { self[metric.name] }
}
