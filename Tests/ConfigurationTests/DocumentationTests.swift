import Foundation
import NewtonCG
import Testing

/// docs/configuration.md keeps step with the reader.
@Suite struct Documentation {
    private let text: String

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        text = try String(contentsOf: root.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
    }

    /// The examples, each completed by the required keys that it does not show.
    @Test func everyExampleIsRead() throws {
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().map {
            String($0.components(separatedBy: "```")[0])
        }
        #expect(blocks.count >= 9)
        let required = [
            "data": "data: {file: a.h5}", "model": "model: {layers: [flatten]}",
            "loss": "loss: cross_entropy",
            "optimizer": "optimizer: adam", "train": "train: {epochs: 1}",
        ]
        for block in blocks {
            let rate = block.hasPrefix("learning_rate: ")
            let example = rate ? "optimizer: {adam: {\(block.trimmingCharacters(in: .newlines))}}" : block
            let keys = example.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map {
                $0.prefix { $0 != ":" }
            }
            let rest = required.filter { key, _ in
                !keys.contains(key[...]) && !(key == "optimizer" && keys.contains("phases"))
            }.values.sorted()
            let yaml = ([example] + rest).joined(separator: "\n")
            #expect(throws: Never.self, "\(block)") { try read(yaml) }
        }
    }

    /// Every key of resolved configurations is named, in code type, alone or as the end of a path.
    @Test func everyKeyIsDescribed() throws {
        var lines = try (read(everything).yaml + read(phased).yaml).split(separator: "\n")
        for optimizer in ["adam", "sgd", "adagrad", "lbfgs"] {
            lines += try read(minimal(optimizer: optimizer)).yaml.split(separator: "\n")
        }
        let keys = Set(lines.map { $0.drop { " -".contains($0) }.prefix { $0 != ":" } })
            .subtracting([
                "conv2d", "left", "Newton-CG", "Kronecker", "\"Adam, tuned\"", "any", "extra", "axis", "deep", "a",
                "scale", "tiny",
            ])
        #expect(keys.count > 45)
        for key in keys.sorted() {
            #expect(text.range(of: "`[^`\n]*\\b\(key)\\b[^`\n]*`", options: .regularExpression) != nil, "\(key)")
        }
    }
}
