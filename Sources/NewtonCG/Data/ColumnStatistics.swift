import HDF5

/// Mean and standard deviation (of the rows themselves: division by their number) of each column, by sums that neither
/// cancel nor overflow: a column of one value has the std 0 and that mean to the last bit.
struct ColumnStatistics {
    let mean, std: [Double]

    /// - Parameters:
    ///   - values: row by row, `columns` a row.
    ///   - rows: those that count, at least one.
    init(of values: [Double], rows: some Collection<Int32>, columns: Int) {
        let count = Double(rows.count)
        var (mean, std) = ([Double](), [Double]())
        for column in 0..<columns {
            func sum(_ term: (Double) -> Double) -> Double {
                // Neumaier's summation.
                var (sum, lost) = (0.0, 0.0)
                for row in rows {
                    let x = term(values[Int(row) * columns + column])
                    let next = sum + x
                    lost += abs(sum) >= abs(x) ? (sum - next) + x : (x - next) + sum
                    sum = next
                }
                return sum + lost
            }
            // Measured from the first value, of which nothing is left where all are the same.
            let first = values[Int(rows.first!) * columns + column]
            let average = first + sum { ($0 - first) / count }
            let widest = rows.reduce(0) { max($0, abs(values[Int($1) * columns + column] - average)) }
            let spread =
                widest == 0
                ? 0
                : widest
                    * (sum {
                        let x = ($0 - average) / widest
                        return x * x
                    } / count).squareRoot()
            mean.append(average)
            std.append(isRounding(spread, about: average, eps: .ulpOfOne, 8) ? 0 : spread)
        }
        (self.mean, self.std) = (mean, std)
    }

    /// Sets the attributes `mean` and `std`.
    func set(on dataset: Dataset) throws {
        try dataset.setAttribute("mean", mean)
        try dataset.setAttribute("std", std)
    }

    /// (x − mean) / std of each value; a std of 0 counts as 1.
    func standardise(_ values: inout [Double]) {
        for i in values.indices {
            let column = i % mean.count
            values[i] = (values[i] - mean[column]) / (std[column] == 0 ? 1 : std[column])
        }
    }
}

/// Whether a standard deviation is no more than the rounding of numbers about `mean`, so many units of the last place.
func isRounding(_ std: Double, about mean: Double, eps: Double, _ units: Double) -> Bool {
    std <= units * eps * abs(mean)
}
