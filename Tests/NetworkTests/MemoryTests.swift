import NewtonCG
import Testing

/// Memory is planned: within the limit, or refused in a sentence that says how much is needed.
@Suite struct MemoryTests {
    private func problem(rows: Int) throws -> SmallProblem<Float> {
        let spec = try Sequential {
            Conv2D(4, kernel: 3); ReLU(); Flatten(); Dense(30); Tanh(); Dense(3)
        }
        var random = Numbers(seed: 3)
        return try SmallProblem(
            spec, .crossEntropy, input: [6, 6, 2], rows: rows, inputs: random.normal(rows * 72),
            labels: (0..<rows).map { Int32($0 % 3) })
    }

    @Test(arguments: [1, 7, 8, 9, 100, 1000, 2111]) func keepsWithinTheLimit(rows: Int) throws {
        let problem = try problem(rows: rows)
        let least = try problem.smallestLimit(), most = try problem.objective().memory
        #expect(most.keptRows == rows)
        for limit in stride(from: Double(least), to: 2 * Double(most.keptBytes), by: Double(most.keptBytes) / 7) {
            let memory = try problem.objective(limit: Int(limit)).memory
            #expect(memory.keptBytes <= Int(limit))
            #expect(memory.keptRows <= rows)
            if Int(limit) >= most.keptBytes { #expect(memory == most) }
            // What is kept fills the limit, but for two blocks and the one that recomputes.
            if memory.keptRows < rows {
                #expect(
                    memory.keptBytes + 2 * memory.block * memory.keptBytesPerSample >= min(Int(limit), most.keptBytes)
                        / 2)
            }
        }
    }

    @Test func tooLittleIsRefused() throws {
        #expect {
            _ = try problem(rows: 100).objective(limit: 1000)
        } throws: { error in
            let sentence = "\(error)"
            return (error as? ModelError)?.key == "memory" && sentence.hasPrefix("'memory' is too small: ")
                && sentence.contains(" are needed to keep the activations of one sample")
                && sentence.hasSuffix(" 1000 bytes are allowed")
        }
    }

    @Test func theDescriptionSaysWhatIsKept() throws {
        let problem = try problem(rows: 1000)
        #expect("\(try problem.objective().memory)".hasPrefix("all 1000 samples of a product kept ("))
        let small = try problem.objective(limit: try problem.objective().memory.keptBytes / 2).memory
        #expect(
            "\(small)".hasPrefix(
                "\(small.keptRows) of 1000 samples of a product kept, \(1000 - small.keptRows) recomputed ("))
    }

    /// Products of Gauss–Newton alone keep no cotangents, and take less; their values are the same bits.
    @Test(arguments: ["resnet", "inception", "batch_norm_one_group"], [1, 2])
    func gaussNewtonAloneTakesLess(name: String, threads: Int) throws {
        let golden = try GoldenCase(name), problem = try golden.problem(Double.self, times: 2)
        let limits: [Int?] = [nil, try problem.smallestLimit() * threads]
        for limit in limits {
            let both = try problem.objective(limit: limit ?? 1 << 30, threads: threads)
            let alone = try problem.objective(
                limit: limit ?? 1 << 30, threads: threads, curvature: .gaussNewton)
            if limit == nil {
                #expect(alone.memory.keptBytes < both.memory.keptBytes)
                #expect(alone.memory.workspaceBytes <= both.memory.workspaceBytes)
            }
            #expect(alone.memory.keptRows >= both.memory.keptRows)
            func values(_ objective: ShardedObjective<Double>) throws -> [Double] {
                try objective.at(golden.parameters) { loss, gradient in
                    try [loss] + gradient + objective.product(.gaussNewton, golden.vector)
                }
            }
            let (a, b) = (try values(both), try values(alone))
            if limit == nil { #expect(a == b) } else { #expect(relativeError(b, a) < 1e-12) }
        }
    }
}
