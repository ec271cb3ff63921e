import MPI
import NewtonCG
import Testing

/// Threads of a rank divide its samples and change nothing but the order of sums.
@Suite struct ThreadTests {
    private func objective(threads: Int, rows: Int, limit: Int = .max) throws -> ShardedObjective<Double> {
        let model = try Sequential {
            Conv2D(5, kernel: 3, padding: .same); Tanh(); MaxPool2D(2); Flatten(); Dense(7); Swish(); Dense(3)
        }
        let network = try Network<Double>(model, input: [6, 5, 2])
        let loss = try LossSpec.crossEntropy.make(outputs: network.outputShapes, as: Double.self)
        var stream = RandomStream(seed: 5, stream: 1)
        let inputs = Buffer<Double>((0..<rows * 60).map { _ in stream.normal() })
        let labels = Buffer<Int32>((0..<rows).map { Int32($0 % 3) })
        let shard = Shard<Double>(
            range: 0..<rows,
            columns: [Column(Column.input, .numbers, network.input), Column(Column.target, .tokens, [1])],
            memory: [.numbers(inputs), .tokens(labels)])
        let objective = try ShardedObjective(
            network, loss: loss, penalties: .l2(0.01, over: network.parameterCount), shard: shard, batchRows: rows,
            curvatureRows: rows, limit: limit,
            threads: threads, communicator: .single)
        var share = BatchShare()
        (share.rows, share.curvatureRows) = (Array(0..<Int32(rows)), max(1, rows * 2 / 3))
        (share.samples, share.curvatureSamples) = (rows, share.curvatureRows)
        try objective.load(share)
        return objective
    }

    /// Loss, gradient, both products, the loss at another point and quadratic forms, as one vector.
    private func values(_ objective: ShardedObjective<Double>) throws -> [Double] {
        let n = objective.count, w = Buffer<Double>(count: n), v = Buffer<Double>(count: n)
        var stream = RandomStream(seed: 6, stream: 1)
        for i in 0..<n { (w.base[i], v.base[i]) = (0.3 * stream.normal(), stream.normal()) }
        let result = Buffer<Double>(count: n)
        var all = [try objective.linearize(at: w.vector, gradient: result.mutable)] + result.values
        for curvature in Curvature.allCases {
            try objective.product(curvature, v.vector, into: result.mutable)
            all += result.values
        }
        let forms = try objective.gaussNewtonForms(v.vector, w.vector)
        return all + [try objective.loss(at: v.vector), forms.aa, forms.ab, forms.bb]
    }

    @Test(arguments: [2, 3, 5], [1, 4, 50]) func agreeWithOneThread(threads: Int, rows: Int) throws {
        let one = try values(objective(threads: 1, rows: rows))
        let many = try values(objective(threads: threads, rows: rows))
        let scale = one.map(abs).max()!
        for (a, b) in zip(one, many) { #expect(abs(a - b) <= 1e-13 * scale) }
    }

    @Test func agreeWithRecomputation() throws {
        let one = try values(objective(threads: 1, rows: 50))
        let many = try values(objective(threads: 2, rows: 50, limit: 300_000))
        let scale = one.map(abs).max()!
        for (a, b) in zip(one, many) { #expect(abs(a - b) <= 1e-13 * scale) }
    }

    /// Groups of samples stay whole; some threads may have none.
    @Test(arguments: ["resnet", "batch_norm_uneven_groups", "batch_norm_one_group"], [2, 3])
    func agreeOnGroups(name: String, threads: Int) throws {
        let golden = try GoldenCase(name), problem = try golden.problem(Double.self, times: 2)
        for limit in [1 << 30, try problem.smallestLimit() * threads] {
            let got = try problem.objective(limit: limit, threads: threads).values(
                at: golden.parameters, along: golden.vector)
            #expect(relativeError([got.loss], [golden.expected.loss]) < 1e-11)
            #expect(relativeError(got.gradient, golden.expected.gradient) < 1e-11)
            #expect(relativeError(got.hessianProduct, golden.expected.hessianProduct) < 1e-10)
            #expect(relativeError(got.gaussNewtonProduct, golden.expected.gaussNewtonProduct) < 1e-10)
        }
    }

    @Test func sameBitsEveryTime() throws {
        let first = try values(objective(threads: 3, rows: 50))
        #expect(try values(objective(threads: 3, rows: 50)) == first)
    }
}
