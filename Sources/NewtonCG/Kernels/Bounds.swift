/// The numbers that a key may have, with the words for them.
public struct Bounds: Sendable {
    /// As in "'average' must be a number of 0 or more".
    let words: String
    let contains: @Sendable (Double) -> Bool

    /// - Parameter words: what a message says after "must be".
    public init(words: String, contains: @escaping @Sendable (Double) -> Bool) {
        (self.words, self.contains) = (words, contains)
    }

    /// Every number.
    public static let any = Bounds(words: "a number") { _ in true }
    /// (0, ∞)
    public static let positive = Bounds(words: "a number above 0") { $0 > 0 }
    /// [0, ∞)
    public static let nonNegative = Bounds(words: "a number of 0 or more") { $0 >= 0 }
    /// [0, 1]
    public static let unit = Bounds(words: "a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
    /// [0, 1): decays and probabilities.
    public static let belowOne = Bounds(words: "a number of 0 or more and below 1") { $0 >= 0 && $0 < 1 }
    /// (0, 1]: fractions that may be the whole.
    public static let fraction = Bounds(words: "a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }
    /// (0, 1)
    public static let inside = Bounds(words: "a number between 0 and 1") { $0 > 0 && $0 < 1 }
    /// [1, ∞)
    public static let oneOrMore = Bounds(words: "a number of 1 or more") { $0 >= 1 }
}
