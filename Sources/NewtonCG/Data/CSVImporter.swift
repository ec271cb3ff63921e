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
    /// Columns that are neither inputs nor targets.
    public var dropColumns: [String]
    /// What becomes of rows with a missing value: no text, `NA`, `NaN` or `?`.
    public var missing: Missing
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
    public func run() throws -> String {
        guard testFraction >= 0, testFraction < 1 else {
            throw DataError("a test fraction of \(testFraction) is not possible; it lies in 0 ..< 1")
        }
        let table = try CSVTable(input)
        let targets = try self.targets.map { try table.column($0) }
        let dropped = try dropColumns.map { try table.column($0) }
        let features = table.header.indices.filter { !targets.contains($0) && !dropped.contains($0) }
        try checkColumns(table, targets, dropped, features)
        let rows = try complete(table, columns: targets + features)
        let task = try self.task(table, rows, targets)
        let inputs = try numbers(table, rows, features)

        let order = permutation(count: rows.count, seed: seed, stream: 0)
        var testCount = Int((testFraction * Double(rows.count)).rounded())
        if testFraction > 0 { testCount = max(1, testCount) }
        guard testCount < rows.count else {
            throw DataError(
                "\(input): \(counted(rows.count, "row")) cannot be divided into two parts")
        }
        var parts = [("train", order.dropLast(testCount))]
        if testCount > 0 { parts.append(("test", order.suffix(testCount))) }

        var classes = 0
        try File.writeWhole(output) { file in
            try file.writeDatasetHeader(
                name: name ?? fileStem(output),
                task: task == .classification ? .classification : .regression)
            for (part, order) in parts {
                try file.writeRows("\(part)/inputs", of: inputs, order: order, rowShape: [features.count])
            }
            let statistics = Statistics(of: inputs, rows: parts[0].1, columns: features.count)
            try statistics.set(on: try file.dataset("train/inputs"))
            if task == .classification {
                let names = rows.map { $0.fields[targets[0]] }
                classes = try writeClasses(names, to: file, parts)
            } else {
                try writeNumbers(
                    try numbers(table, rows, targets), columns: targets.count, to: file, parts)
            }
        }
        let lost = table.rows.count - rows.count
        return
            "\(output): \(task.rawValue), \(rows.count - testCount) training and \(testCount) test "
            + "rows of \(counted(features.count, "input")), "
            + (task == .classification ? "\(classes) classes" : counted(targets.count, "target"))
            + (lost > 0 ? "; \(counted(lost, "row")) with missing values left out" : "")
    }

    // MARK: Writing

    private func writeClasses(
        _ names: [String], to file: File, _ parts: [(String, ArraySlice<Int32>)]
    ) throws -> Int {
        let distinct = Set(names)
        let classes =
            distinct.allSatisfy { Double($0) != nil }
            ? distinct.sorted { (Double($0)!, $0) < (Double($1)!, $1) } : distinct.sorted()
        guard classes.count > 1 else {
            throw DataError("\(input): the column '\(targets[0])' has one class only")
        }
        let numbers = Dictionary(uniqueKeysWithValues: zip(classes, 0 as Int32..<Int32(classes.count)))
        try file.writeStrings("class_names", classes)
        for (part, order) in parts {
            try file.writeRows(
                "\(part)/targets", of: names.map { numbers[$0]! }, order: order, rowShape: [])
        }
        return classes.count
    }

    private func writeNumbers(
        _ values: [Double], columns: Int, to file: File, _ parts: [(String, ArraySlice<Int32>)]
    ) throws {
        var values = values
        let statistics = Statistics(of: values, rows: parts[0].1, columns: columns)
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
        guard !features.isEmpty else { throw DataError("\(table.path): no column is left for the inputs") }
    }

    private func task(_ table: CSVTable, _ rows: [CSVTable.Row], _ targets: [Int]) throws -> Task {
        let areNumbers = rows.allSatisfy { row in targets.allSatisfy { Double(row.fields[$0]) != nil } }
        let task = self.task ?? (areNumbers ? .regression : .classification)
        guard task == .regression || targets.count == 1 else {
            throw DataError(
                "\(table.path): a classification has one target column, not \(targets.count)")
        }
        if standardiseTarget && task == .classification {
            throw DataError("\(table.path): classes cannot be standardised, only the targets of a regression")
        }
        return task
    }

    /// The rows without a missing value in `columns`; with `refuse` one is an error.
    private func complete(_ table: CSVTable, columns: [Int]) throws -> [CSVTable.Row] {
        let markers: Set = ["", "na", "nan", "?"]
        let rows = try table.rows.filter { row in
            guard let column = columns.first(where: { markers.contains(row.fields[$0].lowercased()) }) else {
                return true
            }
            guard missing == .drop else {
                throw DataError(
                    "\(table.path), line \(row.line): the column '\(table.header[column])' has no value "
                        + "('\(row.fields[column])'); leave out such rows by --missing drop, or the column "
                        + "by --drop-columns")
            }
            return false
        }
        guard !rows.isEmpty else { throw DataError("\(table.path): every row has a missing value") }
        return rows
    }

    /// The numbers of `columns`, row by row.
    private func numbers(_ table: CSVTable, _ rows: [CSVTable.Row], _ columns: [Int]) throws -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(rows.count * columns.count)
        for row in rows {
            for column in columns {
                guard let value = Double(row.fields[column]), value.isFinite else {
                    throw DataError(
                        "\(table.path), line \(row.line): '\(row.fields[column])' in the column "
                            + "'\(table.header[column])' is not a number; leave out the column by "
                            + "--drop-columns")
                }
                values.append(value)
            }
        }
        return values
    }
}

/// Mean and standard deviation (of the rows themselves: division by their number) of each column.
private struct Statistics {
    let mean, std: [Double]

    init(of values: [Double], rows: ArraySlice<Int32>, columns: Int) {
        let count = Double(rows.count)
        func average(_ term: (Double, Int) -> Double) -> [Double] {
            (0..<columns).map { column in
                rows.reduce(0) { $0 + term(values[Int($1) * columns + column], column) } / count
            }
        }
        let mean = average { value, _ in value }
        self.mean = mean
        std = average { value, column in (value - mean[column]) * (value - mean[column]) }
            .map { $0.squareRoot() }
    }

    func set(on dataset: Dataset) throws {
        try dataset.setAttribute("mean", mean)
        try dataset.setAttribute("std", std)
    }

    func standardise(_ values: inout [Double]) {
        for i in values.indices {
            let column = i % mean.count
            values[i] = (values[i] - mean[column]) / (std[column] == 0 ? 1 : std[column])
        }
    }
}
