import HDF5
import NewtonCG
import TestSupport
import Testing

/// What a dataset has beside numbers and classes: sentences, and columns of one's own.
@Suite struct ColumnTests {
    let folder: TemporaryFolder
    var path: String { folder.file("a.h5") }

    init() throws { folder = try TemporaryFolder() }

    private func write(_ task: String, _ body: (File) throws -> Void) throws { try writeDataset(path, task, body) }

    private static let words = ["-", "<", ">", "?", "a", "b"]
    private func writeSentences(
        inputs: [Int64] = [4, 5, 0, 5, 4, 4], targets: [Int16] = [1, 4, 4, 2, 1, 5, 2, 0], source: [String] = words,
        target: [String] = words
    ) throws {
        try write("translation") { file in
            try file.write("train/inputs", inputs, shape: [2, 3])
            try file.write("train/targets", targets, shape: [2, 4])
            try file.writeStrings("vocabulary/source", source)
            try file.writeStrings("vocabulary/target", target)
        }
    }

    /// A shard of all rows for a network that reads these columns.
    private func shard(
        _ layers: String, loss: String = "cross_entropy", columns: String = "{}"
    ) throws -> Shard<Double> {
        let configuration = try Configuration(
            yaml: """
                data: {file: "\(path)", columns: \(columns)}
                model: {layers: [\(layers)]}
                loss: \(loss)
                precision: float64
                optimizer: sgd
                train: {epochs: 1}
                """, path: "config.yaml")
        return try Problem<Double>(configuration, curvatureBatch: 0, communicator: .single).shard
    }

    private func tokens(_ shard: Shard<Double>, _ i: Int) throws -> [Int32] {
        guard case .tokens(let values) = shard.memory[i] else { throw RunError(description: "numbers") }
        return values.values
    }

    @Test func sentencesAreReadAsColumns() throws {
        try writeSentences()
        let file = try DatasetFile(path)
        #expect(file.task == .translation && file.vocabulary?.source == Self.words)
        let encoder = try shard("embedding: {vocabulary: 6, features: 2}, dense: {units: 6}")
        #expect(encoder.columns.map(\.name) == ["input", "target"])
        #expect(try tokens(encoder, 0) == [4, 5, 0, 5, 4, 4])
        #expect(try tokens(encoder, 1) == [4, 4, 2, 5, 2, 0])
        // Both sentences: a decoder of the shifted target, whose input is joined from the source.
        let both = try shard(
            "{embedding: {name: s, vocabulary: 6, features: 2}}, "
                + "{embedding: {name: t, inputs: shifted_target, vocabulary: 6, features: 2}}, "
                + "{add: {inputs: [s, t]}}, dense: {units: 6}")
        #expect(both.columns.map(\.name) == ["input", "shifted_target", "target"])
        #expect(try tokens(both, 1) == [1, 4, 4, 1, 5, 2])
    }

    @Test func oneVocabularyServesBoth() throws {
        try write("translation") { file in
            try file.write("train/inputs", [4, 5] as [Int32], shape: [1, 2])
            try file.write("train/targets", [1, 4, 2] as [Int32], shape: [1, 3])
            try file.writeStrings("vocabulary", Self.words)
        }
        let vocabulary = try #require(try DatasetFile(path).vocabulary)
        #expect(vocabulary.source == Self.words && vocabulary.target == Self.words)
    }

    @Test func wrongSentencesAreRefused() throws {
        try writeSentences(inputs: [4, 5, 0, 5, 6, 4])
        let layers = "embedding: {vocabulary: 6, features: 2}, dense: {units: 6}"
        #expect(
            sentence { _ = try shard(layers) }
                .contains("/train/inputs of \(path): row 1, column 1 is the token 6; tokens are 0 to 5"))
        try writeSentences(targets: [1, 4, 4, 2, 1, -1, 2, 0])
        #expect(sentence { _ = try shard(layers) }.contains("row 1, column 1 is the token -1; tokens are 0 to 5"))
        try writeSentences(source: ["a"])
        #expect(sentence { _ = try DatasetFile(path) }.contains("vocabulary/source has 1 string; the first four"))
        try write("translation") { file in
            try file.write("train/inputs", [4, 5] as [Int32], shape: [1, 2])
            try file.write("train/targets", [1, 4] as [Int32], shape: [1, 2])
        }
        #expect(sentence { _ = try DatasetFile(path) }.contains("has no dataset vocabulary/source"))
        try write("translation") { file in
            try file.write("train/inputs", [4, 5] as [Float], shape: [1, 2])
            try file.write("train/targets", [1, 4] as [Int32], shape: [1, 2])
            try file.writeStrings("vocabulary", Self.words)
        }
        #expect(
            sentence { _ = try DatasetFile(path) }.contains("the inputs of a translation are int32 of shape (N, S)"))
        try write("translation") { file in
            try file.write("train/inputs", [4, 5] as [Int32], shape: [1, 2])
            try file.write("train/targets", [1] as [Int32], shape: [1, 1])
            try file.writeStrings("vocabulary", Self.words)
        }
        #expect(sentence { _ = try DatasetFile(path) }.contains("T ≥ 2 tokens a sentence"))
    }

    @Test func modelsThatDoNotSuitSentencesAreRefused() throws {
        try writeSentences()
        for (layers, loss, fragment) in [
            ("embedding: {vocabulary: 6, features: 2}, dense: {units: 5}", "cross_entropy", "a vocabulary of 6 tokens"),
            ("embedding: {vocabulary: 6, features: 2}, flatten, dense: {units: 6}", "cross_entropy", "3 target tokens"),
            (
                "embedding: {vocabulary: 6, features: 2}, dense: {units: 6}", "mean_squared_error",
                "whose 'target' has tokens"
            ),
            ("dense: {units: 6}", "cross_entropy", "put an embedding between them"),
            ("embedding: {vocabulary: 5, features: 2}, dense: {units: 6}", "cross_entropy", "let 'vocabulary' be 6"),
        ] {
            let message = sentence { _ = try shard(layers, loss: loss) }
            #expect(message.contains(fragment), "\(message)")
        }
    }

    @Test func furtherColumnsAreReadByName() throws {
        try write("regression") { file in
            try file.write("train/inputs", [1, 2, 3, 4] as [Float], shape: [2, 2])
            try file.write("train/targets", [1, 2] as [Float], shape: [2, 1])
            try file.write("train/pixels", [0, 51, 102, 255] as [UInt8], shape: [2, 2])
            try file.write("train/height", [10, 30] as [Double], shape: [2, 1])
            try file.dataset("train/height").setAttribute("mean", [20.0])
            try file.dataset("train/height").setAttribute("std", [10.0])
            try file.write("train/kind", [0, 2] as [Int32], shape: [2])
            try file.write("train/other", [0, 2, 3] as [Int32], shape: [3])
            try file.writeStrings("train/notes", ["a", "b"])
        }
        #expect(
            try DatasetFile(path).part("train").columns.map(\.name)
                == ["input", "target", "height", "kind", "pixels"])
        func numbers(_ shard: Shard<Double>, _ i: Int) throws -> [Double] {
            guard case .numbers(let values) = shard.memory[i] else { throw RunError(description: "tokens") }
            return values.values
        }
        // Other names for what the model reads, and for what the loss compares with.
        let other = try shard(
            "dense: {units: 1}", loss: "mean_squared_error", columns: "{input: pixels, target: height}")
        #expect(try numbers(other, 0) == [0, 0.2, 0.4, 1] && numbers(other, 1) == [-1, 1])
        // A name means the dataset's own column, whatever else is named anew.
        let exchanged = try shard(
            "dense: {units: 2}", loss: "mean_squared_error", columns: "{input: target, target: input}")
        #expect(try numbers(exchanged, 0) == [1, 2] && numbers(exchanged, 1) == [1, 2, 3, 4])
        // A column of classes for an embedding, beside the inputs.
        let both = try shard(
            "{embedding: {name: e, inputs: kind, vocabulary: 3, features: 2}}, {flatten: {name: f}}, "
                + "{concatenate: {inputs: [input, f]}}, dense: {units: 1}",
            loss: "mean_squared_error", columns: "{kind: kind}")
        #expect(both.columns.map(\.name) == ["input", "kind", "target"])
        #expect(try tokens(both, 1) == [0, 2])
        let classes = try shard("dense: {units: 4}", columns: "{target: kind}")
        #expect(try tokens(classes, 1) == [0, 2])
        #expect(
            sentence { _ = try shard("dense: {units: 2}", columns: "{target: kind}") }
                .contains("row 1, column 0 is the token 2; tokens are 0 to 1"))
        #expect(
            sentence { _ = try shard("dense: {units: 1}", columns: "{input: pixel}") }
                .contains("no column of this name with a row for each sample (did you mean 'pixels'?)"))
        #expect(
            sentence { _ = try shard("{dense: {units: 1, inputs: kinds}}") }.contains(
                "there is no earlier layer 'kinds'"))
    }
}
