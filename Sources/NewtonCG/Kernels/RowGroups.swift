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

    /// Runs of at most `most` groups.
    public func blocks(of most: Int, in groups: Range<Int>? = nil) -> [Range<Int>] {
        let groups = groups ?? 0..<count
        return stride(from: groups.lowerBound, to: groups.upperBound, by: most).map {
            $0..<min($0 + most, groups.upperBound)
        }
    }
}
