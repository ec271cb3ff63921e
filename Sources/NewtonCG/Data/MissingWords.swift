/// The texts that stand for a missing value in a table: none, and what databases, spreadsheets, R and Python write.
struct MissingWords {
    /// In lower case; upper and lower case are one.
    static let usual = [
        "", "na", "n/a", "#n/a", "#na", "#n/a n/a", "<na>", "nan", "-nan", "null", "none", "nil", "?", "1.#ind",
        "1.#qnan",
        "-1.#ind", "-1.#qnan",
    ]

    private let words: Set<String>

    /// - Parameters:
    ///   - added: further words.
    ///   - removed: words that are values.
    init(added: [String], removed: [String]) {
        words = Set(Self.usual).union(added.map { $0.lowercased() }).subtracting(removed.map { $0.lowercased() })
    }

    func contain(_ field: String) -> Bool { words.contains(field.lowercased()) }
}
