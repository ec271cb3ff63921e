import Foundation
import HDF5
import TestSupport
import Testing

/// Bad input as a user types it: one sentence on standard error, and the exit status.
@Suite(.serialized) struct RefusalTests {
    /// A command with what it must say. Every one is run alone; those with `ranks` under mpirun too.
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String], status: Int32, sentence: String
        var ranks = 0
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String, _ status: Int32, _ sentence: String, ranks: Int = 0) {
            self.init(arguments.split(separator: " ").map(String.init), status, sentence, ranks: ranks)
        }
        init(_ arguments: [String], _ status: Int32, _ sentence: String, ranks: Int = 0) {
            (self.arguments, self.status, self.sentence, self.ranks) = (arguments, status, sentence, ranks)
        }
        /// `train config.yaml --set …`.
        static func set(_ assignment: String, _ status: Int32, _ sentence: String, ranks: Int = 0) -> Case {
            Case(["train", "config.yaml", "--run-dir", "new", "--set", assignment], status, sentence, ranks: ranks)
        }
    }

    static let usage = [
        Case("frobnicate", 2, "Unexpected argument 'frobnicate'", ranks: 2),
        Case("train", 2, "Missing expected argument '<config>'"),
        Case("train config.yaml --frob", 2, "Unknown option '--frob'", ranks: 2),
        Case("train config.yaml --resume --overwrite", 2, "--resume and --overwrite exclude one another"),
        Case("train config.yaml --set seed", 2, "--set needs key=value, not 'seed'"),
        Case("evaluate w.h5", 2, "Missing expected argument '--data <data>'"),
        Case("product config.yaml --checkpoint w.h5 --vector v.h5 --curvature exact -o p.h5", 2, "--curvature"),
        Case("data csv table.csv --target y --test-fraction 2 -o out.h5", 2, "--test-fraction lies in 0 ..< 1"),
    ]
    static let configurations = [
        Case("train none.yaml", 2, "none.yaml: there is no such file", ranks: 2),
        Case("train data.h5", 2, "data.h5: it is not text in UTF-8"),
        Case("train broken.yaml", 2, "this is not valid YAML"),
        Case("train unknown.yaml", 2, "unknown.yaml:2: unknown key 'data.bach' (did you mean 'batch'?)", ranks: 2),
        Case("train type.yaml", 2, "type.yaml:3: 'train.epochs' must be"),
        .set(
            "optimizer.newton_cg.dampling=3", 2, "unknown key 'optimizer.newton_cg.dampling' (did you mean 'damping'?)"),
        .set("train.keep=x", 2, "'train.keep' must be a whole number of 1 or more, not 'x'"),
        .set("precision=half", 2, "'precision'"),
        .set("loss=hinge", 2, "hinge"),
        .set("optimizer=lion", 2, "lion"),
        .set("data.batch=0", 2, "'data.batch'"),
        .set("data.validation=1", 2, "'data.validation'"),
        .set("average=1", 2, "'average'"),
        .set("data.validation=0.001", 2, "'data.validation' is 0.001: of "),
        .set("threads=0", 2, "'threads' must be a whole number of 1 or more"),
        .set("threads=100000", 2, "'threads' must be a whole number of at most 1024"),
        .set("train.target={metric: rmse, value: 1}", 2, "this problem has loss and accuracy", ranks: 2),
        .set("train.target={metric: acuracy, value: 1}", 2, "loss and accuracy (did you mean 'accuracy'?)"),
        .set(
            "model={layers: [conv2d: {filters: 4, kernel: 3, padding: 9223372036854775807}]}", 2,
            "must be a whole number of at most 16777216"),
        .set(
            "model={layers: [dense: {units: 10000000}, dense: {units: 10000000}, dense: {units: 3}]}", 1,
            "GiB of memory", ranks: 2),
        Case(
            [
                "train", "config.yaml", "--run-dir", "new",
                "--set", "optimizer={newton_cg: {preconditioner: kronecker}}",
                "--set", "model={layers: [dense: {units: 200000}, dense: {units: 3}]}",
            ], 1, "parameters with Kronecker factors and"),
        Case(
            [
                "train", "config.yaml", "--run-dir", "new",
                "--set", "optimizer={newton_cg: {preconditioner: {lbfgs: {memory: 10000000}}}}",
                "--set", "model={layers: [dense: {units: 200000}, dense: {units: 3}]}",
            ], 1, "GiB of memory on each rank"),
        .set("memory=1", 2, "--set memory=1: 'memory' is too small: ", ranks: 2),
        .set("model={layers: [dense: {unit: 3}]}", 2, "did you mean 'units'?"),
        .set("model={layers: [dens: {units: 3}]}", 2, "did you mean 'dense'?"),
        .set("model={layers: [conv2d: {filters: 4, kernel: 3}]}", 2, "layer 'conv2d_1': a convolution needs images"),
        .set("model={layers: [dense: {units: 4}]}", 2, "has 4 values a sample, but data.h5 has 3 classes", ranks: 2),
        .set("loss=mean_squared_error", 2, "mean_squared_error needs numbers to learn"),
        Case("train none-to-train.yaml", 2, "optimizer"),
    ]
    static let data = [
        Case.set("data.file=none.h5", 3, "cannot open none.h5: No such file or directory", ranks: 2),
        .set("data.file=truncated.h5", 3, "cannot open truncated.h5: truncated file", ranks: 2),
        .set("data.file=config.yaml", 3, "cannot open config.yaml: file signature not found"),
        .set("data.file=empty.h5", 3, "cannot open empty.h5"),
        .set("data.file=format.h5", 3, "format.h5 is not a dataset: its format is 'other'"),
        .set("data.file=newer.h5", 3, "newer.h5 has version 2 of the dataset format"),
        .set(
            "data.file=regression.h5", 2, "cross_entropy needs classes, but regression.h5 is a dataset for regression"),
        .set("data.file=nan.h5", 3, "/train/inputs of nan.h5: row 30, column 2 is nan", ranks: 2),
        .set(
            "data.file=label.h5", 3, "/train/targets of label.h5: row 7 has the class 9; the classes are 0 to 2",
            ranks: 2),
        Case("inspect none.h5", 3, "cannot open none.h5: No such file"),
        Case("inspect config.yaml", 3, "file signature not found"),
        Case("data csv none.csv --target y -o out.h5", 3, "none.csv"),
        Case("data csv table.csv --target z -o out.h5", 3, "z"),
        Case("data shuffle none.h5 out.h5", 3, "none.h5"),
        Case(
            "evaluate run/checkpoints/best.h5 --data data.h5 --part tset", 3,
            "has no part 'tset' (did you mean 'test'?)"),
        Case("evaluate run/checkpoints/best.h5 --data regression.h5", 2, "cross_entropy needs classes"),
        Case("evaluate run/checkpoints/best.h5 --data none.h5", 3, "cannot open none.h5", ranks: 2),
        Case("evaluate none.h5 --data data.h5", 3, "cannot open none.h5: No such file or directory"),
        Case(
            "product config.yaml --checkpoint run/checkpoints/best.h5 --vector data.h5 --curvature hessian -o p.h5", 3,
            "data.h5 has no group 'vector'", ranks: 2),
    ]
    static let folders = [
        Case("train config.yaml --run-dir run", 2, "run holds a run already", ranks: 2),
        Case("train config.yaml --run-dir config.yaml/run", 1, "config.yaml is not a folder", ranks: 2),
        Case("data shuffle data.h5 config.yaml/out.h5", 1, "cannot write config.yaml/out.h5: Not a directory"),
        Case("data shuffle data.h5 none/out.h5", 1, "cannot write none/out.h5: No such file or directory"),
        // One sample of a batch for each rank.
        Case.set("data.batch=1", 2, "2 ranks are more than the 1 lanes", ranks: 2),
    ]

    let bench: Workbench

    init() throws {
        bench = try Workbench(smallConfiguration)
        var dataset = SmallDataset()
        dataset.format = "other"
        try dataset.write(bench.file("format.h5"))
        dataset = SmallDataset()
        dataset.version = 2
        try dataset.write(bench.file("newer.h5"))
        dataset = SmallDataset()
        dataset.changeInputs = { $0[30 * 4 + 2] = .nan }
        try dataset.write(bench.file("nan.h5"))
        dataset = SmallDataset()
        dataset.changeLabels = { $0[7] = 9 }
        try dataset.write(bench.file("label.h5"))
        try SmallDataset(.regression(targets: 2)).write(bench.file("regression.h5"))
        let bytes = try #require(fileBytes(bench.file("data.h5")))
        try write(Array(bytes.prefix(bytes.count / 2)), to: bench.file("truncated.h5"))
        try write("", to: bench.file("empty.h5"))
        try write("a,y\n1,2\n2,3\n3,4\n", to: bench.file("table.csv"))
        try write("name: a\ndata: [\n", to: bench.file("broken.yaml"))
        let rest = "model: {layers: [dense: {units: 3}]}\nloss: cross_entropy\n"
        try write(
            "optimizer: adam\ndata: {file: data.h5, bach: 10}\ntrain: {epochs: 1}\n" + rest,
            to: bench.file("unknown.yaml"))
        try write(
            "optimizer: adam\ndata: {file: data.h5}\ntrain: {epochs: many}\n" + rest, to: bench.file("type.yaml"))
        try write("data: {file: data.h5}\ntrain: {epochs: 1}\n" + rest, to: bench.file("none-to-train.yaml"))
        try bench.train("run")
    }

    @Test(arguments: ["usage", "configurations", "data", "folders"])
    func isRefusedInOneSentence(group: String) throws {
        let groups = [
            "usage": Self.usage, "configurations": Self.configurations, "data": Self.data, "folders": Self.folders,
        ]
        for bad in groups[group]! {
            // More ranks than lanes takes ranks.
            if !bad.arguments.contains("data.batch=1") { try expectRefusal(bad, ranks: nil) }
            if bad.ranks > 0 { try expectRefusal(bad, ranks: bad.ranks) }
        }
        #expect(!FileManager.default.fileExists(atPath: bench.file("new")))
        #expect(!FileManager.default.fileExists(atPath: bench.file("out.h5")))
    }

    private func expectRefusal(_ bad: Case, ranks: Int?) throws {
        let run = try bench.newtonCG(bad.arguments, ranks: ranks, timeout: 60)
        let place = "\(bad.testDescription), \(ranks ?? 0) ranks"
        #expect(run.status == bad.status, "\(place): \(run.error)")
        #expect(run.messages.count == 1, "\(place): \(run.error)")
        #expect(run.messages.first?.contains(bad.sentence) == true, "\(place): \(run.error)")
        #expect(run.messages.first?.hasPrefix("error: ") == true, "\(place): \(run.error)")
        for sign in ["Fatal error", "crashed", "Thread 0", "NSCocoa"] {
            #expect(!run.error.contains(sign), "\(place): \(run.error)")
        }
        #expect(run.output == "", "\(place)")
    }

    @Test(arguments: [3, 4]) func moreRanksThanLanes(ranks: Int) throws {
        let run = try bench.newtonCG(
            ["train", "config.yaml", "--run-dir", "new", "--set", "data.batch=2"], ranks: ranks)
        #expect(run.status == 2)
        #expect(
            run.messages == [
                "error: \(ranks) ranks are more than the 2 lanes that the batch is dealt to: a rank needs one sample of "
                    + "every batch; start at most 2 ranks, or take a larger data.batch"
            ])
        #expect(!FileManager.default.fileExists(atPath: bench.file("new")))
    }

    /// The run stops at the step; what was saved before it stays.
    @Test(arguments: [nil, 2] as [Int?]) func aDivergingRunNamesStepAndLayer(ranks: Int?) throws {
        let run = try bench.newtonCG(
            [
                "train", "config.yaml", "--run-dir", "diverging", "--set", "optimizer={sgd: {learning_rate: 1e200}}",
                "--set", "regularisation.l2=0", "--set", "train.checkpoint_every=1 steps", "--set",
                "model={layers: [dense: {units: 5}, relu, dense: {units: 5}, relu, dense: {name: last, units: 3}]}",
            ], ranks: ranks)
        #expect(run.status == 1)
        #expect(run.messages.count == 1)
        let message = try #require(run.messages.first)
        #expect(message.hasPrefix("error: step 2: the loss is not finite; the output of layer '"), "\(message)")
        #expect(message.contains("the last good checkpoint is diverging/checkpoints/step-00000001.h5"), "\(message)")
        _ = try File(bench.file("diverging/checkpoints/step-00000001.h5"), .readOnly)
        #expect(try bench.metrics("diverging").filter { $0["part"] == "train" }.map { $0["step"] } == ["1"])
    }

    @Test func aProductThatIsNotFiniteIsRefused() throws {
        try bench.train("float", ["--set", "precision=float32"])
        let best = bench.file("run/checkpoints/best.h5")
        try File.writeWhole(bench.file("huge.h5"), copiedFrom: best) { file in
            try file.dataset("parameters/dense_1/weight").write([Double](repeating: 1e308, count: 20))
            try file.dataset("parameters/dense_2/weight").write([Double](repeating: 1e308, count: 15))
        }
        let file = try File(best, .readOnly)
        try File.writeWhole(bench.file("v.h5")) { vector in
            for name in ["dense_1/weight", "dense_1/bias", "dense_2/weight", "dense_2/bias"] {
                let parameter = try file.dataset("parameters/\(name)")
                try vector.write("vector/\(name)", parameter.read(as: Double.self), shape: parameter.shape)
            }
        }
        let run = try bench.newtonCG([
            "product", "config.yaml", "--checkpoint", "huge.h5", "--vector", "v.h5", "--curvature", "hessian", "-o",
            "p.h5",
        ])
        #expect(
            run.status == 1 && run.messages.count == 1 && run.error.contains("is not finite at huge.h5"), "\(run.error)"
        )
        #expect(!FileManager.default.fileExists(atPath: bench.file("p.h5")))
    }
}
