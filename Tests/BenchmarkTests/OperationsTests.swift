import NewtonCG
import Testing

/// Counts against those made by hand: n multiplications of a layer on data are 4n operations each time, elsewhere
/// 6n, 8n and 12n.
@Suite struct OperationsTests {
    private func count(_ input: [Int], @LayersBuilder _ layers: () -> [LayerSpec]) throws -> [Int] {
        let operations = Operations(of: try Network<Float>(ModelSpec(layers: layers()), input: Shape(input)))
        return [operations.gradient, operations.gaussNewton, operations.hessian]
    }

    @Test func dense() throws {
        let first = 3 * 4, second = 4 * 2
        let counted = try count([3]) {
            Dense(4)
            Tanh()
            Dense(2)
        }
        #expect(counted == [4 * first + 6 * second, 4 * first + 8 * second, 4 * first + 12 * second])
    }

    /// A dense layer acts on the last axis: 5·5 places with one channel each.
    @Test func denseOnImages() throws {
        #expect(try count([5, 5, 1]) { Dense(4) } == [Int](repeating: 4 * 25 * 4, count: 3))
    }

    /// Outputs 4×3 of 3×3×2 taps and 6 filters; then, in 2 groups and with stride 2, outputs 1×1 of 3×3×3 taps.
    @Test func convolutions() throws {
        let first = 4 * 3 * (3 * 3 * 2) * 6, second = 1 * 1 * (3 * 3 * 3) * 4
        let counted = try count([6, 5, 2]) {
            Conv2D(6, kernel: 3)
            ReLU()
            Conv2D(4, kernel: 3, stride: 2, groups: 2)
        }
        #expect(counted == [4 * first + 6 * second, 4 * first + 8 * second, 4 * first + 12 * second])
    }

    /// Both branches read data; what joins them does not.
    @Test func branches() throws {
        let counted = try count([3]) {
            Dense(4).named("a")
            Dense(4).named("b").reading("input")
            Add().reading("a", "b")
            Dense(1)
        }
        #expect(counted == [4 * 24 + 6 * 4, 4 * 24 + 8 * 4, 4 * 24 + 12 * 4])
    }

    /// As the method's notes count them for the first workload, 784-512-512-10.
    @Test func firstWorkload() throws {
        let workload = try #require(Workload.named("w1"))
        let operations = Operations(of: try Network<Float>(workload.model, input: workload.input))
        let first = 784 * 512, others = 512 * 512 + 512 * 10
        #expect(operations.hessian == 4 * first + 12 * others)
    }
}
