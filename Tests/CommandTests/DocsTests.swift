import Foundation
import TestSupport
import Testing

/// What is written beside the code keeps step with it.
@Suite struct DocsTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL.path

    private static func files(in folder: String, _ endings: [String]) -> [String] {
        let all = FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.compactMap { $0 as? String } ?? []
        return all.filter { name in endings.contains { name.hasSuffix($0) } && !name.contains(".build/") }
            .map { "\(folder)/\($0)" }
    }
    private static let pages =
        files(in: "docs", [".md"]) + ["README.md", "CONTRIBUTING.md", "Examples/own-layer/README.md"]
    private static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }

    @Test func everyPublicDeclarationIsDescribed() throws {
        let list = try run("\(Self.root)/scripts/undocumented.sh")
        #expect(list.status == 0 && list.output.isEmpty, "\(list.output)\(list.error)")
    }

    /// Code in the pages is code that is compiled: it stands, but for its indentation, in a snippet, the example or a source.
    @Test func codeInPagesIsCompiled() throws {
        func lines(_ text: String) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        let sources = try ["Snippets", "Examples", "Sources"].flatMap { Self.files(in: $0, [".swift", ".h"]) }
            .map { "\n" + lines(try Self.text($0)).joined(separator: "\n") + "\n" }
        var blocks = 0
        for page in Self.pages {
            for language in ["swift", "c"] {
                for block in try Self.text(page).components(separatedBy: "```\(language)\n").dropFirst() {
                    let code = lines(block.components(separatedBy: "```")[0]).joined(separator: "\n")
                    #expect(sources.contains { $0.contains("\n\(code)\n") }, "\(page): \(code)")
                    blocks += 1
                }
            }
        }
        #expect(blocks >= 9)
    }

    /// Source files that a page names are there.
    @Test func filesInPagesAreThere() throws {
        let known =
            (["Sources", "Tests", "Examples", "Snippets", "scripts"].flatMap {
                Self.files(in: $0, [".swift", ".h", ".c", ".sh", ".py"])
            }).map { "/" + $0 }
        var names = 0
        for page in Self.pages {
            for quoted in try Self.text(page).components(separatedBy: "`").enumerated() where quoted.offset % 2 == 1 {
                let name = quoted.element
                guard [".swift", ".h", ".c"].contains(where: name.hasSuffix), name.contains("/"),
                    !name.contains(" "), !name.contains("…")
                else { continue }
                #expect(known.contains { $0.hasSuffix("/" + name) }, "\(page): \(name)")
                names += 1
            }
        }
        #expect(names >= 10)
    }
}
