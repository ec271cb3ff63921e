import HDF5

/// What the importers write in the same way.
extension File {
    /// The root attributes of a dataset.
    func writeDatasetHeader(name: String, task: DatasetTask) throws {
        try setAttribute("format", DatasetFile.format)
        try setAttribute("version", DatasetFile.version)
        try setAttribute("name", name)
        try setAttribute("task", task.rawValue)
    }

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
