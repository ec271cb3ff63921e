import Glibc
import NewtonCG
import Testing

@Suite struct LBFGSTests {
    func optimizer(_ memory: Int, _ objective: FunctionObjective<Double>) -> LBFGS<Double> {
        var settings = LBFGSSettings()
        settings.memory = memory
        return LBFGS(settings, minimising: objective)
    }

    /// −H g by the matrix that BFGS builds from γI and the pairs, oldest first (Nocedal & Wright 2006, equation 7.16).
    func denseDirection(_ pairs: [(s: [Double], y: [Double])], _ g: [Double]) -> [Double] {
        let n = g.count
        var H = diagonal(Array(repeating: pairs.last.map { dot($0.s, $0.y) / dot($0.y, $0.y) } ?? 1, count: n))
        for (s, y) in pairs {
            let rho = 1 / dot(s, y)
            let V = (0..<n).map { i in (0..<n).map { j in (i == j ? 1 : 0) - rho * y[i] * s[j] } }
            let columns = (0..<n).map { j in H * V.map { $0[j] } }  // HV
            H = (0..<n).map { i in
                (0..<n).map { j in (0..<n).reduce(rho * s[i] * s[j]) { $0 + V[$1][i] * columns[j][$1] } }
            }
        }
        return H * g.map { -$0 }
    }

    /// Directions are those of the dense matrix, steps fulfil the strong Wolfe conditions, and every evaluation is
    /// counted; each gradient but the first is that of the step before.
    @Test(arguments: [3, 10]) func stepsOnRosenbrock(memory: Int) throws {
        let objective = rosenbrock()
        let optimizer = optimizer(memory, objective)
        var w = [-1.2, 1.0], pairs: [(s: [Double], y: [Double])] = [], evaluations = 0, steps = 0
        while norm(objective.gradient(w)) > 1e-9, steps < 100 {
            let before = w, g = objective.gradient(w), loss = objective.value(w)
            let report = try optimizer.step(from: &w)
            let after = objective.gradient(w)
            #expect(report.loss == loss && report.remark == nil)
            evaluations += report.evaluations!
            #expect(objective.linearisations == evaluations)

            let d = denseDirection(pairs, g)
            let p = zip(w, before).map { $0 - $1 }
            for i in 0..<2 { #expect(abs(p[i] - report.stepLength * d[i]) < 1e-6 * norm(p)) }
            #expect(objective.value(w) <= loss + 1e-4 * dot(g, p) * (1 - 1e-12))
            #expect(abs(dot(after, p)) <= 0.9 * abs(dot(g, p)))
            let y = zip(after, g).map { $0 - $1 }
            pairs = (pairs + [(p, y)]).suffix(memory)
            steps += 1
        }
        #expect(abs(w[0] - 1) < 1e-8 && abs(w[1] - 1) < 1e-8)
        // scipy 1.17's L-BFGS-B takes 46 evaluations to this gradient norm.
        #expect(evaluations < 60)
        #expect(objective.losses == 0 && objective.products == 0)
    }

    @Test func minimisesAQuadratic() throws {
        let n = 20, A = spdMatrix(n, shift: 0.05), solution = values(n, seed: 21)
        let objective = quadratic(A, b: A * solution, as: Double.self)
        let optimizer = optimizer(10, objective)
        var w = values(n, seed: 22)
        for _ in 0..<60 { _ = try optimizer.step(from: &w) }
        for i in 0..<n { #expect(abs(w[i] - solution[i]) < 1e-8) }
    }

    @Test func theFirstStepIsNoLongerThanOneToBeginWith() throws {
        var tried: [Double] = []
        let objective = scalarFunction(
            {
                tried.append($0)
                return 500 * $0 * $0
            }, gradient: { 1000 * $0 }, curvature: { _ in 1000 })
        var w = [3.0]
        _ = try optimizer(10, objective).step(from: &w)
        #expect(tried[0] == 3 && abs(tried[1] - 2) < 1e-12)
    }

    /// Another batch in every step: the gradient at w is taken anew, and y on the step's own batch.
    @Test func batchesOfTheirOwn() throws {
        let n = 6, A = [spdMatrix(n, shift: 0.3, seed: 3), spdMatrix(n, shift: 0.3, seed: 9)]
        let objective = quadratic(A[0], b: values(n, seed: 1), as: Double.self)
        objective.isWhole = false
        let optimizer = optimizer(10, objective)
        var w = values(n, seed: 2), pairs: [(s: [Double], y: [Double])] = []
        for step in 0..<6 {
            let matrix = A[step % 2], b = values(n, seed: UInt64(1 + step))
            objective.value = { 0.5 * dot($0, matrix * $0) - dot(b, $0) }
            objective.gradient = { zip(matrix * $0, b).map { $0 - $1 } }
            let before = w, g = objective.gradient(w), count = objective.linearisations
            let report = try optimizer.step(from: &w)
            #expect(report.loss == objective.value(before))
            #expect(report.evaluations! == objective.linearisations - count && report.evaluations! >= 2)
            let d = denseDirection(pairs, g)
            for i in 0..<n { #expect(abs(w[i] - before[i] - report.stepLength * d[i]) < 1e-10) }
            let s = zip(w, before).map { $0 - $1 }
            pairs.append((s, matrix * s))
        }
        #expect(optimizer.state.numbers["loss"] == nil && optimizer.state.numbers["pairs"] == 6)
    }

    @Test func lossesThatAreNotFiniteCountAsInfinite() throws {
        // L = w − ln w.
        let objective = scalarFunction(
            { $0 < 0 ? .nan : $0 == 0 ? .infinity : $0 - log($0) }, gradient: { 1 - 1 / $0 },
            curvature: { 1 / ($0 * $0) })
        let optimizer = optimizer(10, objective)
        var w = [0.01]
        for _ in 0..<20 { _ = try optimizer.step(from: &w) }
        #expect(abs(w[0] - 1) < 1e-8)
    }

    @Test func whereNoPointIsBetterNoStepIsTaken() throws {
        let objective = scalarFunction({ $0 == -1 ? 0 : 1 }, gradient: { $0 }, curvature: { _ in 1 })
        let optimizer = optimizer(10, objective)
        var w = [-1.0]
        let report = try optimizer.step(from: &w)
        #expect(w == [-1] && report.stepLength == 0)
        #expect(report.remark == "no step: no point with a lower loss was found in 25 evaluations")
        #expect(report.evaluations == 26)
    }

    @Test func zeroGradient() throws {
        let optimizer = optimizer(10, scalarFunction({ $0 * $0 }, gradient: { 2 * $0 }, curvature: { _ in 2 }))
        var w = [0.0]
        let report = try optimizer.step(from: &w)
        #expect(w == [0] && report.stepLength == 0 && report.remark == "no step: the gradient is zero")
    }

    @Test func pairsWithoutPositiveCurvatureAreNotTaken() {
        let inverse = LimitedMemoryBFGS<Double>(count: 2, capacity: 2)
        var z = [0.0, 0.0]
        #expect(inverse.add(s: [1, 0], y: [2, 0]))
        #expect(inverse.apply([1, 1], into: &z) == 1.0 && z == [0.5, 0.5])
        #expect(!inverse.add(s: [0, 1], y: [0, -1]))
        #expect(!inverse.add(s: [0, 1], y: [1, 1e-17]))
        #expect(!inverse.add(s: [0, 1], y: [.nan, 1]))
        #expect(inverse.pairs == 1)
        #expect(inverse.apply([1, 1], into: &z) == 1.0 && z == [0.5, 0.5])
        #expect(inverse.add(s: [0, 1], y: [0, 4]))
        #expect(inverse.apply([1, 1], into: &z) == 0.75 && z == [0.5, 0.25])
        inverse.forget()
        #expect(inverse.apply([1, 1], into: &z) == 2 && z == [1, 1])
    }
}
