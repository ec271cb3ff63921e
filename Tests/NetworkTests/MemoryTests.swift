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
}
