import TestSupport
import Testing

/// Whole runs on sentences: training, evaluation, resuming, and the check of the model.
@Suite struct TokenRunTests {
    private func bench(_ optimizer: String, more: String = "") throws -> Workbench {
        try Workbench(
            """
            data: {file: data.h5, batch: 20}
            precision: float64
            model:
              layers:
                - embedding: {vocabulary: 9, features: 6, scale: true}
                - positional_encoding
                - layer_norm
                - dropout: {rate: 0.1}
                - dense: {units: 12}
                - gelu
                - dense: {units: 7}
            loss: cross_entropy
            optimizer: \(optimizer)
            train: {epochs: 6}
            \(more)
            """, SmallDataset(.translation(source: 9, target: 7), inputShape: [5], rows: 80, testRows: 20))
    }

    private static let newton =
        "{newton_cg: {solve: subspace, preconditioner: {kronecker: {update_every: 1, sample: 2}}}}"

    @Test func aRunLearnsAndIsEvaluated() throws {
        let bench = try bench(Self.newton)
        try bench.train("run")
        let rows = try bench.metrics("run").filter { $0["part"] == "test" }
        let losses = rows.compactMap { Double($0["loss"]!) }, accuracies = rows.compactMap { Double($0["accuracy"]!) }
        #expect(losses.count == 6 && losses.last! < losses[0])
        #expect(accuracies.allSatisfy { $0 >= 0 && $0 <= 1 } && accuracies.last! > 0.2)
        // The share of tokens that are not padding: the same on two ranks and at other lengths of blocks.
        let last = try #require(rows.last)
        let checkpoint = "run/checkpoints/" + (try #require(bench.checkpoints("run").last { $0.hasPrefix("step") }))
        let one = try bench.newtonCG(["evaluate", checkpoint, "--data", "data.h5"])
        let two = try bench.newtonCG(["evaluate", checkpoint, "--data", "data.h5"], ranks: 2)
        #expect(one.status == 0 && two.output.contains(one.output))
        #expect(one.output.contains("accuracy") && last["accuracy"] != "")
    }

    /// Stopped and gone on, with noise and Kronecker factors over tokens: the same bits.
    @Test(arguments: [nil, 2]) func aResumedRunIsTheSame(ranks: Int?) throws {
        let bench = try bench(Self.newton)
        try bench.train("whole", ranks: ranks)
        try bench.train("parts", ["--set", "train.epochs=3"], ranks: ranks)
        try bench.train("parts", ["--resume", "--set", "train.epochs=6"], ranks: ranks)
        #expect(try bench.metricsWithoutTimes("parts") == bench.metricsWithoutTimes("whole"))
    }

    @Test func theModelPassesItsCheck() throws {
        let check = try bench("sgd").newtonCG(["check", "config.yaml"])
        #expect(check.status == 0 && check.output.contains("all PASSED"), "\(check.output)\(check.error)")
    }
}
