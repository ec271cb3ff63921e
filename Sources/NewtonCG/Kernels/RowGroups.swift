/// Rows that stay together, one group after another: what batch normalisation takes its statistics of. A group is
/// never split over ranks or blocks.
public struct RowGroups: Equatable, Sendable {
    /// Where each group begins, and where the last one ends; nil: every row is a group of its own.
    private let bounds: [Int]?
    public let count: Int

    /// Every row is a group of its own.
    public init(rows: Int) { (bounds, count) = (nil, rows) }

    /// Groups of these sizes.
    public init(sizes: [Int]) {
        bounds = sizes.reduce(into: [0]) { $0.append($0.last! + $1) }
        count = sizes.count
    }

    /// Rows of all groups.
    public var rows: Int { bounds?.last ?? count }

    /// The rows of some groups.
    public func rows(of groups: Range<Int>) -> Range<Int> {
        guard let bounds else { return groups }
        return bounds[groups.lowerBound]..<bounds[groups.upperBound]
    }

    /// Some of the groups, their rows counted from the first one's.
    public subscript(groups: Range<Int>) -> RowGroups {
        guard let bounds else { return RowGroups(rows: groups.count) }
        return RowGroups(sizes: groups.map { bounds[$0 + 1] - bounds[$0] })
    }
}

extension Range<Int> {
    /// Runs of at most `most`, one after another.
    func blocks(of most: Int) -> Blocks { Blocks(left: self, most: most) }
}

/// Allocates nothing.
struct Blocks: Sequence, IteratorProtocol {
    fileprivate var left: Range<Int>
    fileprivate let most: Int

    mutating func next() -> Range<Int>? {
        guard !left.isEmpty else { return nil }
        let block = left.lowerBound..<Swift.min(left.lowerBound + most, left.upperBound)
        left = block.upperBound..<left.upperBound
        return block
    }
}
