import NewtonCG
import Testing

/// The preconditioner of L-BFGS pairs that solves by conjugate gradients leave.
@Suite struct LBFGSPreconditionerTests {
    private func settings(
        memory: Int, _ change: (inout NewtonCGSettings) -> Void = { _ in }
    ) -> NewtonCGSettings {
        exact {
            var pairs = NewtonCGSettings.LBFGS()
            pairs.memory = memory
            $0.preconditioner = .lbfgs(pairs)
            $0.lineSearch = nil
            change(&$0)
        }
    }

    /// The pairs of a state, the oldest first.
    private func pairs<S: Scalar>(_ state: OptimizerState<S>) throws -> [(p: [S], product: [S])] {
        let count = try #require(state.numbers["lbfgs_pairs"])
        return try (0..<Int(count)).reversed().map {
            (
                try #require(state.vectors["lbfgs_direction_\($0)"]),
                try #require(state.vectors["lbfgs_product_\($0)"])
            )
        }
    }

    private func inverse<S: Scalar>(_ pairs: [(p: [S], product: [S])], count: Int) -> LimitedMemoryBFGS<S> {
        let inverse = LimitedMemoryBFGS<S>(count: count, capacity: max(1, pairs.count))
        for pair in pairs { #expect(inverse.add(s: pair.p, y: pair.product)) }
        return inverse
    }

    /// Those kept are iterations 0, s, 2s, …, s a power of two, and the least with which there is room.
    @Test(arguments: [1, 2, 3, 4, 5, 10]) func pairsAreSpreadEvenly(capacity: Int) {
        let pairs = SolvePairs<Double>(count: 1, capacity: capacity)
        for iterations in 0...50 {
            for i in 0..<iterations { pairs.add([Double(i)], product: [Double(-i)]) }
            var stride = 1
            while (iterations + stride - 1) / stride > capacity { stride *= 2 }
            let kept = (0..<pairs.count).map { pairs[$0].p.base[0] }
            #expect(kept == Swift.stride(from: 0, to: iterations, by: stride).map(Double.init))
            #expect((0..<pairs.count).allSatisfy { pairs[$0].product.base[0] == -kept[$0] })
            pairs.forget()
            #expect(pairs.count == 0)
        }
    }

    /// Another right-hand side with the same matrix, eigenvalues 1 to 4⁻⁹: fewer iterations, the more the pairs.
    @Test func theNextSolveTakesFewerIterations() throws {
        let n = 200, spectrum = (0..<n).map { i in (0..<min(i, 9)).reduce(1.0) { x, _ in x / 4 } }
        let solver = ConjugateGradient<Double>(count: n, maxIterations: 100)
        func solve(
            seed: UInt64, _ preconditioner: LimitedMemoryBFGS<Double>?, keeping pairs: SolvePairs<Double>? = nil
        ) throws -> Int {
            var x = [Double](repeating: 0, count: n)
            let result = try solver.solve(
                { v, product in for i in 0..<n { product[i] = spectrum[i] * v[i] } },
                b: values(n, seed: seed), x: &x, startsFromZero: true, preconditioner: preconditioner,
                options: .init(maxIterations: 100, tolerance: 1e-6),
                observe: { pairs?.add($0, product: $1) })
            #expect(result.status == .residual)
            return result.iterations
        }
        let plain = try solve(seed: 5, nil)
        var preconditioned: [Int] = []
        for memory in [10, 20] {
            let pairs = SolvePairs<Double>(count: n, capacity: memory)
            let inverse = LimitedMemoryBFGS<Double>(count: n, capacity: memory)
            let first = try solve(seed: 4, nil, keeping: pairs)
            #expect(pairs.count == (memory == 10 ? (first + 1) / 2 : first))
            for j in 0..<pairs.count { #expect(inverse.add(s: pairs[j].p.vector, y: pairs[j].product.vector)) }
            preconditioned.append(try solve(seed: 5, inverse))
        }
        #expect(plain > 10 && preconditioned[0] < plain - 1 && preconditioned[1] < 5, "\(plain), \(preconditioned)")
    }

    /// Half a step leaves half the gradient, whose solution is known from the pairs of the solve: one iteration.
    @Test func theNextStepIsPreconditioned() throws {
        let n = 12, A = spdMatrix(n, shift: 0.05), solution = values(n, seed: 21)
        let objective = quadratic(A, b: A * solution, as: Double.self)
        func iterations(_ change: (inout NewtonCGSettings) -> Void) throws -> [Int] {
            let half = settings(memory: 20) {
                ($0.cg.tolerance, $0.learningRate) = (1e-6, .constant(0.5))
                change(&$0)
            }
            let optimizer = try NewtonCG<Double>(half, minimising: objective)
            var w = values(n, seed: 22)
            return try (0..<3).map { _ in try optimizer.step(from: &w).cgIterations! }
        }
        let plain = try iterations { $0.preconditioner = nil }
        #expect(plain[0] > 6 && plain[1] == plain[0] && plain[2] == plain[0])
        #expect(try iterations { _ in } == [plain[0], 1, 1])
    }

    /// A·p is the damped matrix's product; the newest pair's is inverted exactly; as many are kept as the memory holds.
    @Test func pairsFulfilTheSecantEquation() throws {
        let n = 12, tau = 0.25, A = spdMatrix(n, shift: 0.05)
        let objective = quadratic(A, b: values(n, seed: 1), as: Double.self)
        let optimizer = try NewtonCG<Double>(
            settings(memory: 5) { ($0.damping.initial, $0.cg.maxIterations) = (tau, 3) }, minimising: objective)
        #expect(optimizer.preconditionerMemory == "5 pairs of L-BFGS and 3 of a solve, 1.5 KiB")
        var w = values(n, seed: 2)
        for kept in [3, 5, 5] {
            #expect(try optimizer.step(from: &w).cgIterations == 3)
            let pairs = try pairs(optimizer.state)
            #expect(pairs.count == kept)
            for (p, product) in pairs {
                let wanted = zip(A * p, p).map { $0 + tau * $1 }
                #expect(norm(zip(product, wanted).map { $0 - $1 }) < 1e-14 * norm(wanted))
            }
            let (p, product) = pairs.last!
            var z = p
            _ = inverse(pairs, count: n).apply(product, into: &z)
            #expect(norm(zip(z, p).map { $0 - $1 }) < 1e-12 * norm(p))
        }
    }

    /// A solve that ends at nonpositive curvature leaves the pairs before it.
    @Test func pairsWithoutPositiveCurvatureAreNotTaken() throws {
        let A = [[2.0, 0, 0], [0, 1, 0], [0, 0, -0.2]]
        for (b, kept) in [([1.0, 1, 1], 1.0), ([0, 0, 1], 0)] {
            let optimizer = try NewtonCG<Double>(settings(memory: 5), minimising: quadratic(A, b: b, as: Double.self))
            var w = [0.0, 0, 0]
            let report = try optimizer.step(from: &w)
            #expect(report.cgStatus == "nonpositive curvature")
            #expect(optimizer.state.numbers["lbfgs_pairs"] == kept)
        }
    }

    /// A step that ends in a product, is taken back and done again, is as if it had been done once.
    @Test func aStoppedStepLeavesNoPairs() throws {
        struct Stop: Error {}
        final class Stopping: CurvatureProducts {
            let inner = quartic(as: Double.self)
            var space: any VectorSpace<Double> { inner.space }
            var productsLeft = Int.max
            var count: Int { inner.count }
            var batchSamples: Int { inner.batchSamples }
            var isWhole: Bool { inner.isWhole }
            func linearize(at w: Vector<Double>, gradient g: MutableVector<Double>) -> Double {
                inner.linearize(at: w, gradient: g)
            }
            func product(
                _ curvature: Curvature, _ v: Vector<Double>, into product: MutableVector<Double>
            ) throws {
                productsLeft -= 1
                if productsLeft < 0 { throw Stop() }
                inner.product(curvature, v, into: product)
            }
            func loss(at w: Vector<Double>) -> Double { inner.loss(at: w) }
        }
        let settings = settings(memory: 4) { ($0.damping.initial, $0.cg.maxIterations) = (0.1, 2) }
        let objective = Stopping()
        let optimizer = try NewtonCG<Double>(settings, minimising: objective)
        let unbroken = try NewtonCG<Double>(settings, minimising: Stopping())
        var w = [1, -2, 0.5], v = w
        for _ in 0..<4 {
            for products in [0, 1] {
                objective.productsLeft = products
                let before = w
                #expect(throws: Stop.self) { try optimizer.step(from: &w) }
                optimizer.takeBack()
                #expect(w == before)
                #expect(optimizer.state.vectors == unbroken.state.vectors)
                #expect(optimizer.state.numbers == unbroken.state.numbers)
            }
            objective.productsLeft = .max
            let (a, b) = try (optimizer.step(from: &w), unbroken.step(from: &v))
            #expect(a.cgIterations == 2 && a.loss == b.loss && w == v)
        }
        #expect(unbroken.state.numbers["lbfgs_pairs"] == 4)
        #expect(optimizer.state.vectors == unbroken.state.vectors)
    }
}
