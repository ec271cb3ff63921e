/// What a loss compares a block of outputs with: the rows of its columns.
public struct Targets<S: Scalar> {
    private let columns: [ColumnRows<S>]
    /// The loss's first column among these, and the block's first row.
    private let skipped, first: Int
    /// Samples.
    public let rows: Int

    /// - Parameters:
    ///   - columns: a batch's; those of the loss begin at number `skipped`.
    ///   - first: the first row of the batch that is meant.
    init(_ columns: [ColumnRows<S>], from skipped: Int = 0, first: Int, rows: Int) {
        (self.columns, self.skipped, self.first, self.rows) = (columns, skipped, first, rows)
    }

    /// One column: a label for each row.
    public init(labels: UnsafePointer<Int32>, rows: Int) {
        self.init([ColumnRows(tokens: labels, width: 1, padding: nil)], first: 0, rows: rows)
    }

    /// One column: numbers, rows × outputs.
    public init(values: Matrix<S>) {
        self.init([ColumnRows(numbers: values.base!, width: values.columns)], first: 0, rows: values.rows)
    }

    /// The rows of the loss's i-th column.
    public subscript(i: Int) -> ColumnRows<S> { columns[skipped + i].from(first) }

    /// The label that no loss and no metric counts; −1, which none is, where all count.
    public var padding: Int32 { self[0].padding ?? -1 }
    /// A class, or a token, for each row of the outputs: the first column.
    public var labels: UnsafePointer<Int32> {
        guard let labels = self[0].tokens else { preconditionFailure("the loss needs labels") }
        return labels
    }
    /// The labels that count.
    var labelCount: Int {
        let column = self[0]
        return Tokens(base: labels, positions: column.width, padding: column.padding).count(rows: rows * column.width)
    }
    /// Numbers, rows × outputs: the first column.
    public var values: Matrix<S> {
        let column = self[0]
        guard let values = column.numbers else { preconditionFailure("the loss needs numbers") }
        return Matrix(values, rows, column.width)
    }
}
