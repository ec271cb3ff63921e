/// Some rows of a batch: where its columns lie, and the samples as layers see them. The network's columns come first, in
/// its order, then those of the loss.
package struct BatchRows<S: Scalar> {
    /// From the batch's first row on.
    let columns: [ColumnRows<S>]
    /// The place of the first of these rows in the batch.
    package let first: Int
    package let samples: Samples<S>

    package init(_ columns: [ColumnRows<S>], first: Int, _ samples: Samples<S>) {
        (self.columns, self.first, self.samples) = (columns, first, samples)
    }

    package var rows: Int { samples.rows }

    /// What a loss compares with, of a network with so many columns.
    func targets(after networkColumns: Int) -> Targets<S> {
        Targets(columns, from: networkColumns, first: first, rows: rows)
    }

    /// Some of the groups.
    func groups(_ range: Range<Int>) -> BatchRows {
        let rows = samples.groups.rows(of: range)
        var part = samples
        part.groups = samples.groups[range]
        part.numbers = part.numbers.map { $0 + rows.lowerBound }
        return BatchRows(columns, first: first + rows.lowerBound, part)
    }
}
