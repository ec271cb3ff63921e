import Foundation
import HDF5
import NewtonCG
import TestSupport
import Testing

/// Two epochs of four steps on the small dataset.
let smallConfiguration = """
    name: small
    seed: 3
    precision: float64
    data: {file: data.h5, batch: 10}
    model:
      layers:
        - dense: {units: 5}
        - tanh
        - dense: {units: 3}
    loss: cross_entropy
    regularisation: {l2: 0.01}
    optimizer:
      newton_cg: {cg: {max_iterations: 5}}
    average: 0.5
    train: {epochs: 2, evaluate_every: 2 steps}

    """

/// The commands as they should be used.
@Suite(.serialized) struct CommandTests {
    private let bench: Workbench
    init() throws { bench = try Workbench(smallConfiguration) }

    private func good(_ arguments: String, ranks: Int? = nil) throws -> String {
        let run = try bench.newtonCG(arguments.split(separator: " ").map(String.init), ranks: ranks)
        #expect(run.status == 0, "\(arguments): \(run.error)")
        return run.output
    }

    @Test func aRunLeavesItsFolder() throws {
        let run = try bench.train("run")
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.file("run"))
        #expect(Set(names).isSuperset(of: ["checkpoints", "config.yaml", "log.txt", "metrics.csv"]))
        #expect(try bench.checkpoints("run").contains("best.h5"))
        // What was told stands in the log, and there is no bar where nobody watches.
        let log = try bench.text("run/log.txt")
        #expect(log.hasPrefix("newton-cg ") && run.output.hasPrefix(log))
        #expect(!run.output.contains("\r") && !run.output.contains("\u{1B}") && !run.output.contains("█"))
        #expect(run.error == "")
        #expect(run.output.contains("rank 0: ") && run.output.contains("rows 0 to 42 (43 of 43)"))
        #expect(run.output.contains("\ntrained small: 2.00 epochs, 8 steps, "))
        #expect(run.output.contains("run folder: run\n"))
        for k in 1...8 {
            #expect(log.split(separator: "\n").count { $0.hasPrefix("step \(k)  epoch ") } == 1)
        }
    }

    @Test func theDefaultFolderIsNamedAfterTheRun() throws {
        _ = try good("train config.yaml")
        #expect(try bench.metrics("runs/small").count == 12)
        _ = try good("train config.yaml --set name=other --set train.epochs=1")
        #expect(try bench.metrics("runs/other").count == 6)
    }

    @Test func metricsHaveTheColumnsOfTheFormat() throws {
        try bench.train("run")
        let header = try bench.text("run/metrics.csv").split(separator: "\n")[0]
        #expect(
            header
                == "step,epoch,seconds,part,loss,accuracy,rmse,bleu,gradient_norm,learning_rate,damping,cg_iterations,cg_status,rho,evaluations"
        )
        let rows = try bench.metrics("run")
        let steps = rows.filter { $0["part"] == "train" }, evaluations = rows.filter { $0["part"] == "test" }
        #expect(steps.map { $0["step"] } == (1...8).map { "\($0)" })
        #expect(steps.map { Double($0["epoch"]!)! } == (1...8).map { Double($0) / 4 })
        #expect(evaluations.map { $0["step"] } == ["2", "4", "6", "8"])
        #expect(steps.count + evaluations.count == rows.count)
        var seconds = 0.0
        for row in rows {
            let isStep = row["part"] == "train"
            let now = try #require(Double(row["seconds"]!))
            #expect(now >= seconds)
            seconds = now
            #expect(try #require(Double(row["loss"]!)) > 0)
            for name in ["gradient_norm", "learning_rate", "damping", "cg_iterations", "cg_status"] {
                #expect(row[name]!.isEmpty != isStep, "\(name): \(row)")
            }
            #expect(row["accuracy"]!.isEmpty == isStep)
            #expect(row["rmse"] == "" && row["bleu"] == "")
        }
        #expect(steps.allSatisfy { (1...5).contains(Int($0["cg_iterations"]!)!) })
    }

    @Test func evaluateGivesTheNumbersOfTheRun() throws {
        try bench.train("run")
        let last = try #require(try bench.metrics("run").last)
        for ranks in [nil, 1, 2, 3] {
            let output = try good("evaluate run/checkpoints/step-00000008.h5 --data data.h5", ranks: ranks)
            let words = output.split { " ,".contains($0) }
            #expect(output.hasPrefix("test of data.h5, 11 samples: loss "))
            let loss = try #require(words.firstIndex(of: "loss").flatMap { Double(words[$0 + 1]) })
            let wanted = try #require(Double(last["loss"]!))
            #expect(abs(loss - wanted) <= 1e-12 * wanted)
            let accuracy = try #require(words.firstIndex(of: "accuracy").flatMap { Double(words[$0 + 1]) })
            #expect(abs(accuracy - 100 * Double(last["accuracy"]!)!) <= 0.005)
        }
        let training = try good("evaluate run/checkpoints/best.h5 --data data.h5 --part train")
        #expect(training.hasPrefix("train of data.h5, 43 samples: loss "))
    }

    @Test func ranksSayWhichRowsTheyHold() throws {
        let output = try bench.train("run", ranks: 3).output
        for line in ["rank 0: ", "rank 1: ", "rank 2: "] {
            #expect(output.split(separator: "\n").count { $0.hasPrefix(line) } == 1)
        }
        #expect(output.contains("rows 0 to 11 (12 of 43)") && output.contains("rows 25 to 42 (18 of 43)"), "\(output)")
        #expect(output.components(separatedBy: "trained small").count == 2)
    }

    @Test func aBatchOfMoreThanAllRowsIsAll() throws {
        let large = try bench.train("large", ["--set", "data.batch=1000"])
        try bench.train("full", ["--set", "data.batch=full"])
        #expect(large.output.contains("full batches"))
        #expect(try bench.metricsWithoutTimes("large") == bench.metricsWithoutTimes("full"))
    }

    @Test func overwriteBeginsAnew() throws {
        try bench.train("run", ["--set", "seed=9"])
        try bench.train("run", ["--overwrite", "--set", "train.epochs=1"])
        try bench.train("fresh", ["--set", "train.epochs=1"])
        #expect(try bench.metricsWithoutTimes("run") == bench.metricsWithoutTimes("fresh"))
        #expect(try bench.checkpoints("run") == bench.checkpoints("fresh"))
    }

    @Test func thePrintedConfigurationReadsBackEqual() throws {
        let printed = try good("train config.yaml --print-config --set optimizer.newton_cg.cg.tolerance=0.25")
        try write(printed, to: bench.file("printed.yaml"))
        #expect(try good("train printed.yaml --print-config") == printed)
        let first = try Configuration.load(
            path: bench.file("config.yaml"), overrides: ["optimizer.newton_cg.cg.tolerance=0.25"])
        #expect(try Configuration.load(path: bench.file("printed.yaml")) == first)
        #expect(try good("train config.yaml --print-config", ranks: 2).components(separatedBy: "seed: 3").count == 2)
        #expect(!FileManager.default.fileExists(atPath: bench.file("runs")))
    }

    @Test func aTargetEndsTheRun() throws {
        let output = try bench.train("run", ["--set", "train.target={metric: accuracy, value: 0.01}"]).output
        #expect(output.contains("target reached after 2 steps"))
        #expect(try bench.metrics("run").last?["step"] == "2")
    }

    @Test func validationRowsAreTheLastOfTheTrainingPart() throws {
        let output = try bench.train("run", ["--set", "data.validation=0.25"]).output
        #expect(output.contains("33 training samples") && output.contains("validation: loss"))
        #expect(Set(try bench.metrics("run").map { $0["part"]! }) == ["train", "validation", "test"])
    }

    /// With a linear model and squared error, H(w + v) and H(w) are one matrix: the gradients differ by Hv.
    @Test(arguments: ["hessian", "gauss-newton"]) func productIsTheDifferenceOfGradients(curvature: String) throws {
        try SmallDataset(.regression(targets: 2)).write(bench.file("data.h5"))
        try write(
            """
            precision: float64
            data: {file: data.h5, batch: 10}
            model: {layers: [dense: {units: 2}]}
            loss: mean_squared_error
            regularisation: {l2: 0.1}
            optimizer: adam
            train: {epochs: 1}
            """, to: bench.file("config.yaml"))
        func point(_ name: String, _ top: String, _ value: (Int) -> Double) throws {
            try File.writeWhole(bench.file(name)) { file in
                try file.setAttribute("format", "newton-cg checkpoint")
                try file.setAttribute("version", 1)
                try file.write("\(top)/dense_1/weight", (0..<8).map(value), shape: [4, 2])
                try file.write("\(top)/dense_1/bias", (8..<10).map(value), shape: [2])
            }
        }
        func w(_ i: Int) -> Double { 0.1 * Double(i) - 0.4 }
        func v(_ i: Int) -> Double { Double((i * 7) % 5) - 1.5 }
        try point("w.h5", "parameters", w)
        try point("v.h5", "vector", v)
        try point("moved.h5", "parameters") { w($0) + v($0) }
        var results: [[Double]] = []
        for (name, ranks) in [("w", nil), ("moved", nil), ("w", 3)] as [(String, Int?)] {
            let output = try good(
                "product config.yaml --checkpoint \(name).h5 --vector v.h5 --curvature \(curvature) -o p.h5",
                ranks: ranks)
            #expect(output.hasPrefix("loss ") && output.contains("10 parameters: p.h5"))
            let file = try File(bench.file("p.h5"), .readOnly)
            #expect(try file.dataset("product/dense_1/weight").shape == [4, 2])
            for top in ["gradient", "product"] {
                results.append(
                    try file.dataset("\(top)/dense_1/weight").read(as: Double.self)
                        + file.dataset("\(top)/dense_1/bias").read(as: Double.self))
            }
            #expect(try #require(try file.attributeDouble("loss")) > 0)
        }
        for i in 0..<10 {
            #expect(abs(results[2][i] - results[0][i] - results[1][i]) < 1e-12)
            #expect(abs(results[1][i] - results[5][i]) < 1e-13)
        }
        #expect(results[1].contains { abs($0) > 0.1 })
    }

    @Test func inspectSaysWhatIsInAFile() throws {
        try bench.train("run")
        let dataset = try good("inspect data.h5")
        #expect(dataset.contains("43") && dataset.contains("11") && dataset.contains("classification"), "\(dataset)")
        let checkpoint = try good("inspect run/checkpoints/best.h5")
        #expect(checkpoint.contains("dense_1: bias (5), weight (4, 5), 25"))
        #expect(checkpoint.contains("newton-cg checkpoint, version 1\nstep: "), "\(checkpoint)")
    }

    @Test func infoNamesTheLibraries() throws {
        for ranks in [nil, 2] {
            let output = try good("info", ranks: ranks)
            for word in [
                "newton-cg \(Machine.version)", "MPI ", "BLAS ", "kernels ", "HDF5 ", "conv2d", "cross_entropy",
            ] {
                #expect(output.contains(word))
            }
            #expect(output.split(separator: "\n").count { $0.hasPrefix("rank ") } == ranks ?? 1)
        }
        #expect(try good("--version") == "\(Machine.version)\n")
        #expect(try good("--help", ranks: 2).components(separatedBy: "USAGE").count == 2)
    }

    @Test func dataCommandsMakeDatasets() throws {
        let rows = (0..<20).map { "\($0),\(Double($0 * $0) / 7),\($0 % 2 == 0 ? "even" : "odd")" }
        try write("a,b,kind\n" + rows.joined(separator: "\n") + "\n", to: bench.file("table.csv"))
        #expect(try good("data csv table.csv --target kind -o table.h5 --test-fraction 0.25").contains("table.h5"))
        let table = try DatasetFile(bench.file("table.h5"))
        #expect(try table.classNames == ["even", "odd"] && table.part("train").rows == 15)
        #expect(try table.part("test").rows == 5)

        _ = try good("data shuffle table.h5 mixed.h5 --seed 4")
        let mixed = try DatasetFile(bench.file("mixed.h5"))
        let before = try table.part("train").readLabels(0..<15), after = try mixed.part("train").readLabels(0..<15)
        #expect(before.sorted() == after.sorted())

        // Two images of 1 × 2 pixels, as the format of MNIST has them.
        try write([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 255, 0, 51, 102], to: bench.file("images"))
        try write([0, 0, 8, 1, 0, 0, 0, 2, 1, 0], to: bench.file("labels"))
        _ = try good(
            "data idx --train-images images --train-labels labels --test-images images --test-labels labels -o idx.h5")
        let images = try DatasetFile(bench.file("idx.h5")).part("test")
        #expect(images.inputShape == [1, 2, 1] && images.rows == 2)

        try bench.train("run", ["--set", "data.file=table.h5", "--set", "model={layers: [dense: {units: 2}]}"])
    }
}
