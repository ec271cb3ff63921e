/// The inverse Hessian of limited-memory BFGS, from the last few pairs s = Δw, y = Δg, by the recursion of two loops
/// (Nocedal 1980; Nocedal & Wright 2006, algorithm 7.4):
///
///     q ← r;   newest to oldest:   a_i = s_iᵀq / s_iᵀy_i,   q ← q − a_i y_i
///     z ← γq,   γ = sᵀy / yᵀy of the newest pair (1 without pairs)
///     oldest to newest:   z ← z + (a_i − y_iᵀz / s_iᵀy_i) s_i
public final class LimitedMemoryBFGS<S: Scalar>: Preconditioner {
    private let n: Int
    /// A ring; the newest pair stands before `next`.
    private let s, y: [Buffer<S>]
    private let products: Buffer<Double>  // s_iᵀy_i, then a_i
    private var next = 0
    /// How many are kept.
    public private(set) var pairs = 0
    private var gamma = 1.0

    /// The most pairs that are kept.
    public let capacity: Int

    /// For `n` parameters and at most `capacity` pairs, at least one.
    public init(count n: Int, capacity: Int) {
        precondition(capacity > 0, "one pair at least is kept")
        (self.n, self.capacity) = (n, capacity)
        s = (0..<capacity).map { _ in Buffer(count: n) }
        y = (0..<capacity).map { _ in Buffer(count: n) }
        products = Buffer(count: 2 * capacity)
    }

    /// Where the pair lies that is so old; 0 is the newest.
    private func slot(_ age: Int) -> Int { (next + capacity - 1 - age) % capacity }

    @specialized(where S == Float)
    @specialized(where S == Double)
    public func apply(_ r: Vector<S>, into z: MutableVector<S>) -> Double {
        precondition(r.count == n, "vectors of \(n) values")
        z.update(from: r)
        let (r, z) = (r.base, z.base)
        guard pairs > 0 else { return S.Kernels.dot(count: n, r, z) }
        let sy = products.base, a = products.base + capacity
        // Each sweep over z takes the dot product that is needed next.
        var product = S.Kernels.dot(count: n, s[slot(0)].base, z)
        for age in 0..<pairs {
            let i = slot(age)
            a[i] = product / sy[i]
            guard age + 1 < pairs else {
                S.Kernels.axpy(count: n, S(-a[i]), y[i].base, z)
                S.Kernels.scale(count: n, S(gamma), z, z)
                product = S.Kernels.dot(count: n, y[i].base, z)
                break
            }
            product = S.Kernels.axpyDot(count: n, S(-a[i]), y[i].base, z, s[slot(age + 1)].base)
        }
        for age in (0..<pairs).reversed() {
            let i = slot(age)
            let next = age > 0 ? UnsafePointer(y[slot(age - 1)].base) : r
            product = S.Kernels.axpyDot(count: n, S(a[i] - product / sy[i]), s[i].base, z, next)
        }
        return product
    }

    /// Takes a pair in, in the place of the oldest where there is no room; but not one without positive curvature,
    /// sᵀy ≤ ε‖s‖‖y‖, which would spoil the matrix. Returns whether it was taken.
    @specialized(where S == Float)
    @specialized(where S == Double)
    @discardableResult
    public func add(s newS: Vector<S>, y newY: Vector<S>) -> Bool {
        precondition(newS.count == n && newY.count == n, "vectors of \(n) values")
        let (sy, ss, yy) = withUnsafeTemporaryAllocation(of: Double.self, capacity: 3) { sums in
            S.Kernels.threeDots(count: n, newS.base, newY.base, sums.baseAddress!)
            return (sums[0], sums[1], sums[2])
        }
        guard sy.isFinite, sy > Double(S.ulpOfOne) * ss.squareRoot() * yy.squareRoot() else { return false }
        s[next].mutable.update(from: newS)
        y[next].mutable.update(from: newY)
        products.base[next] = sy
        gamma = sy / yy
        next = (next + 1) % capacity
        pairs = min(pairs + 1, capacity)
        return true
    }

    /// Begins anew, without pairs.
    public func forget() { (pairs, gamma) = (0, 1) }

    /// The pair of an age below `pairs`, for checkpoints.
    public func pair(_ age: Int) -> (s: Buffer<S>, y: Buffer<S>) { (s[slot(age)], y[slot(age)]) }
}
