/// What a stream of random numbers is for: streams of different purposes never meet.
public enum RandomPurpose: UInt64, Sendable {
    case parameters = 1
    case batchOrder = 2
    case check = 3
    case benchmark = 4
    case sketch = 5
    /// Cotangents of outputs, by step and row.
    case cotangents = 6
    /// Draws of layers, by node, step and row.
    case noise = 7

    /// The stream of two counters, below 2²⁸ and 2³².
    public func stream(_ high: UInt64, _ low: UInt64) -> UInt64 { rawValue << 60 | high << 32 | low }
    public func stream(_ low: UInt64) -> UInt64 { stream(0, low) }
}
