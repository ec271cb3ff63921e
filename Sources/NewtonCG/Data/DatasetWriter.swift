import HDF5

extension DatasetFile {
    /// Writes a dataset as all importers do: under a temporary name, which becomes `path` when a reader has read all of
    /// it and found nothing to refuse.
    ///
    /// - Parameters:
    ///   - name: the dataset's; nil: the stem of `path`.
    ///   - inputs: the files that are read; none of them is written over, by whatever path or link `path` names it.
    ///   - body: writes parts, and class names or vocabularies.
    /// - Throws: a `DataError`; then nothing has changed at `path`.
    public static func write(
        _ path: String, name: String? = nil, task: DatasetTask, from inputs: [String], _ body: (File) throws -> Void
    ) throws {
        try checkOutput(path, over: inputs)
        try File.writeWhole(path, check: { try checkReadable($0, as: path) }) { file in
            try file.setAttribute("format", format)
            try file.setAttribute("version", version)
            try file.setAttribute("name", name ?? fileStem(path))
            try file.setAttribute("task", task.rawValue)
            try body(file)
        }
    }

    /// Reads the whole of a file as a run would.
    static func checkReadable(_ temporary: String, as path: String) throws {
        do {
            let dataset = try DatasetFile(temporary)
            for part in try dataset.partNames.map({ try dataset.part($0) }) {
                for column in part.columns {
                    let most = max(1, (1 << 22) / max(1, column.shape.count))
                    for rows in part.rows.pieces(of: most) {
                        try part.read(column, rows, into: ColumnMemory<Double>(column, rows: rows.count))
                    }
                }
            }
        } catch let error as DataError {
            throw DataError("nothing was written: " + error.description.replacing(temporary, with: path))
        }
    }
}

/// What the importers write in the same way.
extension File {
    /// Rows of `values` (`rowSize` elements each) in the given order, as the dataset `path` with `shape`.
    @discardableResult
    func writeRows<T: HDF5Scalar>(
        _ path: String, of values: [T], order: some Collection<Int32>, rowShape: [Int]
    ) throws -> Dataset {
        let size = rowShape.reduce(1, *)
        var sorted: [T] = []
        sorted.reserveCapacity(order.count * size)
        for row in order { sorted.append(contentsOf: values[(Int(row) * size)..<((Int(row) + 1) * size)]) }
        try write(path, sorted, shape: [order.count] + rowShape)
        return try dataset(path)
    }
}

/// `1 row`, `2 rows`.
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
