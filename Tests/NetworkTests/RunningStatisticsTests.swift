import MPI
import NewtonCG
import Testing

/// Running statistics and evaluation, against sums written out here.
@Suite struct RunningStatisticsTests {
    static let shape = [3, 2, 4], channels = 4, rows = 23, group = 5

    private let inputs: [Double]
    private let targets: [Double]

    init() {
        var random = Numbers(seed: 5)
        // Channels of other means and sizes.
        let raw = random.normal(Self.rows * 24)
        inputs = raw.enumerated().map { i, x in Double(i % 4 + 1) * (x + 10 * Double(i % 4)) }
        targets = random.normal(Self.rows * 2)
    }

    private func problem(_ layers: [LayerSpec]) throws -> SmallProblem<Double> {
        try SmallProblem(
            ModelSpec(layers: layers), .meanSquaredError, input: Self.shape, rows: Self.rows, inputs: inputs,
            values: targets, group: Self.group)
    }

    private var model: [LayerSpec] { [BatchNorm(momentum: 0.25), Flatten(), Dense(2)] }

    /// The values of a channel in some rows.
    private func channel(_ c: Int, _ rows: Range<Int>) -> [Double] {
        (rows.lowerBound * 24..<rows.upperBound * 24).filter { $0 % Self.channels == c }.map { inputs[$0] }
    }

    private func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
    private func variance(_ x: [Double]) -> Double { mean(x.map { ($0 - mean(x)) * ($0 - mean(x)) }) }

    /// 23 rows in groups of 5 are four lanes of 5 and 6 rows.
    private func statistics() -> (means: [Double], variances: [Double]) {
        let groups = (0..<4).map { $0 * 23 / 4..<($0 + 1) * 23 / 4 }
        return (
            (0..<Self.channels).map { c in mean(groups.map { mean(channel(c, $0)) }) },
            (0..<Self.channels).map { c in mean(groups.map { variance(channel(c, $0)) }) }
        )
    }

    @Test(arguments: [false, true], [1, 3]) func followTheMeanOverGroups(recomputed: Bool, threads: Int) throws {
        let problem = try problem(model), (means, variances) = statistics()
        let objective = try problem.objective(
            limit: recomputed ? threads * problem.smallestLimit() : 1 << 30, threads: threads)
        if threads == 1 { #expect((objective.memory.keptGroups < 4) == recomputed) }
        #expect(problem.network.state.map(\.path) == ["batch_norm_1/mean", "batch_norm_1/variance"])
        let state = Buffer(problem.network.initialState)
        #expect(state.values == [0, 0, 0, 0, 1, 1, 1, 1])

        var random = Numbers(seed: 6)
        let w = random.normal(problem.count), v = random.normal(problem.count)
        try objective.at(w) { _, _ in
            // Neither products nor losses at other points have a part in it.
            _ = try objective.product(.hessian, v)
            _ = try objective.loss(at: v)
            objective.follow(state.mutable)
        }
        let once = means.map { 0.25 * $0 } + variances.map { 0.75 + 0.25 * $0 }
        #expect(relativeError(state.values, once) < 1e-13)
        objective.follow(state.mutable)
        let twice = zip(once, means + variances).map { 0.75 * $0 + 0.25 * $1 }
        #expect(relativeError(state.values, twice) < 1e-13)
    }

    /// Deep in a network: the values there, from the same network cut short.
    @Test func insideANetwork() throws {
        let convolution = Conv2D(3, kernel: 2, bias: false)
        let problem = try problem([convolution, BatchNorm(momentum: 1), Tanh(), GlobalAveragePool2D(), Dense(2)])
        let cut = try ModelSpec(layers: [convolution])
        let network = try Network<Double>(cut, input: Shape(Self.shape))
        var random = Numbers(seed: 7)
        let w = random.normal(problem.count)
        let state = Buffer(problem.network.initialState), objective = try problem.objective()
        try objective.at(w) { _, _ in objective.follow(state.mutable) }

        // 2×1 pixels of 3 channels a sample.
        let values = try SmallProblem<Double>(
            cut, .meanSquaredError, input: Self.shape, rows: Self.rows, inputs: inputs,
            values: [Double](repeating: 0, count: Self.rows * 6)
        ).outputs(at: Array(w.prefix(network.parameterCount)))
        let groups = (0..<4).map { $0 * 23 / 4..<($0 + 1) * 23 / 4 }
        func channel(_ c: Int, _ rows: Range<Int>) -> [Double] {
            (rows.lowerBound * 6..<rows.upperBound * 6).filter { $0 % 3 == c }.map { values[$0] }
        }
        let wanted =
            (0..<3).map { c in mean(groups.map { mean(channel(c, $0)) }) }
            + (0..<3).map { c in mean(groups.map { variance(channel(c, $0)) }) }
        #expect(relativeError(state.values, wanted) < 1e-13)
    }

    /// Evaluation normalises by the running statistics, however the rows are grouped.
    @Test func evaluationUsesThem() throws {
        let problem = try problem(model)
        var random = Numbers(seed: 8)
        let w = random.normal(problem.count), means = random.normal(4),
            variances = random.normal(4).map { 0.1 + $0 * $0 }
        let evaluation = PartEvaluation(
            problem.network, loss: problem.loss, metrics: [], shard: problem.shard, samples: Self.rows,
            communicator: .single)
        let loss = try w.withUnsafeBufferPointer {
            try evaluation.metrics(at: $0.baseAddress!, state: means + variances).loss
        }
        // w: scale, shift, then the dense layer's 24 × 2 weights and 2 biases.
        var sum = 0.0
        for i in 0..<Self.rows {
            let x = (0..<24).map { k in
                let c = k % 4
                return w[c] * (inputs[24 * i + k] - means[c]) / (variances[c] + 1e-5).squareRoot() + w[4 + c]
            }
            for o in 0..<2 {
                let y = (0..<24).reduce(w[8 + 48 + o]) { $0 + x[$1] * w[8 + 2 * $1 + o] }
                sum += (y - targets[2 * i + o]) * (y - targets[2 * i + o])
            }
        }
        #expect(relativeError([loss], [sum / Double(2 * Self.rows)]) < 1e-12)
    }

    /// What normalises by its own statistics does not see the scale and the place of its input, but for epsilon.
    @Test func trainingDoesNotSeeScaleAndPlace() throws {
        let problem = try problem(model)
        let moved = try SmallProblem<Double>(
            ModelSpec(layers: model), .meanSquaredError, input: Self.shape, rows: Self.rows,
            inputs: inputs.map { 1e4 + 300 * $0 }, values: targets, group: Self.group)
        var random = Numbers(seed: 9)
        let w = random.normal(problem.count)
        let loss = try problem.objective().loss(at: w)
        #expect(relativeError([try moved.objective().loss(at: w)], [loss]) < 1e-4)
    }
}
