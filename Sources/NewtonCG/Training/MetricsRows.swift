/// The rows of a `metrics.csv` as text: as a run wrote them, or as an editor or a spreadsheet saved them again, with other
/// line ends or quotes. What is not understood is an error with its line.
struct MetricsRows {
    /// A step, or the evaluation of a part.
    struct Row {
        let line, step: Int
        /// One for each column.
        let cells: [String]
    }

    let columns: [String]
    let rows: [Row]

    /// - Throws: a `DataError`.
    init(_ path: String, bytes: [UInt8]) throws {
        let table = try CSVTable(path, bytes: bytes, checksWidth: false)
        columns = table.header
        guard let step = columns.firstIndex(of: "step"), columns.contains("part") else {
            throw DataError("\(path) is no table of steps: its first line is not the one that this version writes")
        }
        let width = columns.count
        rows = try table.rows.map { row in
            guard row.fields.count == width, let number = Int(row.fields[step]) else {
                throw DataError("line \(row.line) of \(path) is damaged: mend it, or take the file away")
            }
            return Row(line: row.line, step: number, cells: row.fields)
        }
    }
}
