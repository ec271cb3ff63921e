/// A table read as columns of numbers or classes; everything that is neither is an error with line and column.
struct CSVColumns {
    let table: CSVTable
    let missing: MissingWords
    /// Beyond it squares of numbers overflow, and there is neither a standard deviation nor a mean square.
    static let greatest = 1e150

    /// The rows without a missing value in `columns`; one is an error unless such rows are to be dropped.
    func complete(_ columns: [Int], dropping: Bool) throws -> [CSVTable.Row] {
        let rows = try table.rows.filter { row in
            guard let column = columns.first(where: { missing.contain(row.fields[$0]) }) else { return true }
            guard dropping else {
                throw DataError(
                    place(row, column)
                        + "has no value ('\(row.fields[column])'); leave out such rows by --missing drop, "
                        + "or the column by --drop-columns"
                        + (row.fields[column].isEmpty
                            ? "" : "; where the text is a value, say so by --not-missing '\(row.fields[column])'"))
            }
            return false
        }
        guard !rows.isEmpty else { throw DataError("\(table.path): every row has a missing value") }
        return rows
    }

    /// The numbers of `columns`, row by row.
    func numbers(_ rows: [CSVTable.Row], _ columns: [Int]) throws -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(rows.count * columns.count)
        for row in rows {
            for column in columns {
                guard let value = plainNumber(row.fields[column]) else {
                    throw noNumber(row, column, "; leave out the column by --drop-columns")
                }
                guard abs(value) < Self.greatest else {
                    throw DataError(
                        place(row, column, named: "'\(row.fields[column])' in ")
                            + "is too large: squares of numbers beyond ±1e150 overflow")
                }
                values.append(value)
            }
        }
        return values
    }

    /// Whether columns to learn are numbers; false: one is classes. A column of numbers with a few words is an error.
    func areNumbers(_ rows: [CSVTable.Row], _ columns: [Int]) throws -> Bool {
        for column in columns {
            let words = rows.filter { plainNumber($0.fields[column]) == nil }
            guard let first = words.first else { continue }
            let meant = words.count { decoratedNumber($0.fields[column]) != nil }
            let numbers = rows.count - words.count
            guard 2 * (numbers + meant) < rows.count else {
                throw noNumber(
                    first, column,
                    numbers > 0 ? ", as the column's other \(numbers) values are" : "",
                    "; mend it, or say by --task classification that all of them are classes")
            }
            let distinct = Set(rows.map { $0.fields[column] }).count
            guard distinct <= max(20, rows.count / 2) else {
                throw DataError(
                    "\(table.path): the column '\(table.header[column])' has \(distinct) different texts in "
                        + "\(rows.count) rows; say by --task classification that they are classes")
            }
            return false
        }
        return true
    }

    /// The different classes of a column, numbers by their size, else texts in their order.
    func classes(_ rows: [CSVTable.Row], _ column: Int) throws -> [String] {
        var lines: [String: Int] = [:]
        for row in rows where lines[row.fields[column]] == nil { lines[row.fields[column]] = row.line }
        var byNumber: [Double: String] = [:]
        for (text, line) in lines.sorted(by: { $0.value < $1.value }) {
            // Whole numbers beyond 2⁵³ may be different where their doubles are not.
            guard let number = plainNumber(text), abs(number) < 0x1p53 else { continue }
            if let other = byNumber.updateValue(text, forKey: number) {
                throw DataError(
                    "\(table.path), line \(line): the class '\(text)' in the column '\(table.header[column])' is the same "
                        + "number as the class '\(other)' in line \(lines[other]!): write them alike")
            }
        }
        guard lines.count > 1 else {
            throw DataError("\(table.path): the column '\(table.header[column])' has one class only")
        }
        let texts = Array(lines.keys)
        guard texts.allSatisfy({ plainNumber($0) != nil }) else { return texts.sorted() }
        return texts.sorted { (plainNumber($0)!, $0) < (plainNumber($1)!, $1) }
    }

    private func place(_ row: CSVTable.Row, _ column: Int, named text: String = "") -> String {
        "\(table.path), line \(row.line): \(text)the column '\(table.header[column])' "
    }

    private func noNumber(_ row: CSVTable.Row, _ column: Int, _ remark: String, _ advice: String = "") -> DataError {
        let text = row.fields[column]
        let meant = decoratedNumber(text).map { "; write it as \($0), without signs of currency, percent or thousands" }
        return DataError(
            place(row, column, named: "'\(text)' in ") + "is not a number\(remark)\(meant ?? "")\(advice)")
    }
}
