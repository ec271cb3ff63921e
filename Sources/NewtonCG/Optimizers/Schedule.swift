extension Schedule {
    /// The rate after `epoch` epochs (fractional). Only exactly rounded operations are used, so that all ranks
    /// of a mixed cluster get the same bits.
    ///
    ///     exponential   max(initial·rateᵗ, minimum)
    ///     inverse time  initial/(1 + rate·t)
    ///     step          initial·factor^⌊t/every⌋
    ///     linear        initial up to `from`, final from `to` on, a straight line between them
    ///     cosine        final + (initial − final)(1 + cos π·min(t/epochs, 1))/2
    ///     cyclic        minimum + (maximum − minimum)·wave·scale (Smith 2017)
    ///     warm-up       min(t/warmup, 1) times each of these
    public func rate(at epoch: Double) -> Double {
        let rate: Double =
            switch form {
            case .constant(let rate): rate
            case .exponential(let initial, let rate, let minimum): max(initial * exactPower(rate, epoch), minimum)
            case .inverseTime(let initial, let rate): initial / (1 + rate * epoch)
            case .step(let initial, let factor, let every):
                initial * exactPower(factor, (epoch / every).rounded(.down))
            case .linear(let initial, let final, let from, let to):
                initial + (final - initial) * min(max((epoch - from) / (to - from), 0), 1)
            case .cosine(let initial, let final, let epochs):
                final + (initial - final) * (1 + cosineOfPi(times: min(epoch / epochs, 1))) / 2
            case .cyclic(let minimum, let maximum, let period, let mode, let gamma):
                minimum + (maximum - minimum) * cyclicWave(epoch, period: period, mode: mode, gamma: gamma)
            }
        return warmup > 0 ? rate * min(epoch / warmup, 1) : rate
    }

    /// An upper bound of all its values.
    var bound: Double {
        switch form {
        case .constant(let value): value
        case .exponential(let initial, let rate, let minimum): rate > 1 ? .infinity : max(initial, minimum)
        case .inverseTime(let initial, _): initial
        case .step(let initial, let factor, _): factor > 1 ? .infinity : initial
        case .linear(let initial, let final, _, _), .cosine(let initial, let final, _): max(initial, final)
        case .cyclic(_, let maximum, _, _, let gamma): gamma > 1 ? .infinity : maximum
        }
    }

    /// A triangle from 0 up to 1 and back within a period, times the mode's scale.
    private func cyclicWave(_ epoch: Double, period: Double, mode: CyclicMode, gamma: Double) -> Double {
        // Of a tiny period: 2⁵³ cycles are a whole number of them, as more would be.
        let cycles = min(epoch / period, 0x1p53)
        let cycle = cycles.rounded(.down)
        let triangle = 1 - abs(2 * (cycles - cycle) - 1)
        return switch mode {
        case .triangular: triangle
        case .triangular2: triangle * exactPower(0.5, cycle)
        case .expRange: triangle * exactPower(gamma, epoch)
        }
    }
}

/// baseˣ for base ≥ 0 and x ≥ 0: the whole part of x by squaring, its fraction by square roots, one for each
/// binary digit. Relative error below 1e-14; the library's function differs in bits between processors. From 2⁶² on x
/// counts as without an end: 0, 1 or ∞.
func exactPower(_ base: Double, _ x: Double) -> Double {
    precondition(base >= 0 && x >= 0, "a power needs a base and an exponent that are not negative")
    guard x < 0x1p62 else { return base < 1 ? 0 : base > 1 ? .infinity : 1 }
    var result = 1.0
    var (whole, square) = (Int(x), base)
    while whole > 0 {
        if whole & 1 == 1 { result *= square }
        square *= square
        whole >>= 1
    }
    var (rest, root) = (x - x.rounded(.down), base)
    while rest > 0 {
        root = root.squareRoot()
        rest *= 2
        if rest >= 1 {
            result *= root
            rest -= 1
        }
    }
    return result
}

/// cos(πx) for x in 0 … 1, by its series around the nearest of 0 and 1; absolute error below 1e-15.
private func cosineOfPi(times x: Double) -> Double {
    let angle = Double.pi * min(x, 1 - x)
    var (sum, term) = (1.0, 1.0)
    for k in 1...13 {
        term *= -angle * angle / Double(2 * k * (2 * k - 1))
        sum += term
    }
    return x <= 0.5 ? sum : -sum
}
