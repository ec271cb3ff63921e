import CAllocationCount
import NewtonCG
import TestSupport
import Testing

@Suite struct NystromTests {
    /// A's products, for vectors one after another.
    private func multiply<S: Scalar>(_ A: [[Double]], _ n: Int, _ rank: Int, _: S.Type) -> Nystrom<S>.Products {
        { vectors, products in
            for j in 0..<rank {
                let product = A * (0..<n).map { Double(vectors[j * n + $0]) }
                for i in 0..<n { products[j * n + i] = S(product[i]) }
            }
        }
    }

    private func apply<S: Scalar>(_ sketch: Nystrom<S>, _ r: [Double]) -> [Double] {
        let r = r.map { S($0) }
        var z = r
        let rz = sketch.apply(r, into: &z)
        #expect(abs(rz - dot(r.map { Double($0) }, z.map { Double($0) })) <= 1e-5 * abs(rz))
        return z.map { Double($0) }
    }

    /// The dense formula with the same random vectors: Â = AΩ(ΩᵀAΩ)⁻¹(AΩ)ᵀ; P⁻¹ = (λ_ℓ + τ)(Â + τ)⁻¹ on Â's range.
    @Test(arguments: [1, 4, 9]) func isTheDenseFormula(rank: Int) throws {
        let n = 24, tau = 1e-3
        var A = spdMatrix(n, shift: 0.1)
        for i in 0..<n { for j in 0..<n { A[i][j] /= Double((1 + i) * (1 + j)) } }
        let sketch = Nystrom<Double>(count: n, rank: rank)
        #expect(try sketch.build(seed: 7, step: 5, multiply(A, n, rank, Double.self)))
        sketch.set(damping: tau)

        let random = (0..<rank).map { j in
            var stream = RandomStream(seed: 7, stream: RandomPurpose.sketch.stream(5, UInt64(j)))
            return (0..<n).map { _ in stream.normal() }
        }
        let Y = random.map { A * $0 }, core = random.map { x in Y.map { dot(x, $0) } }
        func approximation(_ v: [Double]) -> [Double] {
            let c = solution(core, Y.map { dot($0, v) })
            return (0..<n).map { i in zip(c, Y).reduce(0) { $0 + $1.0 * $1.1[i] } }
        }
        // An orthonormal basis of its range, and its smallest eigenvalue there by inverse iteration.
        var Q: [[Double]] = []
        for y in Y {
            var q = y
            for _ in 0..<2 { for p in Q { let c = dot(p, q); q = zip(q, p).map { $0 - c * $1 } } }
            Q.append(q.map { $0 / norm(q) })
        }
        let reduced = Q.map { q in Q.map { dot(q, approximation($0)) } }
        var x = values(rank, seed: 1)
        for _ in 0..<500 {
            let y = solution(reduced, x)
            x = y.map { $0 / norm(y) }
        }
        let least = dot(x, reduced * x)

        for seed in 1...3 {
            let r = values(n, seed: UInt64(seed))
            let inside = Q.reduce([Double](repeating: 0, count: n)) { sum, q in
                let c = dot(q, r)
                return zip(sum, q).map { $0 + c * $1 }
            }
            let z = apply(sketch, r), Az = approximation(z)
            let got = (0..<n).map { Az[$0] + tau * z[$0] }
            let wanted = (0..<n).map { (least + tau) * inside[$0] + tau * (r[$0] - inside[$0]) }
            #expect(norm(zip(got, wanted).map { $0 - $1 }) < 1e-8 * norm(wanted))
        }
    }

    /// Eigenvalues from 1 to 2⁻⁴⁰, n above a piece of the kernels: fewer iterations, more with higher rank.
    @Test func iterationsFall() throws {
        let n = 3000, tau = 1e-7, spectrum = (0..<n).map { exactly(0.5, min($0, 40)) }
        func iterations(_ rank: Int) throws -> Int {
            let A: ConjugateGradient<Double>.Operator = { v, product in
                for i in 0..<n { product[i] = (spectrum[i] + tau) * v[i] }
            }
            let sketch = rank > 0 ? Nystrom<Double>(count: n, rank: rank) : nil
            if let sketch {
                let built = try sketch.build(seed: 1, step: 0) { vectors, products in
                    for j in 0..<rank { for i in 0..<n { products[j * n + i] = spectrum[i] * vectors[j * n + i] } }
                }
                #expect(built)
                sketch.set(damping: tau)
            }
            var x = [Double](repeating: 0, count: n)
            let result = try ConjugateGradient<Double>(count: n, maxIterations: 200).solve(
                A, b: values(n, seed: 5), x: &x, startsFromZero: true, preconditioner: sketch,
                options: .init(maxIterations: 200, tolerance: 1e-8))
            #expect(result.status == .residual)
            return result.iterations
        }
        let (none, some, many) = try (iterations(0), iterations(12), iterations(30))
        #expect(none > 25 && some < none && many < 8, "\(none), \(some), \(many) iterations")
    }

    private func exactly(_ base: Double, _ power: Int) -> Double { (0..<power).reduce(1) { x, _ in x * base } }

    /// A of rank 5 is known whole: in Float too, one solve is exact to rounding.
    @Test func aMatrixOfLowRankIsKnownWhole() throws { try lowRank(Double.self, 1e-9); try lowRank(Float.self, 2e-2) }

    private func lowRank<S: Scalar>(_: S.Type, _ bound: Double) throws {
        let n = 60, tau = 1e-3
        var A = diagonal(Array(repeating: 0, count: n))
        for k in 0..<5 {
            let row = values(n, seed: UInt64(k) + 1)
            for i in 0..<n { for j in 0..<n { A[i][j] += row[i] * row[j] * exactly(0.2, k) } }
        }
        let sketch = Nystrom<S>(count: n, rank: 12)
        #expect(try sketch.build(seed: 3, step: 0, multiply(A, n, 12, S.self)))
        sketch.set(damping: tau)
        let r = values(n, seed: 9), z = apply(sketch, r), Az = A * z
        let residual = (0..<n).map { (Az[$0] + tau * z[$0]) / tau - r[$0] }
        #expect(norm(residual) < bound * norm(r), "\(norm(residual) / norm(r))")
        #expect(dot(r, z) > 0)
    }

    @Test func aZeroMatrixGivesTheIdentity() throws {
        let sketch = Nystrom<Double>(count: 8, rank: 3)
        #expect(try sketch.build(seed: 1, step: 0) { _, products in products.update(repeating: 0) })
        for tau in [0, 0.5] {
            sketch.set(damping: tau)
            let r = values(8, seed: 2)
            #expect(apply(sketch, r) == r)
        }
    }

    @Test func aProductThatIsNotFiniteIsSaid() throws {
        let sketch = Nystrom<Double>(count: 8, rank: 3)
        #expect(try !sketch.build(seed: 1, step: 0) { _, products in products.update(repeating: .nan) })
    }

    #if !DEBUG
        @Test func applyingTakesNoMemory() throws {
            let sketch = Nystrom<Float>(count: 24, rank: 4)
            #expect(try sketch.build(seed: 7, step: 5, multiply(spdMatrix(24, shift: 1), 24, 4, Float.self)))
            let r = Buffer(values(24, seed: 1).map { Float($0) }), z = Buffer<Float>(count: 24)
            _ = sketch.apply(r.vector, into: z.mutable)
            let before = allocation_count()
            for _ in 0..<5 { _ = sketch.apply(r.vector, into: z.mutable) }
            #expect(allocation_count() - before == 0)
        }
    #endif
}
