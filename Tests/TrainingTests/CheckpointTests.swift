import Foundation
import HDF5
import NewtonCG
import TestSupport
import Testing

@Suite(.serialized) struct CheckpointTests {
    private let bench: Workbench
    private var network: Network<Double> { get throws { try TrainingTests.network(bench, of: Double.self) } }

    init() throws { bench = try Workbench(configuration(ResumeTests.optimizers[0])) }

    private func newest(_ run: String = "run") -> String { bench.file("\(run)/checkpoints/step-00000013.h5") }

    /// A bit of every seventh byte of the file in turn is changed: it is noticed, or nothing that is read has changed.
    @Test func everyChangedByteIsNoticedOrHarmless() throws {
        try bench.train("run")
        let network = try network, path = newest(), sound = try Checkpoint<Double>(path, network)
        let bytes = try #require(fileBytes(path))
        var noticed = 0
        for (place, mask) in zip(stride(from: 0, to: bytes.count, by: 7), (0...).lazy.map { UInt8(1) << ($0 % 8) }) {
            var damaged = bytes
            damaged[place] ^= mask
            // A name of its own: HDF5 knows files that it could not close by their places on the disk.
            let copy = bench.file("damaged-\(place).h5")
            try TestSupport.write(damaged, to: copy)
            defer { try? remove(copy) }
            guard let read = try? Checkpoint<Double>(copy, network) else {
                noticed += 1
                continue
            }
            let isSame =
                read.parameters == sound.parameters && read.average == sound.average
                && read.optimizer.vectors == sound.optimizer.vectors
                && read.optimizer.numbers == sound.optimizer.numbers
                && read.position == sound.position && read.seed == sound.seed
                && read.configuration == sound.configuration
            #expect(isSame, "byte \(place) of \(bytes.count)")
        }
        #expect(noticed > 100)
    }

    @Test func everyTruncatedFileIsNoticed() throws {
        try bench.train("run")
        let network = try network, path = newest(), bytes = try #require(fileBytes(path))
        for length in stride(from: 0, to: bytes.count, by: 97) {
            try TestSupport.write(Array(bytes[..<length]), to: path)
            #expect(throws: (any Error).self) { try Checkpoint<Double>(path, network) }
        }
    }

    /// The newest is damaged: it is said, and the run goes on from the one before it to the same end.
    @Test(arguments: ["truncated", "changed", "empty"]) func aDamagedNewestIsPassedOver(damage: String) throws {
        try bench.train("whole")
        try bench.train("run")
        var bytes = try #require(fileBytes(newest()))
        switch damage {
        case "truncated": bytes.removeLast(bytes.count / 2)
        case "changed":
            // In the numbers of a layer's weights.
            let weights = try File(newest(), .readOnly).dataset("parameters/dense_1/weight").read(as: Double.self)
            let pattern = weights.prefix(2).flatMap { withUnsafeBytes(of: $0) { Array($0) } }
            let place = try #require((0..<bytes.count - 16).first { Array(bytes[$0..<$0 + 16]) == pattern })
            bytes[place + 5] ^= 0x10
        default: bytes = []
        }
        try TestSupport.write(bytes, to: newest())
        let run = try bench.train("run", ["--resume"])
        #expect(
            run.output.contains("the checkpoint run/checkpoints/step-00000013.h5 is passed over: "), "\(run.output)")
        #expect(run.output.contains("resumed after step 12 from run/checkpoints/step-00000012.h5\n"))
        try expectSameEnd(bench, "whole", "run", of: Double.self)
    }

    @Test func whereAllAreDamagedTheRunEnds() throws {
        try bench.train("run")
        for name in try bench.checkpoints("run") { try write("nothing", to: bench.file("run/checkpoints/\(name)")) }
        for ranks in [nil, 2] {
            let run = try bench.newtonCG(["train", "config.yaml", "--run-dir", "run", "--resume"], ranks: ranks)
            #expect(run.status == 3)
            #expect(run.messages.count == 1 && run.error.contains("no checkpoint in run/checkpoints can be read"), "\(run.error)")
        }
    }

    @Test func theLastKAndTheBestAreKept() throws {
        try bench.train("run")
        #expect(
            try bench.checkpoints("run")
                == ["best.h5", "step-00000009.h5", "step-00000012.h5", "step-00000013.h5"])
        try bench.train("two", ["--set", "train.keep=2", "--set", "train.checkpoint_every=1 steps"])
        #expect(try bench.checkpoints("two") == ["best.h5", "step-00000012.h5", "step-00000013.h5"])

        let losses = try bench.metrics("run").filter { $0["part"] == "test" }.map { Double($0["loss"]!)! }
        let best = try Checkpoint<Double>(bench.file("run/checkpoints/best.h5"), network)
        #expect(losses[best.position.step - 1] == losses.min())
        #expect(best.position.best == losses.min())
        let evaluated = try bench.newtonCG(["evaluate", "run/checkpoints/best.h5", "--data", "data.h5"])
        #expect(evaluated.output.contains("loss \(losses.min()!),"), "\(evaluated.output)")
    }

    private struct Bad {
        let name: String, sentence: String
        var status: Int32 = 3
    }

    /// Each file that is no checkpoint of this model, by `evaluate`: its sentence and its status.
    @Test func otherFilesAreRefused() throws {
        try bench.train("run")
        func copy(_ name: String, _ change: (File) throws -> Void) throws {
            try File.writeWhole(bench.file(name), copiedFrom: newest(), change)
        }
        try copy("newer.h5") { try $0.setAttribute("version", 2) }
        try copy("format.h5") { try $0.setAttribute("format", "something else") }
        try copy("stranger.h5") { try $0.write("parameters/conv2d_1/weight", [1.0], shape: [1]) }
        try copy("nan.h5") { file in
            try file.dataset("parameters/dense_1/bias").write([0, 0, .nan, 0, 0] as [Double])
        }
        let network = try network
        try File.writeWhole(bench.file("small.h5")) { file in
            try file.setAttribute("format", "newton-cg checkpoint")
            try file.setAttribute("version", 1)
            try file.write("parameters/dense_1/weight", [Float](repeating: 0, count: 8), shape: [4, 2])
        }
        try File.writeWhole(bench.file("plain.h5")) { file in
            try file.setAttribute("format", "newton-cg checkpoint")
            try file.setAttribute("version", 1)
            try writeParameters(Checkpoint<Double>(newest(), network).parameters, "parameters", network, to: file)
        }
        try write(Array(fileBytes(newest())!.prefix(3000)), to: bench.file("truncated.h5"))
        for bad in [
            Bad(
                name: "newer.h5",
                sentence: "newer.h5 has version 2 of the checkpoint format, this program reads up to 1"),
            Bad(name: "format.h5", sentence: "format.h5 is not a checkpoint"),
            Bad(name: "stranger.h5", sentence: "has parameters/conv2d_1, which the model has not"),
            Bad(name: "nan.h5", sentence: "parameters/dense_1/bias holds nan at place 2"),
            Bad(name: "truncated.h5", sentence: "truncated file"),
            Bad(name: "data.h5", sentence: "data.h5 is not a checkpoint"),
            Bad(name: "config.yaml", sentence: "cannot open config.yaml"),
            Bad(name: "none.h5", sentence: "cannot open none.h5: No such file"),
            Bad(
                name: "plain.h5", sentence: "plain.h5 holds no configuration: name the one of its model by --config",
                status: 2),
        ] {
            let run = try bench.newtonCG(["evaluate", bad.name, "--data", "data.h5"])
            #expect(run.status == bad.status, "\(bad.name): \(run.error)")
            #expect(run.messages.count == 1 && run.error.contains(bad.sentence), "\(bad.name): \(run.error)")
            #expect(run.output == "")
        }
        let wrongModel = try bench.newtonCG(["evaluate", "small.h5", "--data", "data.h5", "--config", "config.yaml"])
        #expect(wrongModel.status == 3)
        #expect(
            wrongModel.error == "error: small.h5: parameters/dense_1/weight has shape [4, 2], the model needs [4, 5]; "
                + "the model was built for the samples of data.h5: 4 features\n")

        // Another program's file needs only its parameters.
        let plain = try bench.newtonCG(["evaluate", "plain.h5", "--data", "data.h5", "--config", "config.yaml"])
        #expect(plain.status == 0 && plain.output.hasPrefix("test of data.h5, 11 samples: loss "), "\(plain.error)")
    }
}
