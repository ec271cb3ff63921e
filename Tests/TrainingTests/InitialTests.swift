import HDF5
import NewtonCG
import TestSupport
import Testing

/// Runs that begin at the parameters of a file.
@Suite(.serialized) struct InitialTests {
    /// A line search that finds nothing: a run ends where it begins.
    private let still = "newton_cg: {learning_rate: 1e8, line_search: {armijo: {most: 0}}}"
    private let begin = ["--set", "train.initial=start.h5", "--set", "train.steps=2"]

    private func bench(_ optimizer: String) throws -> Workbench {
        try Workbench(configuration(optimizer, layers: normalised.layers, batch: normalised.batch))
    }

    /// Another program's file, in float32.
    private func plain(_ bench: Workbench, state: [Float]? = nil) throws -> [Float] {
        let network = try network(bench, of: Float.self)
        let values = (0..<network.parameterCount).map { Float($0 % 7) / 8 - 0.25 }
        try File.writeWhole(bench.file("start.h5")) { file in
            try file.setAttribute("format", "newton-cg checkpoint")
            try file.setAttribute("version", 1)
            try writeParameters(values, "parameters", network, to: file)
            for (path, statistic, range, _) in network.state {
                if let state { try file.write("state/\(path)", Array(state[range]), shape: [statistic.count]) }
            }
        }
        return values
    }

    @Test(arguments: [nil, 2]) func parametersOfAnotherProgram(ranks: Int?) throws {
        let bench = try bench(still), values = try plain(bench)
        let run = try bench.train("run", begin, ranks: ranks)
        #expect(run.output.contains("\nbegins at the parameters of start.h5\n"), "\(run.output)")
        #expect(
            run.output.contains(
                "warning: start.h5 has no running statistics: those of batch_norm begin at mean 0 and variance 1\n"))
        let end = try lastCheckpoint(bench, "run", of: Double.self)
        #expect(end.parameters == values.map(Double.init))
        #expect(try end.state == network(bench, of: Double.self).initialState)
    }

    @Test func runningStatisticsWhereTheFileHasThem() throws {
        let bench = try bench(still), count = try network(bench, of: Double.self).initialState.count
        let state = (0..<count).map { 0.5 + Float($0) / 4 }
        _ = try plain(bench, state: state)
        let run = try bench.train("run", begin)
        #expect(!run.output.contains("running statistics"))
        #expect(try lastCheckpoint(bench, "run", of: Double.self).state == state.map(Double.init))
        // A checkpoint of our own is such a file too.
        try bench.train("next", ["--set", "train.initial=run/checkpoints/step-00000002.h5", "--set", "train.steps=1"])
        #expect(try lastCheckpoint(bench, "next", of: Double.self).state == state.map(Double.init))
    }

    /// A run that goes on asks for the file no more; one from another file is another run.
    @Test func resumption() throws {
        let bench = try bench("adam: {learning_rate: 0.02}")
        _ = try plain(bench)
        try bench.train("whole", ["--set", "train.initial=start.h5"])
        try bench.train("parts", ["--set", "train.initial=start.h5", "--set", "train.steps=5"])
        try remove(bench.file("start.h5"))
        try bench.train("parts", ["--set", "train.initial=start.h5", "--resume"])
        try expectSameEnd(bench, "whole", "parts", of: Double.self)
        let other = try bench.newtonCG(["train", "config.yaml", "--run-dir", "parts", "--resume"])
        #expect(other.status == 2 && other.error.contains("this run was begun with another train.initial"))
    }

    @Test func otherFilesAreRefused() throws {
        let bench = try bench(still)
        func refusal(_ change: (File) throws -> Void) throws -> String {
            _ = try plain(bench)
            try File.writeWhole(bench.file("other.h5"), copiedFrom: bench.file("start.h5"), change)
            let run = try bench.newtonCG(
                ["train", "config.yaml", "--run-dir", "run", "--set", "train.initial=other.h5"], ranks: 2)
            #expect(run.status == 3 && run.messages.count == 1, "\(run.error)")
            return run.error
        }
        let format = try refusal { try $0.setAttribute("format", "something else") }
        #expect(format.contains("other.h5 is not a checkpoint: its root has no attribute format"))
        let stranger = try refusal { try $0.write("parameters/dense_9/weight", [1.0], shape: [1]) }
        #expect(stranger.contains("other.h5 has parameters/dense_9, which the model has not"))
        let infinite = try refusal { file in
            try file.dataset("parameters/dense_1/bias").write([0, 0, .infinity, 0, 0] as [Float])
        }
        #expect(infinite.contains("parameters/dense_1/bias holds inf at place 2"))
        let missing = try bench.newtonCG(
            ["train", "config.yaml", "--run-dir", "run", "--set", "train.initial=none.h5"])
        #expect(missing.status == 3 && missing.error.contains("cannot open none.h5: No such file"))
        // Of a model without batch_norm; then of other shapes.
        let plainModel = "model={layers: [dense: {units: 5}, tanh, dense: {units: 3}]}"
        let strange = try bench.newtonCG(["train", "config.yaml", "--run-dir", "run", "--set", plainModel] + begin)
        #expect(
            strange.status == 3
                && strange.error.contains("start.h5 has parameters/batch_norm_1, which the model has not"))
        let wider = try bench.newtonCG(
            [
                "train", "config.yaml", "--run-dir", "run", "--set",
                "model={layers: [dense: {units: 6}, batch_norm, dense: {units: 3}]}",
            ] + begin)
        #expect(
            wider.status == 3
                && wider.error.contains("start.h5: parameters/dense_1/weight has shape [4, 5], the model needs [4, 6]"),
            "\(wider.error)")
    }
}
