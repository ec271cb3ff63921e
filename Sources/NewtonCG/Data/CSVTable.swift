/// A table of text fields with a header, from a file of comma-separated values: quoted fields, which may
/// hold commas, quotes (doubled) and line ends, and lines ended by LF or CRLF (RFC 4180). Empty lines are
/// left out; spaces around unquoted fields are not part of them.
package struct CSVTable {
    struct Row {
        /// The line of the file where the row begins, counted from 1.
        let line: Int
        var fields: [String]
    }

    let path: String
    let header: [String]
    let rows: [Row]

    /// - Throws: a `DataError` that names the line where the file is no such table.
    package init(_ path: String) throws {
        self.init(path: path, records: try Self.records(try readBytes(path), path))
        guard !header.isEmpty else { throw DataError("\(path) is empty") }
        guard !rows.isEmpty else { throw DataError("\(path) has a header but no rows") }
        for (column, name) in header.enumerated() {
            guard !name.isEmpty else {
                throw DataError("\(path): column \(column + 1) of the header has no name")
            }
            if let other = header[..<column].firstIndex(of: name) {
                throw DataError("\(path): columns \(other + 1) and \(column + 1) are both named '\(name)'")
            }
        }
        for row in rows where row.fields.count != header.count {
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
        rows.map { Dictionary(uniqueKeysWithValues: zip(header, $0.fields)) }
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

        while i < bytes.count {
            let byte = bytes[i]
            i += 1
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
            } else if byte == cr, i < bytes.count, bytes[i] == lf {
                continue
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
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        guard let first = field.firstIndex(where: { !isSpace($0) }) else { return [] }
        return field[first...field.lastIndex(where: { !isSpace($0) })!]
    }
}
