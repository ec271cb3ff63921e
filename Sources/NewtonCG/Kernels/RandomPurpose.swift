/// What a stream of random numbers is for: streams of different purposes never meet.
public enum RandomPurpose: UInt64, Sendable {
    /// Parameters before the first step.
    case parameters = 1
    /// The order of a lane's rows in an epoch.
    case batchOrder = 2
    /// Probes of `newton-cg check`.
    case check = 3
    /// Data and points of `newton-cg bench`.
    case benchmark = 4
    /// Sketches of a curvature.
    case sketch = 5
    /// Cotangents of outputs, by step and row.
    case cotangents = 6
    /// Draws of layers, by node, step and row.
    case noise = 7

    /// The stream of two counters, below 2²⁸ and 2³².
    public func stream(_ high: UInt64, _ low: UInt64) -> UInt64 { rawValue << 60 | high << 32 | low }
    /// The number of a stream of this purpose.
    public func stream(_ low: UInt64) -> UInt64 { stream(0, low) }
}
