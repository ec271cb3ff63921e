/// Seconds of a step of a measured run's work on another number of ranks, with the same global batch; nil where the
/// measurement does not tell.
package typealias StepPrediction = @Sendable (StepMeasurement, _ ranks: Int) -> Double?

/// The most ranks, from `start` on, up to which something holds that does not come back once it is lost: found by
/// doubling, and then by halving the way between.
///
/// - Returns: these ranks, and whether it is lost beyond them; false: it holds as far as was looked, up to `limit`.
func mostRanks(from start: Int, limit: Int, where holds: (Int) -> Bool) -> (ranks: Int, isLost: Bool) {
    var (low, high) = (start, max(1, 2 * start))
    while high <= limit, holds(high) { (low, high) = (high, 2 * high) }
    guard high <= limit else { return (low, false) }
    while high - low > 1 {
        let middle = (low + high) / 2
        if holds(middle) { low = middle } else { high = middle }
    }
    return (low, true)
}
