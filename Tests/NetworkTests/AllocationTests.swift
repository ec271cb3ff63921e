import CAllocationCount
import NewtonCG
import Testing

#if !DEBUG
    /// A product takes no memory from the heap after the first: promised for CG's loop, in optimised builds. And what
    /// it asks of Swift's runtime does not grow with the rows of a block.
    @Suite struct AllocationTests {
        private struct Calls {
            var allocations = 0, runtime = 0.0
        }

        /// What a product asks for, once it is warm.
        /// - Parameter recomputes: with so little memory that most blocks are recomputed.
        private func calls<S: TrainingScalar>(
            _ spec: ModelSpec, _ input: [Int], _ loss: LossSpec, _ curvature: Curvature, rows: Int = 42,
            recomputes: Bool = false, _: S.Type
        ) throws -> Calls {
            let group = spec.nodes.contains { $0.kind == "batch_norm" } ? 10 : 1
            var random = Numbers(seed: 1)
            let problem = try SmallProblem<S>(
                spec, loss, l2: 0.1, input: input, rows: rows, inputs: random.normal(rows * input.reduce(1, *)),
                labels: (0..<rows).map { Int32($0 % 3) }, group: group)
            let objective = try problem.objective(
                limit: recomputes ? problem.smallestLimit(for: curvature) : 1 << 30, curvature: curvature)
            #expect((objective.memory.keptRows < rows) == recomputes)
            let w = random.normal(problem.count), v = Buffer(random.normal(problem.count).map { S($0) })
            let result = Buffer<S>(count: problem.count)
            return try objective.at(w) { _, _ in
                func product() throws { try objective.product(curvature, v.vector, into: result.mutable) }
                func forms() throws { _ = try objective.gaussNewtonForms(v.vector, result.vector) }
                try product()
                try forms()
                let before = allocation_count(), calls = runtime_call_count(), times = 5
                for _ in 0..<times { try product() }
                let runtime = Double(runtime_call_count() - calls) / Double(times)
                for _ in 0..<times { try forms() }
                let taken = Calls(allocations: allocation_count() - before, runtime: runtime)
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
                for recomputes in [false, true] {
                    let single = try calls(
                        spec, input, .crossEntropy, curvature, recomputes: recomputes, Float.self)
                    let double = try calls(
                        spec, input, .crossEntropy, curvature, recomputes: recomputes, Double.self)
                    #expect(single.allocations == 0 && double.allocations == 0)
                }
            }
        }

        /// References are counted, and exclusive access is checked, a few times a layer: never in a loop over values.
        @Test(arguments: Curvature.allCases) func runtimeCallsDoNotGrow(curvature: Curvature) throws {
            let spec = try Sequential {
                Dense(20); Tanh(); Dense(10); ReLU(); Dense(3)
            }
            func calls(_ rows: Int) throws -> Double {
                try self.calls(spec, [12], .crossEntropy, curvature, rows: rows, Float.self).runtime
            }
            let few = try calls(8), many = try calls(512)
            #expect(few > 0 && many == few)
            #expect(few <= 5 * 40)
        }
    }
#endif
