import NewtonCG
import Testing

/// Aliases, and texts whose meaning is larger than they are.
@Suite struct AliasTests {
    private func message(_ yaml: String) -> String {
        do {
            _ = try Configuration(yaml: yaml, path: "small.yaml")
            return ""
        } catch {
            return "\(error)"
        }
    }

    /// Levels of lists, each of so many aliases of the one before.
    private func nested(_ levels: Int, _ width: Int, _ item: (String) -> String = { $0 }) -> String {
        var lines = ["a0: &a0 [1, 2]"]
        for level in 1...levels {
            let items = (0..<width).map { _ in item("*a\(level - 1)") }.joined(separator: ", ")
            lines.append("a\(level): &a\(level) [\(items)]")
        }
        return lines.joined(separator: "\n")
    }

    @Test func aliasesOfAliasesAreBounded() {
        for yaml in [nested(9, 10), nested(40, 2), nested(9, 10) { "{b: \($0)}" }] {
            let text = message(yaml)
            #expect(text.contains("more than 100000 values up to here") && text.hasPrefix("small.yaml:"), "\(text)")
        }
        let override =
            "model={a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 0], b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a], c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b], d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c], e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]}"
        #expect(throws: ConfigurationError.self) {
            _ = try Configuration(yaml: "name: a", path: "small.yaml", overrides: [override])
        }
    }

    @Test func aLongListAndAFewAliasesAreNot() {
        let text = message(nested(3, 5))
        #expect(text.contains("unknown key"), "\(text)")
        let long = "name: [" + (0..<50_000).map(String.init).joined(separator: ", ") + "]"
        #expect(!message(long).contains("values up to here"))
    }

    @Test func deepNestingIsAnError() {
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let depth = 100_000
            let text = message(
                "name: " + String(repeating: open, count: depth) + String(repeating: close, count: depth))
            #expect(!text.isEmpty)
        }
        #expect(!message((0..<20_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")).isEmpty)
    }
}
