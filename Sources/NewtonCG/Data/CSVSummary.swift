/// A table in a line a column: what becomes of it, and what is in it.
struct CSVSummary {
    let columns: CSVColumns
    /// By the columns' places.
    let roles: [Int: String]
    /// Columns of one value.
    let constants: Set<Int>

    var lines: [String] {
        let header = ["column", "becomes", "missing", "minimum", "mean", "maximum", "distinct", ""]
        let cells = [header] + columns.table.header.indices.map(cells)
        let widths = header.indices.map { i in cells.map { $0[i].count }.max()! }
        return cells.map { row in
            let line = zip(row, widths).enumerated().map { i, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return i < 2 || i == header.count - 1 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private func cells(_ column: Int) -> [String] {
        let table = columns.table
        let fields = table.rows.map { $0.fields[column] }
        let values = fields.filter { !columns.missing.contain($0) }
        let numbers = values.compactMap { plainNumber($0) }
        let name = table.header[column].isEmpty ? "(no name)" : table.header[column]
        var row = [name, roles[column] ?? "left out", "\(fields.count - values.count)"]
        if numbers.count == values.count, let least = numbers.min(), let greatest = numbers.max() {
            let mean = numbers.reduce(0) { $0 + $1 / Double(numbers.count) }
            row += [least, mean, greatest].map(sixDigits)
        } else {
            row += ["text", "", ""]
        }
        return row + ["\(Set(values).count)", constants.contains(column) ? "constant" : ""]
    }
}
