import NewtonCG

/// A part of the report: said once, and written for the file (Markdown) and for the screen.
package struct ReportSection {
    /// What a section is made of, one below the other.
    package enum Block {
        case text(String)
        case table(TextTable)
        /// A sentence each.
        case list([String])
        /// A few sentences about one thing.
        case sentences(about: String, [String])
        case checks([ScalingCheck])
        /// A figure's file beside the report, and what it shows.
        case figure(file: String, String)
    }
    package var title: String
    /// Of the heading: 2 for a section of the report, 3 for a part of one.
    package var level: Int
    package var blocks: [Block]
    /// What is long, and for later reading, is in the file alone.
    package var isOnScreen: Bool

    package init(_ title: String, level: Int = 2, isOnScreen: Bool = true, _ blocks: [Block]) {
        (self.title, self.level, self.isOnScreen, self.blocks) = (title, level, isOnScreen, blocks)
    }

    /// From the heading on, with an empty line after each block.
    package var markdown: String {
        String(repeating: "#", count: level) + " \(title)\n\n" + blocks.map { Self.markdown($0) + "\n" }.joined()
    }

    /// For the screen, with an empty line in front.
    package var lines: [String] { blocks.isEmpty ? [] : ["", title] + blocks.flatMap(Self.lines) }

    private static func markdown(_ block: Block) -> String {
        switch block {
        case .text(let text): text + "\n"
        case .table(let table): table.markdown
        case .list(let sentences): sentences.map { "- \($0)\n" }.joined()
        case .sentences(let subject, let sentences): "**\(subject).** " + sentences.joined(separator: " ") + "\n"
        case .checks(let checks):
            TextTable(header: ["check", "", ""], rows: checks.map { [$0.name, $0.verdict.rawValue, $0.detail] })
                .markdown
        case .figure(let file, let title): "![\(title)](\(file))\n"
        }
    }

    private static func lines(_ block: Block) -> [String] {
        switch block {
        case .text(let text): ["", text]
        case .table(let table): table.lines
        case .list(let sentences): sentences
        case .sentences(let subject, let sentences): ["", subject + ":"] + sentences
        case .checks(let checks): checks.map { "  " + $0.line }
        case .figure: []
        }
    }
}

/// "98.3 %".
package func percent(_ x: Double) -> String { decimals(100 * x, 1) + " %" }
