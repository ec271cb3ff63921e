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

    /// Rows of the tables, their cells without code marks.
    private var rows: [[String]] { rows(of: text) }
    private func rows(of text: String) -> [[String]] {
        text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { row in
            row.dropFirst(2).components(separatedBy: " | ").map { $0.replacingOccurrences(of: "`", with: "") }
        }
    }

    /// Every option that a layer or a loss declares has a row with its default.
    @Test func everyOptionIsDescribed() throws {
        let layers = LayerKind.standard.map { ($0.name, $0.options, "") }
        let losses = LossKind.standard.map { ($0.name, $0.options, "loss.\($0.name).") }
        for (name, options, prefix) in layers + losses {
            #expect(rows.contains { $0[0] == name }, "\(name)")
            for option in options {
                let row = try #require(rows.first { $0[0] == prefix + option.name && $0.count >= 3 }, "\(option.name)")
                let holds =
                    switch option.standard {
                    case .required: row[2] == "required"
                    case .value(.text(let text)): row[2].contains(text)
                    case .value(.number(let x)): Double(row[2]) == x
                    case .value(let value): row[2].contains("\(value)")
                    case .sameAs(let other): row[2].contains("\(other) for pooling")
                    }
                #expect(holds, "\(name), \(option.name): \(row[2])")
            }
        }
    }

    /// Every default of an optimizer is the one in its row.
    @Test(arguments: ["newton_cg", "lbfgs", "sgd", "adagrad", "adam", "adamw"])
    func everyDefaultOfAnOptimizerIsDescribed(name: String) throws {
        let section = text.components(separatedBy: "\n## `optimizer`\n")[1].components(separatedBy: "\n## ")[0]
        // A row may be of several keys, as "`a`, `b` `.key`", and "… `.key`" goes on with those above it.
        var defaults: [String: String] = [:], above: [String] = []
        for row in rows(of: section) where row.count >= 3 {
            let parts = row[0].components(separatedBy: " .")
            if parts[0] != "…" { above = parts[0].components(separatedBy: ", ") }
            let values = row[2].components(separatedBy: ", ")
            for (i, key) in above.enumerated() {
                let path = parts.count == 2 ? "\(key).\(parts[1])" : key
                defaults[path] = values.count == above.count ? values[i] : row[2]
            }
        }
        func number(_ text: String) -> Double? {
            let parts = text.components(separatedBy: "/").map { Double($0) }
            return parts.count == 2 ? parts[0].flatMap { a in parts[1].map { a / $0 } } : parts[0]
        }
        var compared = 0
        for line in try #require(Registry.standard.options(of: name)) {
            guard let start = line.range(of: " (default ", options: .backwards),
                let end = line[start.upperBound...].range(of: "). ")
            else { continue }
            let path = line.prefix { $0 != ":" }, value = String(line[start.upperBound..<end.lowerBound])
            let row = try #require(defaults[name == "newton_cg" ? String(path) : "\(name).\(path)"], "\(path)")
            // Behind it may stand what it is where another key says so.
            let described = row.components(separatedBy: ";")[0]
            #expect(
                described == value || number(described) != nil && number(described) == number(value),
                "\(path): \(row), not \(value)")
            compared += 1
        }
        #expect(compared >= (name == "newton_cg" ? 25 : 2))
    }

    /// Every key that an optimizer declares is named, alone or as the end of a path.
    @Test func everyKeyOfAnOptimizerIsDescribed() {
        for name in ["newton_cg", "lbfgs", "sgd", "adagrad", "adam", "adamw"] {
            for line in Registry.standard.options(of: name) ?? [] {
                let path = line.prefix { $0 != ":" }, key = path.split(separator: ".").last!
                #expect(
                    text.range(of: "`[^`\n]*\\b\(key)\\b[^`\n]*`", options: .regularExpression) != nil, "\(path)")
            }
        }
    }
}
