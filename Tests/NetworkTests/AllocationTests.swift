import CAllocationCount
import NewtonCG
import Testing

#if !DEBUG
    /// A product takes no memory from the heap after the first: promised for CG's loop, in optimised builds.
    @Suite struct AllocationTests {
        private func allocations<S: TrainingScalar>(
            _ spec: ModelSpec, _ input: [Int], _ loss: LossSpec, _ curvature: Curvature, _: S.Type
        ) throws -> Int {
            let rows = 42, group = spec.nodes.contains { $0.kind == "batch_norm" } ? 10 : 1
            var random = Numbers(seed: 1)
            let problem = try SmallProblem<S>(
                spec, loss, l2: 0.1, input: input, rows: rows, inputs: random.normal(rows * input.reduce(1, *)),
                labels: (0..<rows).map { Int32($0 % 3) }, group: group)
            let objective = try problem.objective()
            let w = random.normal(problem.count), v = Buffer(random.normal(problem.count).map { S($0) })
            let result = Buffer<S>(count: problem.count)
            return try objective.at(w) { _, _ in
                func products() throws {
                    try objective.product(curvature, v.base, into: result.base)
                    _ = try objective.gaussNewtonForms(v.base, result.base)
                }
                try products()
                let before = allocation_count()
                for _ in 0..<5 { try products() }
                let taken = allocation_count() - before
                #expect(result.values.allSatisfy { $0.isFinite })
                return taken
            }
        }

        @Test(arguments: Curvature.allCases) func aProductTakesNone(curvature: Curvature) throws {
            let perceptron = try Sequential {
                Dense(20); Tanh(); Dense(10); ReLU(); Dense(3)
            }
            let images = try Sequential {
                Conv2D(16, kernel: 3, padding: .same).named("a")
                ReLU().named("b")
                Conv2D(16, kernel: 3, padding: .same)
                Add().reading("conv2d_2", "b")
                Concatenate().reading("add_1", "b")
                MaxPool2D(2)
                AveragePool2D(2)
                Flatten()
                Dense(3)
            }
            let residual = try Sequential {
                Conv2D(8, kernel: 3, bias: false)
                BatchNorm()
                ReLU()
                Residual {
                    Conv2D(16, kernel: 3, stride: 2, padding: .same, bias: false)
                    BatchNorm()
                } shortcut: {
                    Conv2D(16, kernel: 1, stride: 2, bias: false)
                    BatchNorm()
                }
                GlobalAveragePool2D()
                Dense(3)
            }
            for (spec, input) in [(perceptron, [12]), (images, [8, 8, 3]), (residual, [8, 8, 3])] {
                #expect(try allocations(spec, input, .crossEntropy, curvature, Float.self) == 0)
                #expect(try allocations(spec, input, .crossEntropy, curvature, Double.self) == 0)
            }
        }
    }
#endif
