/// A file of comma-separated values (RFC 4180); a missing number is an empty cell.
package struct CSVText {
    package private(set) var text: String

    package init(_ columns: [String]) { text = Self.line(columns) }

    package mutating func add(_ cells: [String?]) { text += Self.line(cells.map { $0 ?? "" }) }

    private static func line(_ cells: [String]) -> String {
        cells.map { cell in
            let isPlain = !cell.contains { $0 == "," || $0 == "\"" || $0.isNewline }
            return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",") + "\n"
    }
}
