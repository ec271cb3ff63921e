import NewtonCG

/// The rows of a table of comma-separated values with a header (RFC 4180), by column.
package struct CSVRows {
    package let rows: [[String: String]]

    package init(_ text: String, path: String) throws {
        var lines: [[String]] = [], cells: [String] = [], cell = "", isQuoted = false
        var characters = text.makeIterator(), next = characters.next()
        while let c = next {
            next = characters.next()
            switch c {
            case "\"" where isQuoted && next == "\"":
                cell.append("\"")
                next = characters.next()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                cells.append(cell)
                cell = ""
            case _ where c.isNewline && !isQuoted:
                lines.append(cells + [cell])
                (cells, cell) = ([], "")
            default: cell.append(c)
            }
        }
        guard let header = lines.first, lines.allSatisfy({ $0.count == header.count }) else {
            throw DataError("\(path) is damaged: its rows have not all as many cells as its header")
        }
        rows = lines.dropFirst().map { Dictionary(zip(header, $0), uniquingKeysWith: { first, _ in first }) }
    }
}
