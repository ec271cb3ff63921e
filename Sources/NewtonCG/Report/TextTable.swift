/// A table of texts, for the screen and for Markdown. The first column is aligned left, the others right.
package struct TextTable {
    package var header: [String]
    package var rows: [[String]] = []
    /// By how many steps the first cell of each row is set in; empty: no row is.
    package var depths: [Int] = []

    package init(header: [String], rows: [[String]] = [], depths: [Int] = []) {
        (self.header, self.rows, self.depths) = (header, rows, depths)
    }

    private func rows(indent: String) -> [[String]] {
        if depths.isEmpty { return rows }
        return zip(rows, depths).map { [String(repeating: indent, count: $1) + $0[0]] + $0.dropFirst() }
    }

    /// Lines of equal width.
    package var lines: [String] {
        let rows = rows(indent: "  ")
        let widths = header.indices.map { i in ([header] + rows).map { $0[i].count }.max()! }
        func line(_ cells: [String]) -> String {
            cells.enumerated().map { pad($1, widths[$0], left: $0 == 0) }.joined(separator: "  ")
        }
        return [line(header), String(repeating: "─", count: widths.reduce(-2) { $0 + $1 + 2 })] + rows.map(line)
    }

    package var markdown: String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
        }
        // Spaces at the start of a cell are lost in Markdown.
        return line(header) + line(header.indices.map { $0 == 0 ? "---" : "---:" })
            + rows(indent: "&ensp;&ensp;").map(line).joined()
    }

    private func pad(_ text: String, _ width: Int, left: Bool) -> String {
        let space = String(repeating: " ", count: width - text.count)
        return left ? text + space : space + text
    }
}
