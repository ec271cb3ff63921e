/// The conjugate gradient method (Hestenes & Stiefel 1952, J. Res. Nat. Bur. Standards 49, 409–436), with a
/// preconditioner M, for A·x = b with A symmetric and positive definite:
///
///     r₀ = b − A·x₀,  z₀ = M⁻¹r₀,  p₀ = z₀
///     α = rᵀz / pᵀA·p,   x ← x + α p,   r ← r − α A·p
///     z ← M⁻¹r,   β = r₊ᵀz₊ / rᵀz,   p ← z + β p
///
/// It minimises φ(x) = ½xᵀA·x − bᵀx; each iteration lowers φ by ½α·rᵀz, so φ costs nothing.
///
/// The solver knows neither networks nor ranks: vectors may be whole, or the parts of vectors that are split
/// over ranks; then `reduce` adds the sums. It owns its memory (three vectors, and the stored iterates where
/// they are asked for), and a solve allocates nothing.
public final class ConjugateGradient<S: Scalar> {
    /// product ← A·v.
    public typealias Operator = (_ v: Vector<S>, _ product: MutableVector<S>) throws -> Void
    /// Adds sums over all who hold a part of the vectors, in place; it does nothing for whole vectors.
    public typealias Reduction = (_ sums: UnsafeMutableBufferPointer<Double>) throws -> Void

    /// Sees a direction p and A·p of an iteration, where pᵀA·p is positive.
    public typealias Observer = (_ p: Vector<S>, _ product: Vector<S>) -> Void

    /// Why a solve ended.
    public enum Status: String, Sendable {
        /// ‖r‖ ≤ tolerance·‖b‖
        case residual = "residual small enough"
        /// φ falls too little over the last iterations.
        case progress = "progress too small"
        /// As many as were allowed.
        case iterations = "maximum number of iterations"
        /// pᵀA·p is not above 0: the last x before is the solution.
        case curvature = "nonpositive curvature"
        /// b = 0, and so is x.
        case zero = "zero right-hand side"
        /// A product is NaN or infinite.
        case notFinite = "product not finite"
    }

    /// When a solve ends.
    public struct Options: Sendable {
        /// The most iterations, of one product each.
        public var maxIterations: Int
        /// Stops at ‖r‖ ≤ tolerance·‖b‖; never below the type's precision, where residuals are rounding noise.
        public var tolerance: Double
        /// Stops at a relative progress per iteration below this (Martens 2010, section 4.4); nil: does not.
        public var progress: Double?
        /// Curvature counts as nonpositive at pᵀA·p ≤ curvature·‖p‖‖A·p‖, free of the scale of A.
        public var curvature = Double(S.ulpOfOne)

        /// See the properties of the same names.
        public init(maxIterations: Int, tolerance: Double = 0, progress: Double? = nil) {
            (self.maxIterations, self.tolerance, self.progress) = (maxIterations, tolerance, progress)
        }
    }

    /// How a solve ended.
    public struct Result: Sendable {
        /// Why it ended.
        public let status: Status
        /// How many were done.
        public let iterations: Int
        /// ‖b − A·x‖ by the recurrence; nil where x is b.
        public let residual: Double?
        /// φ(x) by the recurrence; nil where x is b.
        public let model: Double?
    }

    private let n: Int
    private let workspace: Buffer<S>
    private let capacity: Int
    private let history: UnsafeMutablePointer<Double>  // ‖r‖ of iterates 0 … capacity, then φ of them
    private var recorded = 0

    /// The iterations whose iterate is stored: ⌈1.3^j⌉ (Martens 2010, section 4.6); empty without storage.
    public let storedIterations: [Int]
    private let iterates: Buffer<S>?
    /// How many of them the last solve reached.
    public private(set) var stored = 0

    /// A workspace for vectors of `n` values and at most `maxIterations` iterations.
    public init(count n: Int, maxIterations: Int, storesIterates: Bool = false) {
        self.n = n
        workspace = Buffer(count: 3 * n)
        capacity = maxIterations
        history = .allocate(capacity: 2 * (maxIterations + 1))
        storedIterations = storesIterates ? Self.spacedIterations(upTo: maxIterations) : []
        iterates = storesIterates ? Buffer(count: storedIterations.count * n) : nil
    }

    deinit { history.deallocate() }

    /// The residual norms of the last solve, from the start on.
    public var residuals: UnsafeBufferPointer<Double> { .init(start: history, count: recorded) }
    /// The model values φ of the last solve, from the start on.
    public var models: UnsafeBufferPointer<Double> { .init(start: history + capacity + 1, count: recorded) }
    /// The iterate of iteration `storedIterations[j]`, j < `stored`.
    public func iterate(_ j: Int) -> Vector<S> { iterates!.vector[j * n..<(j + 1) * n] }

    /// Solves A·x = b. x: the start on entry, unless `startsFromZero`; the solution on return.
    ///
    /// At nonpositive curvature, or where a product is not finite, the solve ends with the iterate so far; in
    /// the first iteration, whatever the start, with x = b. Throws what the operator or the reduction throws.
    public func solve(
        _ A: Operator, b: Vector<S>, x: MutableVector<S>, startsFromZero: Bool,
        preconditioner: (any Preconditioner<S>)? = nil, options: Options, reduce: Reduction = { _ in },
        observe: Observer
    ) throws -> Result {
        precondition(options.maxIterations <= capacity, "the workspace has room for \(capacity) iterations")
        precondition(b.count == n && x.count == n, "the workspace is for vectors of \(n) values")
        let work = workspace.mutable
        let r = work[0..<n], p = work[n..<2 * n]
        let q = work[2 * n..<3 * n]  // A·p, and M⁻¹r after the residual has taken A·p in
        (recorded, stored) = (0, 0)

        return try withUnsafeTemporaryAllocation(of: Double.self, capacity: 3) { sums in
            func total(_ sum: Double) throws -> Double {
                sums[0] = sum
                try reduce(.init(rebasing: sums[..<1]))
                return sums[0]
            }

            let bb = try total(S.Kernels.dot(count: n, b.base, b.base))
            if bb == 0 {
                x.update(repeating: 0)
                record(residual: 0, model: 0)
                return Result(status: .zero, iterations: 0, residual: 0, model: 0)
            }
            var model = 0.0
            var rr = bb
            if startsFromZero {
                x.update(repeating: 0)
                r.update(from: b)
            } else {
                try A(x.vector, r)
                S.Kernels.xpby(count: n, b.base, -1, r.base)
                rr = try total(S.Kernels.dot(count: n, r.base, r.base))
                // ½xᵀA·x − bᵀx with A·x = b − r.
                model = try total(
                    -0.5 * (S.Kernels.dot(count: n, x.base, b.base) + S.Kernels.dot(count: n, x.base, r.base)))
            }
            let tolerance = max(options.tolerance, Double(S.ulpOfOne))
            let enough = tolerance * tolerance * bb
            var rz = 0.0

            for k in 0...options.maxIterations {
                record(residual: rr.squareRoot(), model: model)
                guard rr.isFinite else { return fallBack(b, x, .notFinite, k) }
                if let ended = reasonToEnd(after: k, converged: rr <= enough, options) {
                    return Result(status: ended, iterations: k, residual: rr.squareRoot(), model: model)
                }

                let before = rz
                var z = r.vector
                rz = rr
                if let preconditioner {
                    rz = try total(Phase.preconditioner.measure { try preconditioner.apply(r.vector, into: q) })
                    z = q.vector
                }
                if k == 0 { p.update(from: z) } else { S.Kernels.xpby(count: n, z.base, S(rz / before), p.base) }

                try A(p.vector, q)
                S.Kernels.threeDots(count: n, p.base, q.base, sums.baseAddress!)
                try reduce(sums)
                let (pq, pp, qq) = (sums[0], sums[1], sums[2])
                let isFinite = pq.isFinite && qq.isFinite
                guard isFinite, pq > options.curvature * pp.squareRoot() * qq.squareRoot() else {
                    let status = isFinite ? Status.curvature : .notFinite
                    if k == 0 { return fallBack(b, x, status, k) }
                    return Result(status: status, iterations: k, residual: rr.squareRoot(), model: model)
                }

                observe(p.vector, q.vector)
                let alpha = rz / pq
                rr = try total(S.Kernels.cgStep(count: n, S(alpha), p.base, q.base, x.base, r.base))
                // The three dot products, the step, and the new p: each value is read or written eleven times.
                Phase.count(operations: 14 * n, bytes: 11 * n * MemoryLayout<S>.stride)
                model -= 0.5 * alpha * rz
                store(x.vector, of: k + 1)
            }
            preconditionFailure("the loop ends by one of its returns")
        }
    }

    /// The same, seen by nobody. (A closure as default of a parameter would be allocated in unspecialised code.)
    public func solve(
        _ A: Operator, b: Vector<S>, x: MutableVector<S>, startsFromZero: Bool,
        preconditioner: (any Preconditioner<S>)? = nil, options: Options, reduce: Reduction = { _ in }
    ) throws -> Result {
        try solve(
            A, b: b, x: x, startsFromZero: startsFromZero, preconditioner: preconditioner, options: options,
            reduce: reduce, observe: { _, _ in })
    }

    private func reasonToEnd(after k: Int, converged: Bool, _ options: Options) -> Status? {
        if converged { return .residual }
        if let progress = options.progress, progressIsBelow(progress, after: k) { return .progress }
        return k == options.maxIterations ? .iterations : nil
    }

    /// x ← b: the step of steepest descent, of a length that no curvature is known for.
    private func fallBack(
        _ b: Vector<S>, _ x: MutableVector<S>, _ status: Status, _ iterations: Int
    ) -> Result {
        x.update(from: b)
        return Result(status: status, iterations: iterations, residual: nil, model: nil)
    }

    private func record(residual: Double, model: Double) {
        history[recorded] = residual
        history[capacity + 1 + recorded] = model
        recorded += 1
    }

    private func store(_ x: Vector<S>, of iteration: Int) {
        guard let iterates, stored < storedIterations.count, storedIterations[stored] == iteration
        else { return }
        iterates.mutable[stored * n..<(stored + 1) * n].update(from: x)
        stored += 1
    }

    /// Martens 2010, section 4.4: over the last k = max(10, i/10) iterations φ fell by less than k·ε of itself.
    private func progressIsBelow(_ epsilon: Double, after i: Int) -> Bool {
        let k = max(10, i / 10)
        guard i > k else { return false }
        let now = models[i]
        return now < 0 && (now - models[i - k]) / now < Double(k) * epsilon
    }

    static func spacedIterations(upTo most: Int) -> [Int] {
        var iterations: [Int] = []
        var power = 1.0
        while power.rounded(.up) <= Double(most) {
            let iteration = Int(power.rounded(.up))
            if iterations.last != iteration { iterations.append(iteration) }
            power *= 1.3
        }
        return iterations
    }
}
