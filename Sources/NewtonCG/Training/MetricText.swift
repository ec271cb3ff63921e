extension Metric {
    /// A value for readers: a percentage with two decimals, or a number as `number` writes it; without a unit.
    func text(_ value: Double, number: (Double) -> String = short) -> String {
        format == .percent ? decimals(100 * value, 2) : number(value)
    }

    /// What stands above a column of such values.
    var heading: String { format == .percent ? "\(title), %" : title }

    /// Losses and errors fall by powers of ten.
    var isLogarithmic: Bool { better == .smaller }
}

extension Metrics {
    /// "loss 0.3, accuracy 90.00 %".
    public func text(separator: String = ", ", number: (Double) -> String = short) -> String {
        values.map { value in
            let unit = value.metric.format == .percent ? " %" : ""
            return "\(value.metric.name) \(value.metric.text(value.value, number: number))\(unit)"
        }.joined(separator: separator)
    }
}
