import HDF5
import MPI
import NewtonCG
import TestSupport

/// A loss of somebody else's, with metrics that the library has never heard of.
let ownMetricCases: [String: RankCase] = ["own-metrics": ownMetrics, "own-metrics-in-files": ownMetricsInFiles]

extension LossKind {
    fileprivate static let counted = LossKind("counted", CountedMaker())
}
private struct CountedMaker: LossMaker {
    func loss<S: Scalar>(of: S.Type) -> any Loss<S>.Type { CountedSquares<S>.self }
}

/// The mean squared error over those samples alone whose first target is above 0, all others counted as 0.
private struct CountedSquares<S: Scalar>: Loss {
    static var takesLabels: Bool { false }
    let squares: MeanSquaredError<S>

    init(_ options: Options, outputs: [Shape]) throws { squares = try MeanSquaredError(options, output: outputs[0]) }

    static func metrics(_ options: Options) -> [LossMetric<S>] {
        func add(_ sum: @escaping @Sendable (_ y: [S], _ t: [S]) -> Double) -> LossMetric<S>.Add {
            { y, targets, sums in
                let y = y[0], t = targets.values
                for i in 0..<y.rows {
                    let row = i * y.columns..<(i + 1) * y.columns
                    sums[0] += sum(Array(y.values[row]), Array(t.values[row]))
                }
            }
        }
        let near = Metric("near", format: .percent, better: .larger, bounds: .unit)
        let absolute = Metric("absolute_error", better: .smaller, bounds: .nonNegative)
        let spread = Metric("spread", title: "spread of targets", better: .larger)
        return [
            LossMetric(near, .mean(over: .samples), add: add { abs($0[0] - $1[0]) < 0.5 ? 1 : 0 }),
            LossMetric(
                absolute, .mean(over: .targetValues),
                add: add { zip($0, $1).reduce(0) { $0 + Double(abs($1.0 - $1.1)) } }),
            LossMetric(
                spread, .function(sums: 2, over: .samples) { sums, n in sums[1] / n - sums[0] * sums[0] / n / n },
                add: { _, targets, sums in
                    let t = targets.values
                    for i in 0..<t.rows {
                        let first = Double(t.values[i * t.columns])
                        sums[0] += first
                        sums[1] += first * first
                    }
                }),
        ]
    }

    var terms: (@Sendable (Targets<S>) -> Int)? {
        { targets in
            let t = targets.values
            return (0..<t.rows).count { t.values[$0 * t.columns] > 0 }
        }
    }

    func value(y: [Matrix<S>], _ targets: Targets<S>, kept: [Target<S>]) -> Double {
        squares.value(y: y[0], targets, kept: kept[0])
    }
    func gradient(_ targets: Targets<S>, kept: [Matrix<S>], gy: [Target<S>]) {
        squares.gradient(targets, kept: kept[0], gy: gy[0])
    }
    func hessianProduct(_ targets: Targets<S>, kept: [Matrix<S>], u: [Matrix<S>], ru: [Target<S>]) {
        squares.hessianProduct(targets, kept: kept[0], u: u[0], ru: ru[0])
    }
    func curvatureRoot(_ targets: Targets<S>, kept: [Matrix<S>], s: [Matrix<S>], gy: [Target<S>]) {
        squares.curvatureRoot(targets, kept: kept[0], s: s[0], gy: gy[0])
    }
}

private func configuration(_ data: String, target: String) throws -> Configuration {
    try Configuration(
        yaml: """
            name: own
            precision: float64
            threads: 2
            data: {file: "\(data)"}
            model: {layers: [dense: {units: 2}]}
            loss: counted
            optimizer: {adam: {learning_rate: 0.05}}
            train: {steps: 60, evaluate_every: 20 steps, target: \(target)}
            compare: {optimizers: {Adam: {adam: {learning_rate: 0.05}}}, target: none}
            """, path: "own.yaml", registry: Registry.standard.adding(losses: [.counted]))
}

/// A folder of rank 0's, for all of them.
private func inFolder(_ world: Communicator, _ body: (String) throws -> Void) throws {
    let folder = try world.agree {
        let folder = world.rank == 0 ? try TemporaryFolder() : nil
        if let folder {
            try SmallDataset(.regression(targets: 2), rows: 40, testRows: 13).write(folder.file("data.h5"))
        }
        return folder
    }
    try body(try world.broadcast(text: folder?.path))
    try world.barrier()
    withExtendedLifetime(folder) {}
}

/// Values at parameters that are 0, where every output is 0, against sums over the file.
private func ownMetrics(_ world: Communicator) throws {
    try inFolder(world) { folder in
        let configuration = try configuration("\(folder)/data.h5", target: "none")
        let problem = try Problem<Double>(configuration, curvatureBatch: 0, communicator: world)
        let w = Buffer<Double>(count: problem.network.parameterCount)
        let metrics = try problem.evaluations[0].evaluation.metrics(at: w.base, state: [])
        let t: [Double] = try File("\(folder)/data.h5", .readOnly).dataset("test/targets").read()
        let firsts = stride(from: 0, to: t.count, by: 2).map { t[$0] }, n = Double(firsts.count)
        let mean = firsts.reduce(0, +) / n, counted = firsts.count { $0 > 0 }
        try expect(counted > 0 && counted < firsts.count, "the test's data tell nothing")
        let wanted = [
            ("loss", t.reduce(0) { $0 + $1 * $1 } / 2 / Double(counted)),
            ("near", Double(firsts.count { abs($0) < 0.5 }) / n),
            ("absolute_error", t.reduce(0) { $0 + abs($1) } / n / 2),
            ("spread", firsts.reduce(0) { $0 + $1 * $1 } / n - mean * mean),
        ]
        try expect(metrics.values.map(\.metric.name) == wanted.map(\.0), "\(metrics)")
        for (name, value) in wanted {
            try expect(abs(metrics[name]! - value) < 1e-12, "\(name) is \(metrics[name]!), not \(value)")
        }
        try expect(metrics.main.metric.name == "near", "the main metric is \(metrics.main)")
    }
}

/// A run and a comparison: tables, reports, messages and a target.
private func ownMetricsInFiles(_ world: Communicator) throws {
    try inFolder(world) { folder in
        let configuration = try configuration("\(folder)/data.h5", target: "{metric: near, value: 0.5}")
        let console = world.rank == 0 ? Console(quiet: true) : nil
        let run = RunFolder("\(folder)/run"), comparison = RunFolder("\(folder)/comparison")
        let outcome = try TrainingRun<Double>(configuration, world).start(run, .new, console)
        let result = try Comparison<Double>(configuration, configuration.compare!, comparison, world).run(.new, console)
        guard let console, let record = outcome.record else { return }
        try RunReport(record).write(console)
        try ComparisonReport(result).write(in: comparison, console)

        func text(_ path: String) throws -> String {
            String(decoding: fileBytes("\(folder)/\(path)") ?? [], as: UTF8.self)
        }
        func expectText(_ path: String, _ part: String) throws {
            let text = try text(path)
            try expect(text.contains(part), "\(path) lacks '\(part)': \(text)")
        }
        let header = try text("run/metrics.csv").split(separator: "\n")[0]
        try expect(
            header == "step,epoch,seconds,part,loss,accuracy,rmse,bleu,gradient_norm,learning_rate,damping,"
                + "cg_iterations,cg_status,rho,evaluations,near,absolute_error,spread", "the header is \(header)")
        let table = try MetricsTable("\(folder)/run/metrics.csv")
        let near = table.evaluations("test", "near").map(\.value)
        try expect(near.last! >= 0.5 && near.dropLast().allSatisfy { $0 < 0.5 }, "the run ended at \(near)")
        try expect(table.evaluations("test", "rmse").isEmpty, "there is no RMSE")
        try expectText("run/report.md", "| loss | accuracy, % | RMSE | near, % | absolute error | spread of targets |")
        try expectText("run/report.md", "target reached after")
        try expectText("run/log.txt", "  near ")
        try expectText("run/log.txt", " %  absolute_error ")
        try expectText(
            "comparison/report.md",
            "| test loss | test near, % | test absolute error | test spread of targets | best | gap |")
        try expectText("comparison/report.md", "Gap: training near less test near, in percentage points.")
        try expectText("comparison/log.txt", "; test loss ")
        for name in ["compare", "runs"] {
            let lines = try text("comparison/\(name).csv").split(separator: "\n")
            try expect(lines[0].contains(",near"), "\(name).csv has the columns \(lines[0])")
            let counts = Set(lines.map { $0.count { $0 == "," } })
            try expect(counts.count == 1, "rows of \(name).csv differ in length: \(lines)")
        }
    }
}
