import CAllocationCount
import NewtonCG
import Testing

/// What an observer of the backward pass sees, against gradients and dense curvature.
@Suite struct ObservationTests {
    private let rows = 11

    private func problem(_ loss: LossSpec, outputs: Int = 3) throws -> SmallProblem<Double> {
        var random = Numbers(seed: 4)
        let spec = try Sequential {
            Dense(6); Tanh(); Dense(5); ReLU(); Dense(outputs)
        }
        let labels = loss.kind == "cross_entropy" ? (0..<rows).map { Int32($0 % outputs) } : nil
        return try SmallProblem<Double>(
            spec, loss, input: [4], rows: rows, inputs: random.normal(rows * 4), labels: labels,
            values: labels == nil ? random.normal(rows * outputs).map { 1 / (1 + $0 * $0) } : nil)
    }

    /// Input and cotangent of a dense layer give its gradient x̄ᵀ·gy, whatever is kept and however many threads there are.
    @Test(arguments: [1, 3], [true, false]) func theDatasOwnCotangentsGiveTheGradient(threads: Int, keepsAll: Bool)
        throws
    {
        let problem = try problem(.crossEntropy)
        let limit = keepsAll ? 1 << 30 : try problem.smallestLimit() * threads
        let objective = try problem.objective(limit: limit, threads: threads)
        var random = Numbers(seed: 5)
        try objective.at(random.normal(problem.count)) { _, gradient in
            let sums = (0..<threads).map { _ in Buffer<Double>(count: problem.count) }
            let seen = (0..<threads).map { _ in Buffer<Int32>(count: rows) }
            objective.observe(passes: 2) { t, block, pass in
                block.setGradient()
                if pass == 0 { for row in block.rows { seen[t].base[row] += 1 } }
            } each: { t, layer, pass in
                guard pass == 1 else { return }
                let node = problem.network.nodes[layer.node], x = layer.point.x, gy = layer.gy
                #expect(x.rows == layer.rows.count && gy.rows == layer.rows.count)
                let offset = problem.network.parameters.first { $0.path == "\(node.name)/weight" }!.range.lowerBound
                let gw = sums[t].base + offset
                for i in 0..<x.rows {
                    for c in 0..<gy.columns {
                        let g = gy.base![i * gy.columns + c] / Double(rows)
                        for r in 0..<x.columns { gw[r * gy.columns + c] += x.base![i * x.columns + r] * g }
                        gw[x.columns * gy.columns + c] += g
                    }
                }
            }
            let total = (0..<problem.count).map { i in sums.reduce(0) { $0 + $1.base[i] } }
            #expect(relativeError(total, gradient) < 1e-13)
            for row in 0..<rows { #expect(seen.reduce(0) { $0 + $1.base[row] } == 1) }
        }
    }

    /// Products are the same after a look as before it.
    @Test func whatIsKeptStays() throws {
        let problem = try problem(.crossEntropy), objective = try problem.objective()
        var random = Numbers(seed: 6)
        let v = random.normal(problem.count)
        try objective.at(random.normal(problem.count)) { _, _ in
            let before = try objective.product(.hessian, v)
            objective.observe { _, block, _ in
                block.cotangent.base!.update(repeating: 3, count: 3)
            } each: { _, _, _ in
            }
            #expect(try objective.product(.hessian, v) == before)
        }
    }

    #if !DEBUG
        @Test func aLookTakesNoMemory() throws {
            let problem = try problem(.crossEntropy), objective = try problem.objective()
            var random = Numbers(seed: 6), sum = 0.0
            try objective.at(random.normal(problem.count)) { _, _ in
                func look() {
                    objective.observe(passes: 3) { _, block, _ in
                        block.setGradient()
                    } each: { _, layer, _ in
                        sum += layer.gy.base![0] * layer.point.x.base![0]
                    }
                }
                look()
                let before = allocation_count()
                for _ in 0..<5 { look() }
                #expect(allocation_count() - before == 0)
                #expect(sum.isFinite)
            }
        }
    #endif
}

/// Random cotangents of the losses, against their dense Hessians: E[gy gyᵀ] = ∇²ℓ.
@Suite struct CurvatureRootTests {
    static let losses: [LossSpec] = [.crossEntropy, .meanSquaredError, .binaryCrossEntropy, .normError]
    private let k = 5

    private func targets(_ loss: LossSpec, _ labels: Buffer<Int32>, _ values: Buffer<Double>, _ rows: Int)
        -> Targets<Double>
    {
        loss.kind == "cross_entropy"
            ? Targets(labels: labels.base, rows: rows) : Targets(values: Matrix(values.base, rows, k))
    }

    /// Targets, in memory that lives with them.
    private struct Given {
        let targets: Targets<Double>, labels: Buffer<Int32>, values: Buffer<Double>
    }

    /// The targets, what the loss keeps of its outputs, and the Hessian, k × k.
    private func dense(_ spec: LossSpec, rows: Int) throws -> (
        any Loss<Double>, Given, Buffer<Double>, hessian: [Double]
    ) {
        let loss = try spec.make(outputs: [Shape([k])], as: Double.self)
        var random = Numbers(seed: 8)
        let one = random.normal(k), target = random.normal(k).map { 1 / (1 + $0 * $0) }
        let y = Buffer((0..<rows).flatMap { _ in one }), values = Buffer((0..<rows).flatMap { _ in target })
        let labels = Buffer([Int32](repeating: 2, count: rows)), kept = Buffer<Double>(count: rows * k)
        let given = Given(targets: targets(spec, labels, values, rows), labels: labels, values: values)
        _ = loss.value(y: [Matrix(y.base, rows, k)], given.targets, kept: [Target(kept.base, rows, k)])
        var hessian: [Double] = []
        for j in 0..<k {
            let u = Buffer<Double>(count: k), ru = Buffer<Double>(count: k)
            u.base[j] = 1
            loss.hessianProduct(
                given.targets, kept: [Matrix(kept.base, 1, k)], u: [Matrix(u.base, 1, k)], ru: [Target(ru.base, 1, k)])
            hessian += ru.values
        }
        return (loss, given, kept, hessian)
    }

    @Test(arguments: losses) func theRootTimesItsTransposeIsTheHessian(spec: LossSpec) throws {
        let (loss, given, kept, hessian) = try dense(spec, rows: k)
        let units = Buffer<Double>(count: k * k), roots = Buffer<Double>(count: k * k)
        for j in 0..<k { units.base[j * k + j] = 1 }
        loss.curvatureRoot(
            given.targets, kept: [Matrix(kept.base, k, k)], s: [Matrix(units.base, k, k)],
            gy: [Target(roots.base, k, k)])
        // Row j is R e_j, so that the sum of the rows' squares is R Rᵀ.
        let square = (0..<k * k).map { e in
            (0..<k).reduce(0) { $0 + roots.base[$1 * k + e / k] * roots.base[$1 * k + e % k] }
        }
        #expect(relativeError(square, hessian) < 1e-13)
    }

    @Test(arguments: losses) func drawsHaveTheHessianAsTheirMean(spec: LossSpec) throws {
        let rows = 200_000, words = (k + 1) / 2 * 2
        let (loss, given, kept, hessian) = try dense(spec, rows: rows)
        var stream = RandomStream(seed: 3, stream: 5)
        let random = Buffer<UInt32>(count: rows * words), gy = Buffer<Double>(count: rows * k)
        for i in 0..<random.count { random.base[i] = UInt32(truncatingIfNeeded: stream.next()) }
        loss.sampledGradient(
            given.targets, kept: [Matrix(kept.base, rows, k)], words: [UnsafePointer(random.base)],
            gy: [Target(gy.base, rows, k)])
        var mean = [Double](repeating: 0, count: k * k)
        for i in 0..<rows {
            for e in 0..<k * k { mean[e] += gy.base[i * k + e / k] * gy.base[i * k + e % k] / Double(rows) }
        }
        #expect(relativeError(mean, hessian) < 0.02)
    }

    @Test func signsAreFair() {
        let rows = 500, k = 100
        var stream = RandomStream(seed: 1, stream: 2)
        let words = Buffer<UInt32>(count: rows * 4), signs = Buffer<Float>(count: rows * k)
        for i in 0..<words.count { words.base[i] = UInt32(truncatingIfNeeded: stream.next()) }
        Float.Kernels.signs(rows: rows, columns: k, words: words.base, to: signs.base)
        #expect(signs.values.allSatisfy { abs($0) == 1 })
        #expect(abs(signs.values.reduce(0, +)) / Float(rows * k) < 0.02)
    }
}
