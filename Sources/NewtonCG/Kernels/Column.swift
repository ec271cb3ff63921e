/// A named column of a dataset or a batch: what a network, or a loss, reads of every sample.
public struct Column: Equatable, Sendable {
    /// What a column's values are.
    public enum Kind: Equatable, Sendable {
        /// Numbers, as the network sees them.
        case numbers
        /// Whole numbers that stand for something: classes, or tokens of a vocabulary.
        case tokens
    }
    public let name: String
    /// What its values are.
    public let kind: Kind
    /// Of one sample.
    public let shape: Shape
    /// Of tokens: they are 0 ..< vocabulary; nil: not known.
    public var vocabulary: Int?
    /// The token that stands where there is nothing; nil: none does, as where they are classes.
    public let padding: Int32?

    /// A column of this name; the shape is that of one sample.
    public init(_ name: String, _ kind: Kind, _ shape: Shape, vocabulary: Int? = nil, padding: Int32? = nil) {
        (self.name, self.kind, self.shape) = (name, kind, shape)
        (self.vocabulary, self.padding) = (vocabulary, padding)
    }

    /// The same under another name.
    func named(_ name: String) -> Column {
        Column(name, kind, shape, vocabulary: vocabulary, padding: padding)
    }

    /// The first input of a network, where it names no other.
    public static let input = "input"
    /// What a loss compares with, where it names no other.
    public static let target = "target"
    /// Of a translation, what its decoder reads: the target without its last token.
    public static let shiftedTarget = "shifted_target"
}

/// Rows of a column, one sample after another; it owns nothing.
public struct ColumnRows<S: Scalar> {
    /// One of the two.
    let numbers: UnsafePointer<S>?
    let tokens: UnsafePointer<Int32>?
    /// Values of a sample.
    public let width: Int
    /// Of tokens: the one that stands where there is nothing.
    public let padding: Int32?

    init(numbers: UnsafePointer<S>, width: Int) {
        (self.numbers, tokens, self.width, padding) = (numbers, nil, width, nil)
    }
    init(tokens: UnsafePointer<Int32>, width: Int, padding: Int32?) {
        (numbers, self.tokens, self.width, self.padding) = (nil, tokens, width, padding)
    }

    /// The rows from this one on.
    func from(_ row: Int) -> ColumnRows {
        if let numbers { return ColumnRows(numbers: numbers + row * width, width: width) }
        return ColumnRows(tokens: tokens! + row * width, width: width, padding: padding)
    }
}

/// Rows of a column in memory of their own.
public enum ColumnMemory<S: Scalar> {
    /// Rows × values of a sample.
    case numbers(Buffer<S>)
    /// Rows × positions of a sample.
    case tokens(Buffer<Int32>)

    /// Room for rows of a column.
    init(_ column: Column, rows: Int) {
        let count = rows * column.shape.count
        self = column.kind == .numbers ? .numbers(Buffer(count: count)) : .tokens(Buffer(count: count))
    }

    func rows(of column: Column) -> ColumnRows<S> {
        switch self {
        case .numbers(let values): ColumnRows(numbers: values.base, width: column.shape.count)
        case .tokens(let values):
            ColumnRows(tokens: values.base, width: column.shape.count, padding: column.padding)
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

    /// The one that stands where there is nothing; nil: none does.
    public let padding: Int32?

    static var absent: Tokens { Tokens(base: nil, positions: 0, padding: nil) }
    /// There are none: the input has numbers.
    public var isAbsent: Bool { base == nil }

    /// Those of one of the block's samples, and the ones after it.
    func from(sample i: Int) -> Tokens {
        Tokens(base: base.map { $0 + i * positions }, positions: positions, padding: padding)
    }

    /// The rows, of so many that stand for tokens one by one, at which there is something.
    func count(rows: Int) -> Int {
        var count = 0
        forEachRun(rows: rows) { count += $0.count }
        return count
    }

    /// The runs of rows, of so many that stand for tokens one by one, at which there is something.
    func forEachRun(rows count: Int, _ body: (Range<Int>) -> Void) {
        guard let base, let padding else { return body(0..<count) }
        var first = 0
        while first < count {
            while first < count, base[first] == padding { first += 1 }
            var last = first
            while last < count, base[last] != padding { last += 1 }
            if last > first { body(first..<last) }
            first = last
        }
    }
}
