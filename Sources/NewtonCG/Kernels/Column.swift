/// A named column of a dataset or a batch: what a network, or a loss, reads of every sample.
public struct Column: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// Numbers, as the network sees them.
        case numbers
        /// Whole numbers that stand for something: classes, or tokens of a vocabulary, of which 0 is padding.
        case tokens
    }
    public let name: String
    public let kind: Kind
    /// Of one sample.
    public let shape: Shape

    public init(_ name: String, _ kind: Kind, _ shape: Shape) {
        (self.name, self.kind, self.shape) = (name, kind, shape)
    }

    /// The first input of a network, where it names no other.
    public static let input = "input"
    /// What a loss compares with, where it names no other.
    public static let target = "target"
}

/// Rows of a column, one sample after another; it owns nothing.
public struct ColumnRows<S: Scalar> {
    /// One of the two.
    let numbers: UnsafePointer<S>?
    let tokens: UnsafePointer<Int32>?
    /// Values of a sample.
    public let width: Int

    init(numbers: UnsafePointer<S>, width: Int) { (self.numbers, tokens, self.width) = (numbers, nil, width) }
    init(tokens: UnsafePointer<Int32>, width: Int) { (numbers, self.tokens, self.width) = (nil, tokens, width) }

    /// The rows from this one on.
    func from(_ row: Int) -> ColumnRows {
        if let numbers { return ColumnRows(numbers: numbers + row * width, width: width) }
        return ColumnRows(tokens: tokens! + row * width, width: width)
    }
}

/// Rows of a column in memory of their own.
public enum ColumnMemory<S: Scalar> {
    case numbers(Buffer<S>)
    case tokens(Buffer<Int32>)

    /// Room for rows of a column.
    init(_ column: Column, rows: Int) {
        let count = rows * column.shape.count
        self = column.kind == .numbers ? .numbers(Buffer(count: count)) : .tokens(Buffer(count: count))
    }

    func rows(width: Int) -> ColumnRows<S> {
        switch self {
        case .numbers(let values): ColumnRows(numbers: values.base, width: width)
        case .tokens(let values): ColumnRows(tokens: values.base, width: width)
        }
    }

    /// Copies a run of rows of another column of the kind.
    func copy(_ rows: Range<Int>, of other: ColumnMemory, to first: Int, width: Int) {
        let from = rows.lowerBound * width, to = first * width, count = rows.count * width
        switch (self, other) {
        case (.numbers(let mine), .numbers(let its)): (mine.base + to).update(from: its.base + from, count: count)
        case (.tokens(let mine), .tokens(let its)): (mine.base + to).update(from: its.base + from, count: count)
        default: preconditionFailure("columns of one kind")
        }
    }

    /// Copies rows of another column of the kind to the first ones here.
    func gather(_ rows: [Int32], of other: ColumnMemory, width: Int) {
        switch (self, other) {
        case (.numbers(let mine), .numbers(let its)): mine.gather(rows, of: its, width: width)
        case (.tokens(let mine), .tokens(let its)): mine.gather(rows, of: its, width: width)
        default: preconditionFailure("columns of one kind")
        }
    }
}

extension Buffer {
    /// Copies rows of `width` values, of another buffer to the first ones here.
    fileprivate func gather(_ rows: [Int32], of other: Buffer, width: Int) {
        for (i, row) in rows.enumerated() {
            (base + i * width).update(from: other.base + Int(row) * width, count: width)
        }
    }
}

/// The tokens that a value stands for, one a position: of a column of tokens itself, or of the one that it was computed
/// from, whose padding it has.
public struct Tokens {
    let base: UnsafePointer<Int32>?
    /// Of a sample.
    public let positions: Int

    static var absent: Tokens { Tokens(base: nil, positions: 0) }
    public var isAbsent: Bool { base == nil }
    /// What stands where there is nothing.
    public static let padding: Int32 = 0

    /// Those of one of the block's samples, and the ones after it.
    func from(sample i: Int) -> Tokens { Tokens(base: base.map { $0 + i * positions }, positions: positions) }
}
