import CAllocationCount
import HDF5
import NewtonCG
import Testing

/// Kronecker factors against JAX's, and the preconditioner that is made of them against dense matrices.
@Suite struct KroneckerTests {
    /// What is known of one layer: A and G, dense, or the squares of its gradients.
    struct Block {
        let name: String
        let offset, count: Int
        var a: [[Double]] = [], g: [[Double]] = []
        var squares: [Double] = []
    }

    /// Settings with which the first factors are those of one batch.
    private func settings(_ change: (inout KroneckerSettings) -> Void = { _ in }) -> KroneckerSettings {
        var settings = KroneckerSettings()
        (settings.decay, settings.sample, settings.updateEvery) = (0, 1, 1)
        change(&settings)
        return settings
    }

    private func preconditioner<S: TrainingScalar>(_ objective: ShardedObjective<S>, _ settings: KroneckerSettings)
        throws -> KroneckerPreconditioner<S>
    {
        try KroneckerPreconditioner(objective, settings)
    }

    @discardableResult
    private func renew<S: TrainingScalar>(
        _ preconditioner: KroneckerPreconditioner<S>, damping: Double = 0.01, step: Int = 0
    ) throws -> String? {
        try preconditioner.renew(damping: damping, step: step, seed: 3)
    }

    /// The blocks of a state, taken apart.
    private func blocks<S: TrainingScalar>(_ network: Network<S>, _ preconditioner: KroneckerPreconditioner<S>)
        throws -> [Block]
    {
        var state = OptimizerState<S>(), next = 0, blocks: [Block] = []
        preconditioner.write(to: &state)
        let values = try #require(state.vectors["kronecker_factors"]).map { Double($0) }
        func triangle(_ n: Int) -> [[Double]] {
            var square = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
            for i in 0..<n {
                for j in 0...i {
                    (square[i][j], square[j][i]) = (values[next], values[next])
                    next += 1
                }
            }
            return square
        }
        for node in network.nodes where !node.layer.parameters.isEmpty {
            let own = network.parameters.filter {
                $0.path.hasPrefix(node.name + "/") && !$0.path.dropFirst(node.name.count + 1).contains("/")
            }
            let offset = own[0].range.lowerBound, count = own.reduce(0) { $0 + $1.range.count }
            var block = Block(name: node.name, offset: offset, count: count)
            let shape = own[0].parameter.shape
            let grouped = node.kind == "conv2d" && shape[2] != network.shapes[node.inputs[0]].features
            if node.kind == "dense" || node.kind == "conv2d" && !grouped {
                block.a = triangle(shape.dropLast().reduce(1, *) + (own.count == 2 ? 1 : 0))
                block.g = triangle(shape.last!)
            } else {
                block.squares = Array(values[next..<next + count])
                next += count
            }
            blocks.append(block)
        }
        #expect(next == values.count)
        return blocks
    }

    static let names: [String] = {
        guard let file = try? File(GoldenCase.folder + "/factors.h5", .readOnly) else { return [] }
        return (try? file.names.sorted()) ?? []
    }()

    @Test func thereAreCases() { #expect(Self.names.count >= 30) }

    /// At the data's own gradients; in several threads, and in micro-batches too.
    @Test(arguments: names, ["as one", "in threads", "in micro-batches"])
    func factorsAgreeWithJAX(name: String, worked: String) throws {
        let golden = try GoldenCase(name), problem = try golden.problem(Double.self)
        let objective = try problem.objective(
            limit: worked == "in micro-batches" ? problem.smallestLimit() : 1 << 30,
            threads: worked == "in threads" ? 2 : 1)
        let file = try File(GoldenCase.folder + "/factors.h5", .readOnly)
        try objective.at(golden.parameters) { _, _ in
            let preconditioner = try preconditioner(objective, settings { $0.cotangents = .data })
            try renew(preconditioner)
            for block in try blocks(problem.network, preconditioner) {
                if block.squares.isEmpty {
                    let a: [Double] = try file.dataset("\(name)/\(block.name)/inputs").read()
                    let g: [Double] = try file.dataset("\(name)/\(block.name)/outputs").read()
                    #expect(relativeError(block.a.flatMap { $0 }, a) < 1e-10, "A of \(block.name)")
                    #expect(relativeError(block.g.flatMap { $0 }, g) < 1e-10, "G of \(block.name)")
                } else {
                    let squares = try problem.network.parameters.filter { $0.path.hasPrefix(block.name + "/") }.flatMap
                    {
                        let leaf = $0.path.dropFirst(block.name.count + 1)
                        return try file.dataset("\(name)/\(block.name)/squares/\(leaf)").read(as: Double.self)
                    }
                    #expect(relativeError(block.squares, squares) < 1e-10, "the squares of \(block.name)")
                }
            }
        }
    }

    /// (A + πγ) ⊗ (G + γ/π) as a dense matrix times M⁻¹r gives r.
    @Test(arguments: ["dense_deep", "conv2d_padding_asymmetric", "batch_norm_images", "separable"], [1, 2])
    func applyingIsTheInverseOfTheDenseMatrix(name: String, threads: Int) throws {
        let golden = try GoldenCase(name), problem = try golden.problem(Double.self)
        let objective = try problem.objective(threads: threads), damping = 0.02, factor = 0.3
        var random = Numbers(seed: 12)
        let r = random.normal(problem.count)
        try objective.at(golden.parameters) { _, _ in
            let preconditioner = try preconditioner(objective, settings { $0.dampingFactor = factor })
            #expect(try renew(preconditioner, damping: damping) == nil)
            let right = Buffer(r), z = Buffer<Double>(count: problem.count)
            let product = try preconditioner.apply(right.vector, into: z.mutable)
            #expect(relativeError([product], [zip(r, z.values).reduce(0) { $0 + $1.0 * $1.1 }]) < 1e-13)
            let γ = factor * (damping + problem.l2).squareRoot()
            var back = [Double](repeating: 0, count: problem.count)
            for block in try blocks(problem.network, preconditioner) {
                guard block.squares.isEmpty else {
                    for i in 0..<block.count {
                        back[block.offset + i] = (block.squares[i] + γ * γ) * z.base[block.offset + i]
                    }
                    continue
                }
                let a = block.a.count, g = block.g.count
                func mean(_ matrix: [[Double]]) -> Double {
                    matrix.indices.reduce(0) { $0 + matrix[$1][$1] } / Double(matrix.count)
                }
                let π = (mean(block.a) / mean(block.g)).squareRoot()
                for i in 0..<a * g {
                    for j in 0..<a * g {
                        let left = block.a[i / g][j / g] + (i / g == j / g ? π * γ : 0)
                        let right = block.g[i % g][j % g] + (i % g == j % g ? γ / π : 0)
                        back[block.offset + i] += left * right * z.base[block.offset + j]
                    }
                }
            }
            #expect(relativeError(back, r) < 1e-10)
        }
    }

    /// Random signs, and targets drawn from the model's own distribution, give the curvature in expectation: for one
    /// linear layer with fixed inputs, A ⊗ G of one sample is the Gauss–Newton matrix itself.
    @Test(arguments: KroneckerSettings.Cotangents.allCases.filter { $0 != .data }, CurvatureRootTests.losses)
    func drawsGiveTheCurvature(cotangents: KroneckerSettings.Cotangents, loss: LossSpec) throws {
        let spec = try Sequential { Dense(3) }
        var random = Numbers(seed: 15)
        let x = random.normal(4), values = random.normal(3).map { 1 / (1 + $0 * $0) }
        let copies = 4000  // of one sample: their mean is near the expectation
        let isClass = loss.kind == "cross_entropy"
        let problem = try SmallProblem<Double>(
            spec, loss, input: [4], rows: copies, inputs: (0..<copies).flatMap { _ in x },
            labels: isClass ? (0..<copies).map { _ in 1 } : nil,
            values: isClass ? nil : (0..<copies).flatMap { _ in values })
        let objective = try problem.objective(), w = random.normal(problem.count)
        try objective.at(w) { _, _ in
            let preconditioner = try preconditioner(objective, settings { $0.cotangents = cotangents })
            try renew(preconditioner)
            let block = try blocks(problem.network, preconditioner)[0]
            let v = random.normal(problem.count), wanted = try objective.product(.gaussNewton, v)
            var got = [Double](repeating: 0, count: problem.count)
            for i in 0..<problem.count {
                for j in 0..<problem.count {
                    let a: Double = block.a[i / 3][j / 3], g: Double = block.g[i % 3][j % 3]
                    got[i] += a * g * v[j]
                }
            }
            #expect(relativeError(got, wanted) < 0.1)
        }
    }

    /// The draws of a sample depend on seed, step and its row, not on what is loaded around it; a part of the samples
    /// is another part in the next step.
    @Test func aPartOfTheSamplesTurns() throws {
        let golden = try GoldenCase("dense_many_samples"), problem = try golden.problem(Double.self)
        let objective = try problem.objective(),
            turned = try problem.objective(order: problem.groups.indices.reversed(), threads: 2)
        func factors(_ objective: ShardedObjective<Double>, sample: Int, step: Int) throws -> [Double] {
            let preconditioner = try preconditioner(objective, settings { $0.sample = sample })
            try renew(preconditioner, step: step)
            var state = OptimizerState<Double>()
            preconditioner.write(to: &state)
            return state.vectors["kronecker_factors"]!
        }
        try objective.at(golden.parameters) { _, _ in
            try turned.at(golden.parameters) { _, _ in
                #expect(
                    relativeError(try factors(objective, sample: 1, step: 5), try factors(turned, sample: 1, step: 5))
                        < 1e-12)
                let whole = try factors(objective, sample: 1, step: 5)
                let halves = try (5...6).map { try factors(objective, sample: 2, step: $0) }
                // Of A, which has no draws, the halves make the whole: 516 and 515 of 1031 samples.
                let mean: [Double] = (0..<10).map { i in (516 * halves[1][i] + 515 * halves[0][i]) / 1031 }
                #expect(relativeError(mean, Array(whole.prefix(10))) < 1e-12)
                #expect(halves[0] != halves[1])
            }
        }
    }

    /// Averages decay and are freed of their start; inverses are renewed when it is their turn.
    @Test func averagesAndTheirInversesFollowTheSchedule() throws {
        let golden = try GoldenCase("dense_deep"), problem = try golden.problem(Double.self)
        let objective = try problem.objective()
        try objective.at(golden.parameters) { _, _ in
            let preconditioner = try preconditioner(
                objective, settings { ($0.decay, $0.updateEvery, $0.invertEvery, $0.cotangents) = (0.5, 2, 30, .data) })
            var decayed: [Double] = [], inverses: [[Double]] = []
            for step in 0..<40 {
                try renew(preconditioner, damping: 0.1 / Double(step + 1), step: step)
                var state = OptimizerState<Double>()
                preconditioner.write(to: &state)
                decayed.append(state.numbers["kronecker_decayed"]!)
                inverses.append(state.vectors["kronecker_inverses"]!)
            }
            #expect(decayed[..<5] == [0.5, 0.5, 0.25, 0.25, 0.125])
            let renewed = (1..<40).filter { inverses[$0] != inverses[$0 - 1] }
            #expect(renewed == [4, 8, 12, 16, 30])
        }
    }

    /// Without damping, the factor of one input, seen several times, has no inverse: more damping is taken, and said.
    @Test func aSingularFactorIsDampedFurther() throws {
        var random = Numbers(seed: 19)
        let x = random.normal(6)
        let problem = try SmallProblem<Float>(
            try Sequential { Dense(3) }, .meanSquaredError, input: [6], rows: 4, inputs: (0..<4).flatMap { _ in x },
            values: random.normal(12))
        let objective = try problem.objective()
        try objective.at(random.normal(problem.count)) { _, _ in
            let preconditioner = try preconditioner(objective, settings { $0.cotangents = .data })
            let remark = try renew(preconditioner, damping: 0)
            #expect(remark?.contains("a curvature factor of 'dense_1' needed 10^") == true)
            let r = Buffer([Float](repeating: 1, count: problem.count)), z = Buffer<Float>(count: problem.count)
            #expect(try preconditioner.apply(r.vector, into: z.mutable) > 0)
            #expect(z.values.allSatisfy { $0.isFinite })
        }
    }

    @Test func factorsThatAreNotFiniteAreLeftOut() throws {
        let golden = try GoldenCase("mean_squared_error_network"), problem = try golden.problem(Float.self)
        let objective = try problem.objective()
        let preconditioner = try preconditioner(objective, settings { $0.cotangents = .data })
        let huge = golden.parameters.map { $0 * 1e25 }
        try objective.at(huge) { _, _ in
            #expect(try renew(preconditioner)?.contains("not finite") == true)
            let r = Buffer([Float](repeating: 2, count: problem.count)), z = Buffer<Float>(count: problem.count)
            _ = try preconditioner.apply(r.vector, into: z.mutable)
            #expect(z.values == r.values)
        }
    }

    #if !DEBUG
        @Test(arguments: ["dense_deep", "conv2d_valid", "batch_norm_images"]) func applyingTakesNoMemory(name: String)
            throws
        {
            let golden = try GoldenCase(name), problem = try golden.problem(Float.self)
            let objective = try problem.objective()
            try objective.at(golden.parameters) { _, _ in
                let preconditioner = try preconditioner(objective, settings())
                try renew(preconditioner)
                let r = Buffer([Float](repeating: 1, count: problem.count)), z = Buffer<Float>(count: problem.count)
                _ = try preconditioner.apply(r.vector, into: z.mutable)
                let before = allocation_count()
                for _ in 0..<5 { _ = try preconditioner.apply(r.vector, into: z.mutable) }
                #expect(allocation_count() - before == 0)
            }
        }
    #endif
}
