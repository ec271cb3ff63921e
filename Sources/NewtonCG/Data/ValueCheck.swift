import HDF5

/// Makes sure that rows of a dataset, as they were read into memory, are finite numbers.
///
/// - Throws: a `DataError` that names the row and the column, and says whether the file's number is at fault, the run's
///   precision, or the normalisation.
@specialized(where S == Float)
@specialized(where S == Double)
func checkFinite<S: Scalar>(_ memory: UnsafeMutablePointer<S>, _ rows: Range<Int>, of dataset: Dataset) throws {
    let count = rows.count * dataset.rowSize
    var bad = 0
    for i in 0..<count { bad |= memory[i].isFinite ? 0 : 1 }
    guard bad != 0, let i = (0..<count).first(where: { !memory[$0].isFinite }) else { return }
    let row = rows.lowerBound + i / dataset.rowSize
    var rest = i % dataset.rowSize
    let raw = try readingData { try dataset.readRows(row..<row + 1, as: Double.self)[rest] }
    var column: [Int] = []
    for size in dataset.shape.dropFirst().reversed() {
        column.insert(rest % size, at: 0)
        rest /= size
    }
    let place =
        "\(dataset.path) of \(dataset.fileName): row \(row), column \(column.map(String.init).joined(separator: ", "))"
    guard raw.isFinite else {
        throw DataError("\(place) is \(raw), not a finite number; mend the value or leave out the row")
    }
    guard S.self == Double.self || abs(raw) <= Double(Float.greatestFiniteMagnitude) else {
        throw DataError(
            "\(place) is \(raw), more than float32 holds (3.4e38): train with 'precision: float64', or write the numbers "
                + "in another unit")
    }
    throw DataError("\(place) is \(raw), which the normalisation makes \(memory[i]): mend its mean and std")
}
