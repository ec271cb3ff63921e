/// The randomised Nyström preconditioner (Frangella, Tropp & Udell 2023, SIAM J. Matrix Anal. Appl. 44, 718–752,
/// algorithm 2.1 and section 5) of A + τI, A symmetric and positive semidefinite, from A's products with ℓ random
/// vectors:
///
///     Ω orthonormal, of Gaussian vectors;   Y = AΩ,   Y_ν = Y + νΩ with ν at rounding's size
///     ΩᵀY_ν = LLᵀ,   B = Y_νL⁻ᵀ = UΣVᵀ,   λ = max(0, Σ² − ν)            A ≈ U diag(λ) Uᵀ
///     P⁻¹ = (λ_ℓ + τ) U diag(λ + τ)⁻¹ Uᵀ + (I − UUᵀ)
///
/// B's singular values come from BᵀB, which suffices: eigenvalues of A below rounding are noise either way, and count
/// as 0. Small matrices are in Double. Vectors are whole on every rank.
public final class Nystrom<S: Scalar>: Preconditioner {
    /// Y's columns ← A·Ω's: block products of `count` vectors.
    package typealias Products = (_ vectors: Vector<S>, _ products: MutableVector<S>) throws -> Void
    /// Makes values that a library computed the same on all ranks.
    package typealias Replication = (UnsafeMutableRawBufferPointer) throws -> Void

    /// Vectors of the sketch.
    public let rank: Int
    private let n: Int
    public var count: Int { n }
    /// Ω, then U; Y beside it.
    let basis: Buffer<S>
    private let products: Buffer<S>
    /// λ, largest first, rounded to S; in it all that is kept between builds, with U.
    let eigenvalues: Buffer<S>
    private let coefficients: Buffer<Double>
    /// Small matrices.
    private let small: Buffer<Double>
    private var damping = 1.0

    /// For vectors of `n` values; `rank` at most n.
    public init(count n: Int, rank: Int) {
        precondition((1...n).contains(rank), "the rank is from 1 to the number of values")
        (self.n, self.rank) = (n, rank)
        (basis, products) = (Buffer(count: rank * n), Buffer(count: rank * n))
        (eigenvalues, coefficients, small) = (
            Buffer(count: rank), Buffer(count: rank), Buffer(count: 2 * rank * rank + rank)
        )
    }

    private var u: VectorBlock<S> { VectorBlock(base: basis.base, count: rank, n: n) }
    private var y: VectorBlock<S> { VectorBlock(base: products.base, count: rank, n: n) }

    /// The damping τ of the solves that follow.
    public func set(damping: Double) { self.damping = damping }

    /// Takes another matrix's sketch, from the random vectors of a run's step. False where a product is not finite: then
    /// nothing can be applied.
    package func build(
        seed: UInt64, step: Int, _ multiply: Products, replicate: Replication = { _ in }
    ) throws -> Bool {
        for j in 0..<rank {
            let key = RandomPurpose.sketch.stream(UInt64(step) & 0xFFF_FFFF, UInt64(j))
            var stream = RandomStream(seed: seed, stream: key)
            for i in 0..<n { u[j][i] = S(stream.normal()) }
        }
        // Twice is enough for orthonormality to rounding.
        let m = small.base, transform = m + rank * rank, values = transform + rank * rank
        orthonormalise(u, into: y, m, transform)
        orthonormalise(y, into: u, m, transform)

        try multiply(basis.vector, products.mutable)
        let norm = S.Kernels.dot(count: rank * n, products.base, products.base).squareRoot()
        guard norm.isFinite else { return false }
        guard norm > 0 else {
            eigenvalues.base.update(repeating: 0, count: rank)
            return true
        }
        var shift = 0.0, added = Double(S.ulpOfOne) * norm
        repeat {
            S.Kernels.axpy(count: rank * n, S(added), basis.base, products.base)
            (shift, added) = (shift + added, 9 * (shift + added))
            u.products(with: y, into: m)
        } while !SymmetricMatrix.factorise(rank, m)
        invertTriangle(m, transform)
        y.combine(transform, into: u)  // B: its own products keep small singular values apart, Y's would not
        u.products(with: u, into: m)
        guard SymmetricMatrix.diagonalise(rank, m, values: values) else { return false }
        // U = BVΣ⁻¹, the largest first; what does not stand out from rounding is none.
        for j in 0..<rank {
            let row = rank - 1 - j, square = values[row], kept = square > Double(rank + 1) * shift
            eigenvalues.base[j] = kept ? S(square - shift) : 0
            for i in 0..<rank { transform[i * rank + j] = kept ? m[row * rank + i] / square.squareRoot() : 0 }
        }
        try replicate(UnsafeMutableRawBufferPointer(start: transform, count: rank * rank * MemoryLayout<Double>.stride))
        try replicate(UnsafeMutableRawBufferPointer(start: eigenvalues.base, count: rank * MemoryLayout<S>.stride))
        u.combine(transform, into: y)
        // To rounding: otherwise P⁻¹ would not be positive definite where λ + τ spans many orders.
        y.products(with: y, into: m)
        for j in 0..<rank where eigenvalues.base[j] == 0 { m[j * rank + j] = 1 }
        factorise(m)
        invertTriangle(m, transform)
        try replicate(UnsafeMutableRawBufferPointer(start: transform, count: rank * rank * MemoryLayout<Double>.stride))
        y.combine(transform, into: u)
        return true
    }

    public func apply(_ r: Vector<S>, into z: MutableVector<S>) -> Double {
        precondition(r.count == n && z.count == n, "vectors of \(n) values")
        let least = Double(eigenvalues.base[rank - 1]) + damping
        u.project(r.base, into: coefficients.base)
        for j in 0..<rank {
            coefficients.base[j] *= least > 0 ? least / (Double(eigenvalues.base[j]) + damping) - 1 : 0
        }
        u.expand(coefficients.base, onto: r.base, into: z.base)
        return S.Kernels.dot(count: n, r.base, z.base)
    }

    /// y ← xL⁻ᵀ with xᵀx = LLᵀ.
    private func orthonormalise(
        _ x: VectorBlock<S>, into y: VectorBlock<S>, _ m: UnsafeMutablePointer<Double>,
        _ transform: UnsafeMutablePointer<Double>
    ) {
        x.products(with: x, into: m)
        factorise(m)
        invertTriangle(m, transform)
        x.combine(transform, into: y)
    }

    /// m = LLᵀ of independent vectors' products with one another.
    private func factorise(_ m: UnsafeMutablePointer<Double>) {
        let isPositive = SymmetricMatrix.factorise(rank, m)
        precondition(isPositive, "the vectors of a sketch are independent")
    }

    /// transform ← L⁻ᵀ.
    private func invertTriangle(_ l: UnsafePointer<Double>, _ transform: UnsafeMutablePointer<Double>) {
        transform.update(repeating: 0, count: rank * rank)
        for i in 0..<rank { transform[i * rank + i] = 1 }
        SymmetricMatrix.solveTriangle(rank, factor: l, transposed: true, transform, columns: rank)
    }
}
