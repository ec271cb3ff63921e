import CAllocationCount
import MPI
import NewtonCG
import Testing

/// Products of several vectors in one pass are those of each vector alone, bit by bit.
@Suite struct BlockProductTests {
    private let rows = 45, number = 5

    private func objective(keepsAll: Bool, threads: Int, directions: Int) throws -> ShardedObjective<Double> {
        var random = Numbers(seed: 3)
        let spec = try Sequential {
            Conv2D(4, kernel: 3, padding: .same)
            Tanh()
            MaxPool2D(2)
            Flatten()
            Dense(3)
        }
        let problem = try SmallProblem<Double>(
            spec, .crossEntropy, l2: 0.1, input: [6, 6, 1], rows: rows, inputs: random.normal(rows * 36),
            labels: (0..<rows).map { Int32($0 % 3) })
        let limit = keepsAll ? 1 << 30 : try problem.smallestLimit() * 2 * threads
        return try problem.objective(limit: limit, directions: directions, threads: threads)
    }

    @Test(arguments: Curvature.allCases, [true, false])
    func agreeWithProductsOfEach(curvature: Curvature, keepsAll: Bool) throws {
        for (threads, directions) in [(1, 1), (1, 2), (2, 3), (3, 8)] {
            let objective = try objective(keepsAll: keepsAll, threads: threads, directions: directions)
            #expect((objective.memory.keptRows < objective.memory.curvatureRows) == !keepsAll)
            let n = objective.count
            var random = Numbers(seed: 4)
            let w = random.normal(n), vectors = Buffer(random.normal(number * n))
            try objective.at(w) { _, _ in
                let together = Buffer<Double>(Array(repeating: .nan, count: number * n))
                try objective.products(
                    curvature, vectors.vector[0..<number * n], into: together.mutable[0..<number * n])
                let each = Buffer<Double>(count: number * n)
                for j in 0..<number {
                    try objective.product(
                        curvature, vectors.vector[j * n..<(j + 1) * n], into: each.mutable[j * n..<(j + 1) * n])
                }
                #expect(together.values == each.values)
                #expect(Set(each.values).count > number * n / 2)
            }
        }
    }

    #if !DEBUG
        @Test func takeNoMemory() throws {
            let objective = try objective(keepsAll: true, threads: 1, directions: 3)
            let n = objective.count
            var random = Numbers(seed: 4)
            let w = random.normal(n), vectors = Buffer(random.normal(number * n)), products = Buffer(vectors.values)
            try objective.at(w) { _, _ in
                try objective.products(.gaussNewton, vectors.vector, into: products.mutable)
                let before = allocation_count()
                for _ in 0..<5 {
                    try objective.products(.gaussNewton, vectors.vector, into: products.mutable)
                }
                #expect(allocation_count() - before == 0)
            }
        }
    #endif
}
