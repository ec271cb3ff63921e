/// The diagonal preconditioner of Martens (2010, section 4.7), with the squares of batch gradients in place of
/// those of samples:
///
///     M = diag(s·samples + λ)^power,   s = EMA of g² / (1 − decayᵗ)
///
/// The mean over t updates is freed of its zero start, as in Adam. Where a gradient was always 0 and λ is 0,
/// M is 1.
public final class GradientSquares<S: Scalar>: Preconditioner {
    private let n: Int
    private let decay: Double
    private let power: Double
    private let inverse: Buffer<S>
    /// The running mean of squares, not yet freed of its start; with `decayed`, all that is kept between solves.
    public private(set) var squares: Buffer<S>
    /// decayᵗ.
    public var decayed = 1.0
    /// What both were before the last update.
    private var before: (squares: Buffer<S>, decayed: Double)

    /// For `n` parameters; `decay` in 0 ..< 1, `power` ≥ 0.
    public init(count n: Int, decay: Double, power: Double) {
        precondition((0..<1).contains(decay) && power >= 0, "decay is in 0 ..< 1, power is not negative")
        (self.n, self.decay, self.power) = (n, decay, power)
        squares = Buffer(count: n)
        before = (Buffer(count: n), 1)
        inverse = Buffer(count: n)
    }

    /// Takes in the gradient (its sign does not matter) of a batch of `samples`, for a solve with damping λ.
    public func update(gradient: Vector<S>, samples: Int, damping: Double) {
        precondition(gradient.count == n, "a vector of \(n) values")
        before.squares.base.update(from: squares.base, count: n)
        before.decayed = decayed
        decayed *= decay
        S.Kernels.gradientSquares(
            count: n, decay: decay, gradient.base, squares.base, factor: Double(samples) / (1 - decayed),
            lambda: damping,
            power: power, inverse.base)
    }

    /// Makes the last update undone.
    public func takeBack() {
        swap(&squares, &before.squares)
        decayed = before.decayed
    }

    public func apply(_ r: Vector<S>, into z: MutableVector<S>) -> Double {
        precondition(r.count == n && z.count == n, "vectors of \(n) values")
        return S.Kernels.multiplyDot(count: n, inverse.base, r.base, z.base)
    }
}
