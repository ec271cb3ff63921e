import HDF5

/// The samples of one part of a dataset, read by ranges of rows. Rows and columns count from 0.
public final class DatasetPart {
    /// `train`, `validation` or `test`.
    public let name: String
    /// Number of samples.
    public let rows: Int
    /// The axes of one sample: `[features]` or `[height, width, channels]`.
    public let inputShape: [Int]
    /// Targets of a sample: k of a regression, 1 (the class) of a classification, the number of inputs of
    /// an autoencoding, tokens of a translation.
    public let targetWidth: Int

    /// What a network and a loss can read of it by name.
    public var columns: [Column] { sources.map(\.column) }
    /// Numbers of a sample's inputs.
    public var inputSize: Int { inputShape.reduce(1, *) }

    private let task: DatasetTask
    private let normalisation: Normalisation
    private let vocabularies: Vocabularies
    private let inputs: Dataset
    private let targets: Dataset?
    private let sources: [ColumnSource]

    /// - Parameter names: further names of columns, each with the column that it means.
    init(
        _ name: String, of file: File, task: DatasetTask, normalisation: Normalisation, vocabularies: Vocabularies,
        names: [String: String] = [:]
    ) throws {
        self.name = name
        self.task = task
        self.normalisation = normalisation
        self.vocabularies = vocabularies
        inputs = try dataset("\(name)/inputs", of: file)
        rows = inputs.shape.first ?? 0
        inputShape = Array(inputs.shape.dropFirst())
        try checkInputs(inputs, task)
        if task == .autoencoding {
            guard try !readingData({ try file.has("\(name)/targets") }) else {
                throw DataError(
                    "\(file.fileName): an autoencoding has no targets, its inputs are; remove \(name)/targets"
                )
            }
            targets = nil
        } else {
            let own = try dataset("\(name)/targets", of: file)
            try checkTargets(own, task, rows: rows)
            targets = own
        }
        targetWidth = (targets ?? inputs).rowSize
        let own = ColumnSource.ofTask(task, inputs, targets, vocabularies)
        sources = try ColumnSource.named(
            names, among: own + ColumnSource.further(of: file, name, rows: rows, besides: own),
            in: "the part '\(name)' of \(file.fileName)")
    }

    /// The rows `rows` as the network sees them, into memory for `rows.count * inputSize` numbers. A value
    /// that is not finite is an error.
    @specialized(where S == Float)
    @specialized(where S == Double)
    public func readInputs<S: Scalar>(_ rows: Range<Int>, into memory: UnsafeMutablePointer<S>) throws {
        guard task != .translation else { throw DataError("\(place) has tokens as inputs, no numbers") }
        try readNumbers(rows, of: inputs, normalisation, into: memory)
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private func readNumbers<S: Scalar>(
        _ rows: Range<Int>, of dataset: Dataset, _ normalisation: Normalisation, into memory: UnsafeMutablePointer<S>
    ) throws {
        let count = rows.count * dataset.rowSize
        guard count > 0 else { return }
        try readingData {
            if dataset.elementKind == .uint8 {
                normalisation.convert(try dataset.readRows(rows, as: UInt8.self), to: memory)
            } else if dataset.elementKind == .float64, S.self == Float.self, normalisation != .none {
                // A column whose mean is much larger than its std keeps its digits only in double.
                var values = try dataset.readRows(rows, as: Double.self)
                values.withUnsafeMutableBufferPointer {
                    normalisation.apply(to: $0.baseAddress!, count: count)
                }
                for i in 0..<count { memory[i] = S(values[i]) }
            } else {
                try read(dataset, rows, into: memory)
                normalisation.apply(to: memory, count: count)
            }
        }
        try checkFinite(memory, rows, of: dataset)
    }

    /// The classes of the rows `rows`, each checked to be a class of the dataset.
    public func readLabels(_ rows: Range<Int>, into memory: UnsafeMutablePointer<Int32>) throws {
        guard let targets, task == .classification, let classes = vocabularies.target else {
            throw DataError("\(place) has no classes but numbers to learn")
        }
        try readingData { try targets.readRows(rows, into: memory) }
        for i in 0..<rows.count where memory[i] < 0 || memory[i] >= classes {
            throw DataError(
                "\(targets.path) of \(targets.fileName): row \(rows.lowerBound + i) has the class "
                    + "\(memory[i]); "
                    + (classes == .max ? "classes are counted from 0" : "the classes are 0 to \(classes - 1)"))
        }
    }

    /// The classes of the rows `rows`.
    public func readLabels(_ rows: Range<Int>) throws -> [Int32] {
        try [Int32](unsafeUninitializedCapacity: rows.count) { buffer, initialised in
            guard let memory = buffer.baseAddress, !rows.isEmpty else { return }
            try readLabels(rows, into: memory)
            initialised = rows.count
        }
    }

    /// The targets of the rows `rows`, into memory for `rows.count * targetWidth` numbers; of an
    /// autoencoding these are the inputs as the network sees them. A value that is not finite is an error.
    @specialized(where S == Float)
    @specialized(where S == Double)
    public func readTargets<S: Scalar>(_ rows: Range<Int>, into memory: UnsafeMutablePointer<S>) throws {
        guard task != .autoencoding else { return try readInputs(rows, into: memory) }
        guard let targets, task == .regression else {
            throw DataError("\(place) has classes to learn, no numbers")
        }
        try readingData { try read(targets, rows, into: memory) }
        try checkFinite(memory, rows, of: targets)
    }

    /// The rows `rows` of a column of this name, into memory of its form.
    /// - Parameter column: its `vocabulary` is what tokens are checked by.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func read<S: Scalar>(_ column: Column, _ rows: Range<Int>, into memory: ColumnMemory<S>) throws {
        guard let source = sources.first(where: { $0.column.name == column.name })?.source else {
            throw DataError("\(place) has no column '\(column.name)'")
        }
        switch (source, memory) {
        case (.inputs, .numbers(let values)): try readInputs(rows, into: values.base)
        case (.targets, .numbers(let values)): try readTargets(rows, into: values.base)
        case (.targets, .tokens(let values)): try readLabels(rows, into: values.base)
        case (.tokens(let dataset, let columns), .tokens(let values)):
            try readTokens(rows, of: dataset, columns, below: column.vocabulary, into: values.base)
        case (.own(let dataset, let normalisation), .numbers(let values)):
            try readNumbers(rows, of: dataset, normalisation, into: values.base)
        default: preconditionFailure("memory of the column's kind")
        }
    }

    /// Some of the tokens of each row, checked to be of the vocabulary.
    private func readTokens(
        _ rows: Range<Int>, of dataset: Dataset, _ columns: Range<Int>, below vocabulary: Int?,
        into memory: UnsafeMutablePointer<Int32>
    ) throws {
        let width = dataset.rowSize, all = try readingData { try dataset.readRows(rows, as: Int32.self) }
        for i in 0..<rows.count {
            for j in columns {
                let token = all[i * width + j]
                guard token >= 0, Int(token) < vocabulary ?? .max else {
                    let range = vocabulary.map { "0 to \($0 - 1)" } ?? "0 or more"
                    throw DataError(
                        "\(dataset.path) of \(dataset.fileName): row \(rows.lowerBound + i), column \(j) is the token "
                            + "\(token); tokens are \(range)")
                }
                memory[i * columns.count + j - columns.lowerBound] = token
            }
        }
    }

    // MARK: Checks

    private var place: String { "the part '\(name)' of \(inputs.fileName)" }

    private func read<S: Scalar>(
        _ dataset: Dataset, _ rows: Range<Int>, into memory: UnsafeMutablePointer<S>
    ) throws {
        let raw = UnsafeMutableRawPointer(memory)
        if S.self == Float.self {
            try dataset.readRows(rows, into: raw.assumingMemoryBound(to: Float.self))
        } else {
            try dataset.readRows(rows, into: raw.assumingMemoryBound(to: Double.self))
        }
    }
}
