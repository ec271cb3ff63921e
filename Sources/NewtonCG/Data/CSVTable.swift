/// A table of text fields with a header, from a file of comma-separated values: quoted fields, which may
/// hold commas, quotes (doubled) and line ends, and lines ended by LF or CRLF (RFC 4180). Empty lines are
/// left out; spaces around unquoted fields are not part of them. Columns may lack a name.
package struct CSVTable {
    package struct Row {
        /// The line of the file where the row begins, counted from 1.
        package let line: Int
        package var fields: [String]
    }

    let path: String
    package let header: [String]
    package let rows: [Row]

    /// - Throws: a `DataError` that names the line where the file is no such table.
    package init(_ path: String) throws {
        try self.init(path, bytes: try readBytes(path))
        guard !rows.isEmpty else { throw DataError("\(path) has a header but no rows") }
    }

    /// A table of the bytes of `path`; it may have no rows.
    /// - Parameter checksWidth: false: rows may have more or fewer fields than the header.
    init(_ path: String, bytes: [UInt8], checksWidth: Bool = true) throws {
        self.init(path: path, records: try Self.records(bytes, path))
        guard !header.isEmpty else { throw DataError("\(path) is empty") }
        for (column, name) in header.enumerated() where !name.isEmpty {
            if let other = header[..<column].firstIndex(of: name) {
                throw DataError("\(path): columns \(other + 1) and \(column + 1) are both named '\(name)'")
            }
        }
        for row in rows where checksWidth && row.fields.count != header.count {
            throw DataError(
                "\(path), line \(row.line): \(counted(row.fields.count, "field")), but the header has "
                    + "\(header.count)")
        }
    }

    private init(path: String, records: [Row]) {
        self.path = path
        header = records.first?.fields ?? []
        rows = Array(records.dropFirst())
    }

    /// The rows, each by the names of its columns.
    package var rowsByColumn: [[String: String]] {
        rows.map { Dictionary(zip(header, $0.fields), uniquingKeysWith: { first, _ in first }) }
    }

    /// The places of columns: of the one that `text` names as a whole, else of those whose names it lists, separated by
    /// commas; a name with a comma stands in quotes there, as in the table. The empty text names the columns without a
    /// name.
    func columns(_ text: String) throws -> [Int] {
        if text.isEmpty, header.contains("") { return header.indices.filter { header[$0].isEmpty } }
        if header.contains(text) || !text.contains(",") { return [try column(text)] }
        return try Self.list(text).map { try column($0) }
    }

    /// The fields of one line of a table.
    package static func list(_ text: String) throws -> [String] {
        try records(Array(text.utf8), "the list \(text)").first?.fields ?? []
    }

    /// The place of the column `name`.
    func column(_ name: String) throws -> Int {
        if let column = header.firstIndex(of: name) { return column }
        throw DataError(
            "\(path) has no column '\(name)'" + suggestion(for: name, among: header)
                + (header.count <= 40 ? "; its columns are \(header.joined(separator: ", "))" : ""))
    }

    private static func records(_ bytes: [UInt8], _ path: String) throws -> [Row] {
        let (comma, quote, lf, cr): (UInt8, UInt8, UInt8, UInt8) = (0x2C, 0x22, 0x0A, 0x0D)
        var records: [Row] = []
        var row = Row(line: 1, fields: [])
        var line = 1
        var field: [UInt8] = []
        var wasQuoted = false
        var i = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0  // A byte-order mark.

        func endField() throws {
            let kept = wasQuoted ? field[...] : trimmed(field)
            guard let text = String(validating: kept, as: UTF8.self) else {
                throw DataError("\(path), line \(line): the text is not UTF-8")
            }
            row.fields.append(text)
            field.removeAll(keepingCapacity: true)
            wasQuoted = false
        }
        func endRow() throws {
            let isEmpty = row.fields.isEmpty && !wasQuoted && trimmed(field).isEmpty
            try endField()
            if !isEmpty { records.append(row) }
            row = Row(line: line + 1, fields: [])
        }

        func checkNoZero(_ byte: UInt8) throws {
            guard byte == 0 else { return }
            throw DataError(
                "\(path), line \(line), field \(row.fields.count + 1): a zero byte, which is no text; save the table as "
                    + "UTF-8")
        }

        while i < bytes.count {
            let byte = bytes[i]
            i += 1
            try checkNoZero(byte)
            if byte == quote, !wasQuoted, trimmed(field).isEmpty {
                let start = line
                field.removeAll(keepingCapacity: true)
                wasQuoted = true
                while true {
                    guard i < bytes.count else {
                        throw DataError("\(path), line \(start): a quoted field has no closing quote")
                    }
                    let inner = bytes[i]
                    i += 1
                    try checkNoZero(inner)
                    if inner == quote {
                        guard i < bytes.count, bytes[i] == quote else { break }
                        i += 1
                    }
                    if inner == lf { line += 1 }
                    field.append(inner)
                }
            } else if byte == comma {
                try endField()
            } else if byte == lf {
                try endRow()
                line += 1
            } else if byte == cr, i == bytes.count || bytes[i] == lf {
                continue
            } else if byte == cr {
                throw DataError(
                    "\(path), line \(line), field \(row.fields.count + 1): a carriage return without a line feed; lines "
                        + "end by LF or CRLF: save the table anew")
            } else if !wasQuoted {
                field.append(byte)
            } else if byte != 0x20 && byte != 0x09 {
                throw DataError("\(path), line \(line): text after the closing quote of a field")
            }
        }
        if !row.fields.isEmpty || !field.isEmpty || wasQuoted { try endRow() }
        return records
    }

    private static func trimmed(_ field: [UInt8]) -> ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let first = field.firstIndex(where: { !isSpace($0) }) else { return [] }
        return field[first...field.lastIndex(where: { !isSpace($0) })!]
    }
}
