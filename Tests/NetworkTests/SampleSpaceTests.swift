import CAllocationCount
import MPI
import NewtonCG
import TestSupport
import Testing

/// Solves in the space of a batch's residuals against the dense normal equations (G + λI)d = λc − g.
@Suite struct SampleSpaceTests {
    private static let perceptron = try! Sequential {
        Dense(6); Tanh(); Dense(5, bias: false); Softplus(); Dense(3)
    }
    /// Convolutions, and a dense layer at several places: by rows of the Jacobian.
    private static let images = try! Sequential {
        Conv2D(3, kernel: 3, padding: .same).named("a")
        Tanh()
        Conv2D(3, kernel: 3, padding: .same, bias: false)
        Add().reading("conv2d_2", "tanh_1")
        Dense(2)
        MaxPool2D(2)
        Flatten()
        Dense(3)
    }
    private static let regression = try! Sequential {
        Dense(8); Sigmoid(); Dense(1)
    }

    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let spec: ModelSpec
        let input: [Int]
        let loss: LossSpec
        let outputs: Int
    }
    static let cases = [
        Case(description: "mse", spec: perceptron, input: [4], loss: .meanSquaredError, outputs: 3),
        Case(description: "one output", spec: regression, input: [4], loss: .meanSquaredError, outputs: 1),
        Case(
            description: "cross entropy", spec: perceptron, input: [4],
            loss: LossSpec("cross_entropy", options: Options(["label_smoothing": 0.1])), outputs: 3),
        Case(description: "logistic", spec: perceptron, input: [4], loss: .binaryCrossEntropy, outputs: 3),
        Case(description: "images", spec: images, input: [4, 4, 2], loss: .crossEntropy, outputs: 3),
    ]

    static func problem<S: TrainingScalar>(
        _ case: Case, rows: Int = 71, l2: Double = 0, _: S.Type
    ) throws -> SmallProblem<S> {
        var random = Numbers(seed: 3)
        let labels = `case`.loss.kind == "cross_entropy" ? (0..<rows).map { Int32($0 * 7 % 3) } : nil
        return try SmallProblem<S>(
            `case`.spec, `case`.loss, l2: l2, input: `case`.input, rows: rows,
            inputs: random.normal(rows * `case`.input.reduce(1, *)), labels: labels,
            values: labels == nil ? random.normal(rows * `case`.outputs).map { 1 / (1 + $0 * $0) } : nil)
    }

    /// The dense solution, with the matrix from products.
    static func dense(
        _ objective: ShardedObjective<Double>, gradient: [Double], center: [Double], damping: Double
    ) throws -> [Double] {
        let n = objective.count
        var matrix: [[Double]] = []
        for j in 0..<n {
            let unit = (0..<n).map { $0 == j ? 1.0 : 0 }
            matrix.append(try objective.product(.gaussNewton, unit))
            matrix[j][j] += damping
        }
        return solution(matrix, zip(center, gradient).map { damping * $0 - $1 })
    }

    @Test(arguments: cases) func isTheDenseSolution(case: Case) throws {
        let problem = try Self.problem(`case`, Double.self)
        for threads in [1, 3] {
            let objective = try problem.objective(threads: threads), space = try SampleSpace(objective)
            var random = Numbers(seed: 5)
            let w = random.normal(problem.count), center = random.normal(problem.count)
            try objective.at(w) { _, gradient in
                for (damping, c) in [(1e-2, nil), (1e-4, Buffer(center))] {
                    let d = Buffer<Double>(Array(repeating: .nan, count: problem.count))
                    let used = try space.minimise(around: c?.vector, damping: damping, into: d.mutable)
                    #expect(used == damping)
                    let wanted = try Self.dense(
                        objective, gradient: gradient,
                        center: c?.values ?? [Double](repeating: 0, count: problem.count),
                        damping: damping)
                    let error = relativeError(d.values, wanted)
                    #expect(error < 1e-8, "\(`case`), \(threads) threads, damping \(damping): \(error)")
                }
            }
        }
    }

    /// Activations that are larger than the space: what does not fit is recomputed.
    @Test func recomputesWhatDoesNotFit() throws {
        let large = Case(
            description: "large images", spec: Self.images, input: [16, 16, 2], loss: .meanSquaredError, outputs: 3)
        let problem = try Self.problem(large, rows: 8, Double.self)
        var random = Numbers(seed: 5)
        let w = random.normal(problem.count), center = Buffer(random.normal(problem.count))
        func direction(_ limit: Int) throws -> (kept: Int, d: [Double]) {
            let objective = try problem.objective(limit: limit),
                d = Buffer<Double>(count: objective.count)
            let space = try SampleSpace(objective)
            try objective.at(w) { _, _ in
                _ = try space.minimise(around: center.vector, damping: 1e-3, into: d.mutable)
            }
            return (objective.memory.keptRows, d.values)
        }
        let all = try direction(1 << 30), some = try direction(problem.smallestLimit() * 2)
        #expect(all.kept == 8 && some.kept < 8)
        #expect(relativeError(some.d, all.d) < 1e-12)
    }

    @Test func floatsAgreeToTheirRounding() throws {
        let double = try Self.problem(Self.cases[0], Double.self), float = try Self.problem(Self.cases[0], Float.self)
        var random = Numbers(seed: 5)
        let w = random.normal(double.count)
        let d = Buffer<Double>(count: double.count), f = Buffer<Float>(count: double.count)
        let (a, b) = try (double.objective(), float.objective())
        try a.at(w) { _, _ in _ = try SampleSpace(a).minimise(around: nil, damping: 1e-2, into: d.mutable) }
        try b.at(w) { _, _ in _ = try SampleSpace(b).minimise(around: nil, damping: 1e-2, into: f.mutable) }
        #expect(relativeError(f.values.map { Double($0) }, d.values) < 1e-3)
    }

    /// R·r̃ is the gradient of each sample's loss.
    @Test(arguments: [LossSpec.meanSquaredError, .crossEntropy, .binaryCrossEntropy])
    func whiteResidualsGiveTheGradient(spec: LossSpec) throws {
        let rows = 6, k = 4, n = rows * k
        let loss = try spec.make(outputs: [Shape([k])], as: Double.self)
        var random = Numbers(seed: 8)
        let y = Buffer(random.normal(n)), values = Buffer(random.normal(n).map { 1 / (1 + $0 * $0) })
        let labels = Buffer((0..<rows).map { Int32($0 % k) })
        let targets: Targets<Double> =
            spec.kind == "cross_entropy"
            ? Targets(labels: labels.base, rows: rows) : Targets(values: Matrix(values.base, rows, k))
        let kept = Buffer<Double>(count: n), white = Buffer<Double>(count: n)
        let gradient = Buffer<Double>(count: n), wanted = Buffer<Double>(count: n)
        func target(_ buffer: Buffer<Double>) -> Target<Double> { Target(buffer.base, rows, k) }
        _ = loss.value(y: [Matrix(y.base, rows, k)], targets, kept: [target(kept)])
        loss.gradient(targets, kept: [Matrix(kept.base, rows, k)], gy: [target(wanted)])
        loss.whiteResidual(targets, kept: [Matrix(kept.base, rows, k)], r: [target(white)])
        loss.curvatureRoot(
            targets, kept: [Matrix(kept.base, rows, k)], s: [Matrix(white.base, rows, k)], gy: [target(gradient)])
        #expect(relativeError(gradient.values, wanted.values) < 1e-14)
    }

    /// Steps with momentum, a penalty and a limit, each against the dense formula.
    @Test func stepsAreTheDenseOnes() throws {
        let l2 = 0.02, problem = try Self.problem(Self.cases[0], l2: l2, Double.self), n = problem.count
        var settings = NewtonCGSettings()
        settings.solve = .sampleSpace
        settings.learningRate = .constant(0.5)
        settings.sampleSpace.damping = Schedule(.exponential(initial: 0.1, rate: 0.5, minimum: 0.03))
        settings.sampleSpace.momentum = .constant(0.8)
        let objective = try problem.objective(), plain = try problem.objective()
        var random = Numbers(seed: 5)
        var w = random.normal(n), point = w, last = [Double](repeating: 0, count: n)
        for limit in [1e3, 0.25] {
            settings.sampleSpace.normLimit = .constant(limit)
            let optimizer = try makeOptimizer(.newtonCG(settings), minimising: objective)
            last = [Double](repeating: 0, count: n)
            for step in 0..<4 {
                let damping = max(0.1 * [1, 0.5, 0.25, 0.125][step], 0.03)
                let report = try w.withUnsafeMutableBufferPointer {
                    try optimizer.step(
                        from: MutableVector($0.baseAddress!, count: n), at: Progress(step: step, epoch: Double(step)))
                }
                #expect(abs(report.damping! - damping - l2) < 1e-15 && report.remark == nil)
                // The products have the penalty already, and so has the gradient: only λμd′ is left of the center.
                var d = try plain.at(point) { _, gradient in
                    try Self.dense(plain, gradient: gradient, center: last.map { 0.8 * $0 }, damping: damping)
                }
                let norm = d.reduce(0) { $0 + $1 * $1 }.squareRoot()
                #expect((norm > limit) == (limit < 1))
                if norm > limit { d = d.map { $0 * limit / norm } }
                point = zip(point, d).map { $0 + 0.5 * $1 }
                last = d
                #expect(relativeError(w, point) < 1e-9)
            }
        }
    }

    /// Twins make the matrix singular: the damping grows until it is not, and the report says so.
    @Test func dampingGrowsWhereTheMatrixIsSingular() throws {
        let rows = 20
        var random = Numbers(seed: 3)
        let one = random.normal(4)
        let problem = try SmallProblem<Double>(
            Self.regression, .meanSquaredError, input: [4], rows: rows, inputs: (0..<rows).flatMap { _ in one },
            values: (0..<rows).map { Double($0) })
        var settings = NewtonCGSettings()
        settings.solve = .sampleSpace
        settings.sampleSpace.damping = .constant(1e-30)
        var w = random.normal(problem.count)
        let optimizer = try makeOptimizer(.newtonCG(settings), minimising: problem.objective())
        let report = try w.withUnsafeMutableBufferPointer {
            try optimizer.step(
                from: MutableVector($0.baseAddress!, count: problem.count), at: Progress(step: 0, epoch: 0))
        }
        #expect(report.damping! > 1e-25 && report.damping! < 1e-8)
        #expect(report.remark!.hasPrefix("damping was raised to "))
        #expect(w.allSatisfy { $0.isFinite })
    }

    /// A loss of two values, each with residuals of its own.
    private struct TwoErrors<S: Scalar>: Loss {
        static var takesLabels: Bool { false }
        static var hasWhiteResidual: Bool { true }
        static func reads(_ options: Options) -> [String] { ["a", "b"] }
        init(_ options: Options, outputs: [Shape]) throws {}
        func value(y: [Matrix<S>], _ targets: Targets<S>, kept: [Target<S>]) -> Double { 0 }
        func gradient(_ targets: Targets<S>, kept: [Matrix<S>], gy: [Target<S>]) {}
        func hessianProduct(_ targets: Targets<S>, kept: [Matrix<S>], u: [Matrix<S>], ru: [Target<S>]) {}
        func curvatureRoot(_ targets: Targets<S>, kept: [Matrix<S>], s: [Matrix<S>], gy: [Target<S>]) {}
    }

    @Test func refusesALossOfSeveralValues() throws {
        let spec = try Sequential {
            Dense(3).named("a")
            Tanh()
            Dense(2).named("b")
        }
        let columns = [Column(Column.input, .numbers, [4]), Column(Column.target, .numbers, [5])]
        let network = try Network<Double>(spec, columns: columns, reads: TwoErrors<Double>.reads(Options()))
        let shard = Shard<Double>(
            range: 0..<6, columns: columns,
            memory: [.numbers(Buffer<Double>(count: 24)), .numbers(Buffer<Double>(count: 30))])
        let objective = try ShardedObjective(
            network, loss: TwoErrors<Double>(Options(), outputs: network.outputShapes), shard: shard, batchRows: 6,
            curvatureRows: 6, limit: 1 << 20, communicator: .single)
        let error = #expect(throws: ModelError.self) { try SampleSpace(objective) }
        #expect(error?.key == "loss" && error?.message.contains("reads 2: take another loss, or 'solve: cg'") == true)
    }

    @Test func refusesWhatHasNoSuchSpace() throws {
        func message(_ layers: [LayerSpec], _ loss: LossSpec, limit: Int = 1 << 30) throws -> String? {
            var random = Numbers(seed: 3)
            let problem = try SmallProblem<Double>(
                ModelSpec(layers: layers), loss, input: [4], rows: 20, inputs: random.normal(80),
                values: random.normal(60))
            do {
                _ = try SampleSpace(problem.objective(limit: limit))
                return nil
            } catch let error as ModelError { return "\(error)" }
        }
        #expect(try message([Dense(3)], .meanSquaredError) == nil)
        #expect(try message([Dense(3)], .normError)!.contains("mean_squared_error, cross_entropy and binary_cross"))
        #expect(
            try message([Dense(3), BatchNorm(), Dense(3)], .meanSquaredError)!.contains("'batch_norm_1' (batch_norm)"))
        let tooLarge = try message([Dense(3)], .meanSquaredError, limit: 40_000)!
        #expect(tooLarge.contains("for the 20 × 3 residuals of a batch (their matrix 56.3 KiB"))
        #expect(tooLarge.contains("'memory' allows 39.1 KiB: take a smaller data.batch"))
    }

    #if !DEBUG
        @Test func aSolveTakesNoMemory() throws {
            let problem = try Self.problem(Self.cases[2], Float.self),
                objective = try problem.objective(), space = try SampleSpace(objective)
            var random = Numbers(seed: 5)
            let w = random.normal(problem.count), center = Buffer(random.normal(problem.count).map { Float($0) })
            let d = Buffer<Float>(count: problem.count)
            try objective.at(w) { _, _ in
                func solve() throws {
                    _ = try space.minimise(around: center.vector, damping: 1e-2, into: d.mutable)
                }
                try solve()
                let before = allocation_count()
                for _ in 0..<5 { try solve() }
                #expect(allocation_count() - before == 0)
            }
        }
    #endif
}
