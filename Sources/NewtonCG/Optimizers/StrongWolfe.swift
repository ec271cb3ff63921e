/// A line search for the strong Wolfe conditions (Nocedal & Wright 2006, algorithms 3.5 and 3.6). With φ(α) = L(w + αd):
///
///     φ(α) ≤ φ(0) + c1·α·φ′(0)      the loss falls enough
///     |φ′(α)| ≤ c2·|φ′(0)|          and the slope is gone
///
/// Trial steps grow until an interval must hold such points; then the interval shrinks onto one. Both by the minimiser of
/// the cubic through values and slopes of two points.
struct StrongWolfe {
    struct Point {
        var alpha: Double
        /// φ(α), +∞ where it or the gradient is not finite.
        var value: Double
        /// φ′(α).
        var slope: Double
    }
    struct Result {
        /// The best point: the conditions hold there, or the first alone; α = 0 where no point was better.
        var point: Point
        var evaluations: Int
        var isStrong: Bool
    }

    let settings: LBFGSSettings.StrongWolfe
    /// Steps that differ by less than this fraction are one.
    let resolution: Double

    /// - Parameters:
    ///   - start: α = 0, of negative slope.
    ///   - first: the first α to try.
    ///   - keep: the point that was evaluated last is the best now.
    func search(
        from start: Point, first: Double, evaluate: (_ alpha: Double) throws -> Point, keep: () -> Void
    ) rethrows -> Result {
        var low = start, alpha = first, evaluations = 0
        /// The end beyond which no point is looked for; low.slope points to it.
        var high: Point?
        while evaluations < settings.most {
            if let high {
                guard abs(high.alpha - low.alpha) > resolution * max(high.alpha, low.alpha) else { break }
                alpha = Self.between(low, high)
            }
            let trial = try evaluate(alpha)
            evaluations += 1
            guard trial.value <= start.value + settings.c1 * trial.alpha * start.slope, trial.value < low.value else {
                high = trial
                continue
            }
            let before = low
            low = trial
            keep()
            if abs(trial.slope) <= -settings.c2 * start.slope {
                return Result(point: low, evaluations: evaluations, isStrong: true)
            }
            if let end = high {
                if trial.slope * (end.alpha - before.alpha) >= 0 { high = before }
            } else if trial.slope >= 0 {
                high = before
            } else {
                alpha = Self.beyond(before, trial)
            }
        }
        return Result(point: low, evaluations: evaluations, isStrong: false)
    }

    /// In the interval, a tenth of it away from its ends.
    private static func between(_ low: Point, _ high: Point) -> Double {
        let width = high.alpha - low.alpha
        let fraction = (cubicMinimiser(low, high) - low.alpha) / width
        return low.alpha + (fraction.isFinite ? min(max(fraction, 0.1), 0.9) : 0.5) * width
    }

    /// Past both points, at most ten times as far as the second.
    private static func beyond(_ first: Point, _ second: Point) -> Double {
        let minimiser = cubicMinimiser(first, second), most = 10 * second.alpha
        guard minimiser > second.alpha else { return most }
        return min(max(minimiser, second.alpha + 0.01 * (second.alpha - first.alpha)), most)
    }

    /// The minimiser of the cubic through both points (Nocedal & Wright 2006, equation 3.59); NaN where there is none.
    private static func cubicMinimiser(_ a: Point, _ b: Point) -> Double {
        let width = b.alpha - a.alpha
        let d1 = a.slope + b.slope - 3 * (b.value - a.value) / width
        let root = (d1 * d1 - a.slope * b.slope).squareRoot()
        let d2 = width > 0 ? root : -root
        return b.alpha - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
    }
}
