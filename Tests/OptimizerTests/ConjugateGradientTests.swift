import CAllocationCount
import NewtonCG
import Testing

@Suite struct ConjugateGradientTests {
    typealias CG = ConjugateGradient<Double>

    /// Solves with a dense matrix; returns x and the result.
    func solve(
        _ A: [[Double]], _ b: [Double], from start: [Double]? = nil, with solver: CG? = nil,
        _ options: CG.Options = .init(maxIterations: 50, tolerance: 1e-12),
        preconditioner: (any Preconditioner<Double>)? = nil
    ) throws -> (x: [Double], result: CG.Result, solver: CG) {
        let n = b.count
        let solver = solver ?? CG(count: n, maxIterations: 50)
        var x = start ?? Array(repeating: .nan, count: n)
        let result = try solver.solve(
            { v, product in
                for (i, value) in (A * (0..<n).map { v[$0] }).enumerated() { product[i] = value }
            }, b: b, x: &x, startsFromZero: start == nil, preconditioner: preconditioner, options: options)
        return (x, result, solver)
    }

    func model(_ A: [[Double]], _ b: [Double], _ x: [Double]) -> Double { 0.5 * dot(x, A * x) - dot(b, x) }

    func error(_ A: [[Double]], _ b: [Double], _ x: [Double]) -> Double {
        norm(zip(A * x, b).map { $0 - $1 }) / norm(b)
    }

    @Test(arguments: [1, 2, 5, 12])
    func solvesInAsManyStepsAsUnknowns(n: Int) throws {
        let A = spdMatrix(n, shift: 0.5)
        let b = values(n, seed: 7)
        let (x, result, solver) = try solve(A, b)
        #expect(result.status == .residual)
        #expect(result.iterations <= n)
        #expect(error(A, b, x) < 1e-11)
        #expect(solver.residuals.count == result.iterations + 1)
        #expect(abs(solver.residuals[0] - norm(b)) < 1e-14)
        #expect(result.residual == solver.residuals.last)
    }

    @Test func zeroRightHandSide() throws {
        let (x, result, _) = try solve(spdMatrix(4, shift: 1), [0, 0, 0, 0], from: [1, 2, 3, 4])
        #expect(result.status == .zero)
        #expect(result.status.rawValue == "zero right-hand side")
        #expect(x == [0, 0, 0, 0])
        #expect(result.iterations == 0 && result.residual == 0 && result.model == 0)
    }

    @Test func toleranceIsMetAndNotExceeded() throws {
        let A = spdMatrix(30, shift: 1e-3)
        let b = values(30, seed: 9)
        let (x, result, solver) = try solve(A, b, .init(maxIterations: 50, tolerance: 1e-3))
        #expect(result.status == .residual)
        #expect(error(A, b, x) <= 1.001e-3)
        #expect(solver.residuals[result.iterations - 1] > 1e-3 * norm(b))
    }

    @Test func maximumOfIterations() throws {
        let (_, result, _) = try solve(
            spdMatrix(30, shift: 1e-3), values(30, seed: 9), .init(maxIterations: 4, tolerance: 1e-12))
        #expect(result.status == .iterations)
        #expect(result.iterations == 4)
    }

    @Test func indefiniteAtOnceGivesTheRightHandSide() throws {
        let A = [[1.0, 0], [0, -2]]
        for start in [nil, [5.0, 5.0]] {
            let (x, result, _) = try solve(A, [1, 1], from: start)
            #expect(result.status == .curvature)
            #expect(result.iterations == 0)
            #expect(x == [1, 1])
            #expect(result.model == nil && result.residual == nil)
        }
    }

    @Test func indefiniteLaterKeepsTheIterate() throws {
        let A = [[2.0, 0, 0], [0, 1, 0], [0, 0, -0.2]]
        let b = [1.0, 1, 1]
        let (x, result, _) = try solve(A, b)
        #expect(result.status == .curvature)
        #expect(result.iterations == 1)
        // One step of steepest descent: α = bᵀb/bᵀAb.
        let alpha = 3 / 2.8
        for value in x { #expect(abs(value - alpha) < 1e-15) }
        #expect(abs(result.model! - model(A, b, x)) < 1e-14)
    }

    @Test(arguments: [1e-30, 1, 1e30])
    func curvatureTestIsFreeOfScale(scale: Double) throws {
        let A = spdMatrix(6, shift: 0.1).map { $0.map { $0 * scale } }
        let b = values(6, seed: 2)
        let (x, result, _) = try solve(A, b)
        #expect(result.status == .residual)
        #expect(error(A, b, x) < 1e-11)
    }

    @Test func singularConsistentSystem() throws {
        // A = I − uuᵀ/uᵀu is singular along u; b ⊥ u.
        let u = [1.0, 2, 3, 4]
        var A = diagonal([1, 1, 1, 1])
        for i in 0..<4 {
            for j in 0..<4 { A[i][j] -= u[i] * u[j] / 30 }
        }
        let b = [2.0, -1, 0, 0]
        let (x, result, _) = try solve(A, b)
        #expect(result.status == .residual)
        #expect(error(A, b, x) < 1e-12)
        #expect(abs(dot(x, u)) < 1e-12)
    }

    @Test func singularInconsistentSystemEndsInWords() throws {
        let (x, result, _) = try solve(
            [[1.0, 0], [0, 0]], [1, 1], .init(maxIterations: 50, tolerance: 1e-6))
        #expect(result.status == .curvature)
        #expect(x.allSatisfy { $0.isFinite })
    }

    @Test func modelIsThatOfTheIterate() throws {
        let A = spdMatrix(20, shift: 0.01)
        let b = values(20, seed: 4)
        let start = values(20, seed: 5)
        for start in [nil, start] {
            let (x, result, solver) = try solve(A, b, from: start, .init(maxIterations: 7, tolerance: 1e-9))
            let direct = model(A, b, x)
            #expect(abs(result.model! - direct) < 1e-12 * abs(direct))
            #expect(abs(solver.models[0] - (start.map { model(A, b, $0) } ?? 0)) < 1e-12)
            #expect(zip(solver.models, solver.models.dropFirst()).allSatisfy { $1 < $0 })
        }
    }

    @Test func warmStartAtTheSolutionNeedsNoIteration() throws {
        let A = spdMatrix(8, shift: 0.5)
        let b = values(8, seed: 6)
        let (x, _, _) = try solve(A, b)
        let (again, result, _) = try solve(A, b, from: x, .init(maxIterations: 50, tolerance: 1e-10))
        #expect(result.iterations == 0)
        #expect(again == x)
    }

    @Test func relativeProgressFollowsMartens() throws {
        let n = 60
        let A = diagonal((1...n).map { 1 / Double($0 * $0) })
        let b = Array(repeating: 1.0, count: n)
        let (_, result, solver) = try solve(A, b, .init(maxIterations: 50, progress: 0.02))
        #expect(result.status == .progress)
        let small = { (i: Int) in
            let k = max(10, i / 10)
            let (now, before) = (solver.models[i], solver.models[i - k])
            return now < 0 && (now - before) / now < Double(k) * 0.02
        }
        #expect(result.iterations > 10)
        #expect(small(result.iterations))
        for i in 11..<result.iterations { #expect(!small(i)) }
    }

    @Test func storedIteratesAreThoseOfShorterSolves() throws {
        let A = spdMatrix(25, shift: 1e-3)
        let b = values(25, seed: 8)
        let keeping = CG(count: 25, maxIterations: 20, storesIterates: true)
        #expect(keeping.storedIterations == [1, 2, 3, 4, 5, 7, 9, 11, 14, 18])
        let (_, result, _) = try solve(A, b, with: keeping, .init(maxIterations: 12, tolerance: 1e-12))
        #expect(result.iterations == 12)
        #expect(keeping.stored == 8)
        for j in 0..<keeping.stored {
            let (x, _, _) = try solve(
                A, b, .init(maxIterations: keeping.storedIterations[j], tolerance: 1e-12))
            #expect((0..<25).map { keeping.iterate(j)[$0] } == x)
        }
    }

    @Test func workspaceIsReused() throws {
        let (A, B) = (spdMatrix(10, shift: 0.2), spdMatrix(10, shift: 2, seed: 40))
        let (b, c) = (values(10, seed: 1), values(10, seed: 2))
        let solver = CG(count: 10, maxIterations: 50)
        let first = try solve(A, b, with: solver)
        let residuals = Array(solver.residuals)
        _ = try solve(B, c, with: solver)
        let again = try solve(A, b, with: solver)
        #expect(again.x == first.x)
        #expect(Array(solver.residuals) == residuals)
    }

    @Test func preconditionedByTheInverseDiagonal() throws {
        // A badly scaled diagonal matrix: GradientSquares of power 1 with g² = A's diagonal inverts it.
        let scales = [1e-4, 1, 1e4, 3, 50, 1e-2]
        let A = diagonal(scales)
        let preconditioner = GradientSquares<Double>(count: 6, decay: 0, power: 1)
        preconditioner.update(gradient: scales.map { $0.squareRoot() }, samples: 1, damping: 0)
        let b = values(6, seed: 3)
        let (x, result, _) = try solve(A, b, preconditioner: preconditioner)
        #expect(result.iterations == 1)
        #expect(error(A, b, x) < 1e-12)
        let (_, plain, _) = try solve(A, b, .init(maxIterations: 50, tolerance: 1e-12))
        #expect(plain.iterations > 4)
    }

    @Test func preconditionedModelIsThatOfTheIterate() throws {
        let A = spdMatrix(20, shift: 0.01)
        let b = values(20, seed: 4)
        let preconditioner = GradientSquares<Double>(count: 20, decay: 0.9, power: 0.75)
        preconditioner.update(gradient: values(20, seed: 12), samples: 5, damping: 0.1)
        let (x, result, _) = try solve(
            A, b, from: values(20, seed: 5), .init(maxIterations: 7, tolerance: 1e-9),
            preconditioner: preconditioner)
        #expect(result.iterations == 7)
        #expect(abs(result.model! - model(A, b, x)) < 1e-12 * abs(model(A, b, x)))
    }

    @Test func productThatIsNotFinite() throws {
        let (x, result, _) = try solve([[.nan, 0], [0, 1]], [1, 1])
        #expect(result.status == .notFinite)
        #expect(x == [1, 1])
    }

    @Test func vectorsInTwoPartsGiveTheSameIterates() throws {
        // The first solver sees the whole; in the second, two copies stand for two holders of equal halves.
        let A = spdMatrix(6, shift: 0.3)
        let b = values(6, seed: 3)
        let zeros = Array(repeating: 0.0, count: 6)
        let whole = A.map { $0 + zeros } + A.map { zeros + $0 }
        let (x, result, _) = try solve(whole, b + b, .init(maxIterations: 4, tolerance: 1e-12))
        var half = Array(repeating: 0.0, count: 6)
        let solver = CG(count: 6, maxIterations: 4)
        let split = try solver.solve(
            { v, product in
                for (i, value) in (A * (0..<6).map { v[$0] }).enumerated() { product[i] = value }
            }, b: b, x: &half, startsFromZero: true, options: .init(maxIterations: 4, tolerance: 1e-12),
            reduce: { sums in for i in sums.indices { sums[i] *= 2 } })
        for i in 0..<6 { #expect(abs(half[i] - x[i]) < 1e-13) }
        #expect(abs(split.residual! - result.residual!) < 1e-13)
        #expect(abs(split.model! - result.model!) < 1e-13)
    }

    @Test(arguments: [5, 50])
    func aSolveAllocatesNothing(iterations: Int) throws {
        let n = 100
        let solver = CG(count: n, maxIterations: iterations, storesIterates: true)
        let preconditioner = GradientSquares<Double>(count: n, decay: 0.9, power: 0.5)
        let (b, x) = (Buffer<Double>(values(n, seed: 1)), Buffer<Double>(count: n))
        preconditioner.update(gradient: b.vector, samples: 3, damping: 0.1)
        let options = CG.Options(maxIterations: iterations, tolerance: 1e-14)
        func run() throws -> CG.Result {
            try solver.solve(
                { v, product in for i in 0..<n { product[i] = Double(i + 1) * v[i] } },
                b: b.vector, x: x.mutable, startsFromZero: true, preconditioner: preconditioner, options: options)
        }
        _ = try run()
        let before = allocation_count()
        let result = try run()
        let after = allocation_count()
        #expect(result.iterations == iterations)
        #expect(after == before)
        // The count itself counts.
        let some = Buffer<Double>(count: 8)
        #expect(allocation_count() > after)
        _ = some
    }
}
