import HDF5

/// Makes a dataset from a table of comma-separated values: the columns named as targets, and all others
/// that are not dropped as inputs `(N, features)`. Rows come in a random order and are divided at random
/// into `train` and `test`; `mean` and `std` of the inputs are those of `train`.
public struct CSVImporter: Sendable {
    /// What a table can be made to: its targets are one class, or one or more numbers.
    public enum Task: String, Sendable, CaseIterable { case classification, regression }

    /// What becomes of rows with missing values: an error, or they are left out.
    public enum Missing: String, Sendable, CaseIterable { case refuse, drop }

    /// The table's path.
    public var input: String
    /// Columns to learn: one class, or one or more numbers.
    public var targets: [String]
    /// Nil: a classification where the target has text, a regression where all of it is numbers.
    public var task: Task?
    /// Columns that are neither inputs nor targets: each text is a column's name, or names separated by commas, in quotes
    /// where they have commas; the empty text means the columns without a name.
    public var dropColumns: [String]
    /// What becomes of rows with a missing value: no text, or a word as `NA`, `NaN`, `null`, `None` or `?`.
    public var missing: Missing
    /// Further texts that stand for a missing value, upper and lower case alike.
    public var missingValues: [String] = []
    /// Texts that do not.
    public var notMissing: [String] = []
    /// Fraction of the rows that `test` gets, 0 ..< 1; 0 makes no test part.
    public var testFraction: Double
    /// Of the order of the rows.
    public var seed: UInt64
    /// Whether the targets of a regression are written as (y − mean) / std, with the numbers of `train`,
    /// which are kept as attributes of `train/targets`.
    public var standardiseTarget: Bool
    /// Name of the dataset; nil for the stem of `output`.
    public var name: String?
    /// The dataset's path.
    public var output: String

    /// - Parameters: as the properties of these names.
    public init(
        input: String, targets: [String], task: Task? = nil, dropColumns: [String] = [],
        missing: Missing = .refuse, testFraction: Double = 0.2, seed: UInt64 = 1,
        standardiseTarget: Bool = false, name: String? = nil, output: String
    ) {
        self.input = input
        self.targets = targets
        self.task = task
        self.dropColumns = dropColumns
        self.missing = missing
        self.testFraction = testFraction
        self.seed = seed
        self.standardiseTarget = standardiseTarget
        self.name = name
        self.output = output
    }

    /// Reads, checks and writes; returns a sentence about what was written.
    ///
    /// - Parameter report: gets a table of the columns, line by line.
    public func run(_ report: (String) -> Void = { _ in }) throws -> String {
        guard testFraction >= 0, testFraction < 1 else {
            throw DataError("a test fraction of \(testFraction) is not possible; it lies in 0 ..< 1")
        }
        let table = try CSVTable(input)
        let columns = CSVColumns(
            table: table, missing: MissingWords(added: missingValues, removed: notMissing))
        let targets = try self.targets.map { try table.column($0) }
        let dropped = try dropColumns.flatMap { try table.columns($0) }
        let features = table.header.indices.filter { !targets.contains($0) && !dropped.contains($0) }
        try checkColumns(table, targets, dropped, features)
        let rows = try columns.complete(targets + features, dropping: missing == .drop)
        let task = try self.task(columns, rows, targets)
        let inputs = try columns.numbers(rows, features)

        let order = permutation(count: rows.count, seed: seed, stream: 0)
        var testCount = Int((testFraction * Double(rows.count)).rounded())
        if testFraction > 0 { testCount = max(1, testCount) }
        guard testCount < rows.count else {
            throw DataError(
                "\(input): \(counted(rows.count, "row")) cannot be divided into two parts")
        }
        var parts = [("train", order.dropLast(testCount))]
        if testCount > 0 { parts.append(("test", order.suffix(testCount))) }

        let classes = task == .classification ? try columns.classes(rows, targets[0]) : []
        let numbers = task == .regression ? try columns.numbers(rows, targets) : []
        let statistics = ColumnStatistics(of: inputs, rows: parts[0].1, columns: features.count)
        try DatasetFile.write(
            output, name: name, task: task == .classification ? .classification : .regression, from: [input]
        ) { file in
            for (part, order) in parts {
                try file.writeRows("\(part)/inputs", of: inputs, order: order, rowShape: [features.count])
            }
            try statistics.set(on: try file.dataset("train/inputs"))
            if task == .classification {
                try writeClasses(rows.map { $0.fields[targets[0]] }, classes, to: file, parts)
            } else {
                try writeNumbers(numbers, columns: targets.count, to: file, parts)
            }
        }
        var roles = Dictionary(uniqueKeysWithValues: features.map { ($0, "input") })
        for target in targets { roles[target] = task == .classification ? "class" : "target" }
        let constants = Set(zip(features, statistics.std).filter { $1 == 0 }.map(\.0))
        for line in CSVSummary(columns: columns, roles: roles, constants: constants).lines { report(line) }
        let lost = table.rows.count - rows.count
        return
            "\(output): \(task.rawValue), \(rows.count - testCount) training and \(testCount) test "
            + "rows of \(counted(features.count, "input")), "
            + (task == .classification ? "\(classes.count) classes" : counted(targets.count, "target"))
            + (lost > 0 ? "; \(counted(lost, "row")) with missing values left out" : "")
            + (constants.isEmpty
                ? "" : "; constant: " + constants.sorted().map { table.header[$0] }.joined(separator: ", "))
    }

    // MARK: Writing

    private func writeClasses(
        _ names: [String], _ classes: [String], to file: File, _ parts: [(String, ArraySlice<Int32>)]
    ) throws {
        let numbers = Dictionary(uniqueKeysWithValues: zip(classes, 0 as Int32..<Int32(classes.count)))
        try file.writeStrings("class_names", classes)
        for (part, order) in parts {
            try file.writeRows(
                "\(part)/targets", of: names.map { numbers[$0]! }, order: order, rowShape: [])
        }
    }

    private func writeNumbers(
        _ values: [Double], columns: Int, to file: File, _ parts: [(String, ArraySlice<Int32>)]
    ) throws {
        var values = values
        let statistics = ColumnStatistics(of: values, rows: parts[0].1, columns: columns)
        if standardiseTarget { statistics.standardise(&values) }
        for (part, order) in parts {
            try file.writeRows("\(part)/targets", of: values, order: order, rowShape: [columns])
        }
        if standardiseTarget { try statistics.set(on: try file.dataset("train/targets")) }
    }

    // MARK: Checks

    private func checkColumns(_ table: CSVTable, _ targets: [Int], _ dropped: [Int], _ features: [Int]) throws {
        guard !targets.isEmpty else { throw DataError("\(table.path): no target column is named") }
        guard Set(targets).count == targets.count else {
            throw DataError("\(table.path): a target column is named twice")
        }
        if let both = targets.first(where: { dropped.contains($0) }) {
            throw DataError("\(table.path): the column '\(table.header[both])' is a target and dropped")
        }
        if let column = (features + targets).first(where: { table.header[$0].isEmpty }) {
            throw DataError(
                "\(table.path): column \(column + 1) of the header has no name; leave it out by --drop-columns ''")
        }
        guard !features.isEmpty else { throw DataError("\(table.path): no column is left for the inputs") }
    }

    private func task(_ columns: CSVColumns, _ rows: [CSVTable.Row], _ targets: [Int]) throws -> Task {
        let table = columns.table
        let task = try self.task ?? (columns.areNumbers(rows, targets) ? .regression : .classification)
        guard task == .regression || targets.count == 1 else {
            throw DataError(
                "\(table.path): a classification has one target column, not \(targets.count)")
        }
        if standardiseTarget && task == .classification {
            throw DataError("\(table.path): classes cannot be standardised, only the targets of a regression")
        }
        return task
    }
}
