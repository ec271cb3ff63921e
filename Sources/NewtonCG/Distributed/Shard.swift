/// A rank's own rows of a part of a dataset, or of a batch, in memory: by column, the network's first and then the loss's.
public final class Shard<S: Scalar> {
    /// The rows in the part.
    public let range: Range<Int>
    /// The network's first, then the loss's.
    public let columns: [Column]
    /// By column, a row for each of the range.
    public let memory: [ColumnMemory<S>]
    /// By row, its number in the part; what noise is keyed by.
    let numbers: Buffer<Int32>
    private let rows: [ColumnRows<S>]

    /// - Parameter memory: by column, `range.count` rows.
    public init(range: Range<Int>, columns: [Column], memory: [ColumnMemory<S>]) {
        (self.range, self.columns, self.memory) = (range, columns, memory)
        numbers = Buffer(count: range.count)
        for i in 0..<range.count { numbers.base[i] = Int32(range.lowerBound + i) }
        rows = zip(columns, memory).map { $1.rows(of: $0) }
    }

    /// With memory for rows of these columns.
    convenience init(range: Range<Int>, columns: [Column]) {
        self.init(range: range, columns: columns, memory: columns.map { ColumnMemory($0, rows: range.count) })
    }

    /// Rows.
    public var count: Int { range.count }
    /// Bytes of a row over all columns.
    var rowBytes: Int {
        columns.reduce(0) { sum, column in
            sum + column.shape.count * (column.kind == .numbers ? MemoryLayout<S>.stride : MemoryLayout<Int32>.stride)
        }
    }

    /// Rows from `first` on, as samples that layers see.
    /// - Parameter samples: their groups, and whether they draw noise; their numbers are the rows'.
    package func batch(from first: Int, _ samples: Samples<S>) -> BatchRows<S> {
        var samples = samples
        samples.numbers = UnsafePointer(numbers.base + first)
        return BatchRows(rows, first: first, samples)
    }

    /// What a loss compares with, of a network with so many columns.
    func targets(after networkColumns: Int, rows range: Range<Int>) -> Targets<S> {
        Targets(rows, from: networkColumns, first: range.lowerBound, rows: range.count)
    }

    /// An empty shard of the same form, for `capacity` rows of a batch.
    func batch(capacity: Int) -> Shard { Shard(range: 0..<capacity, columns: columns) }

    /// Copies rows of another shard to this one's from `first` on.
    func copy(_ rows: Range<Int>, of source: Shard, to first: Int) {
        for (i, column) in columns.enumerated() {
            memory[i].copy(rows, of: source.memory[i], to: first, width: column.shape.count)
        }
        (numbers.base + first).update(from: source.numbers.base + rows.lowerBound, count: rows.count)
    }

    /// Copies rows of another shard into this one's first.
    func gather(_ rows: [Int32], from source: Shard) {
        for (i, column) in columns.enumerated() {
            memory[i].gather(rows, of: source.memory[i], width: column.shape.count)
        }
        for (i, row) in rows.enumerated() { numbers.base[i] = source.numbers.base[Int(row)] }
    }
}
