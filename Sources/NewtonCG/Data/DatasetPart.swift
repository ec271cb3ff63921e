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
    /// an autoencoding.
    public let targetWidth: Int

    /// Whether the targets are classes; else they are numbers.
    public var hasClasses: Bool { task == .classification }
    /// What a network and a loss can read of it by name.
    public var columns: [Column] {
        [
            Column(Column.input, .numbers, Shape(inputShape)),
            Column(Column.target, hasClasses ? .tokens : .numbers, [targetWidth]),
        ]
    }
    /// Numbers of a sample's inputs.
    public var inputSize: Int { inputShape.reduce(1, *) }

    private let task: DatasetTask
    private let normalisation: Normalisation
    private let classes: Int?
    private let inputs: Dataset
    private let targets: Dataset?

    init(
        _ name: String, of file: File, task: DatasetTask, normalisation: Normalisation, classes: Int?
    ) throws {
        self.name = name
        self.task = task
        self.normalisation = normalisation
        self.classes = classes
        inputs = try Self.dataset("\(name)/inputs", of: file)
        rows = inputs.shape.first ?? 0
        inputShape = Array(inputs.shape.dropFirst())
        try Self.check(inputs)
        guard task != .autoencoding else {
            guard !file.has("\(name)/targets") else {
                throw DataError(
                    "\(file.fileName): an autoencoding has no targets, its inputs are; remove \(name)/targets"
                )
            }
            targets = nil
            targetWidth = inputs.rowSize
            return
        }
        let targets = try Self.dataset("\(name)/targets", of: file)
        try Self.check(targets, task, rows: rows)
        self.targets = targets
        targetWidth = targets.rowSize
    }

    /// The rows `rows` as the network sees them, into memory for `rows.count * inputSize` numbers. A value
    /// that is not finite is an error.
    @specialized(where S == Float)
    @specialized(where S == Double)
    public func readInputs<S: Scalar>(_ rows: Range<Int>, into memory: UnsafeMutablePointer<S>) throws {
        let count = rows.count * inputSize
        guard count > 0 else { return }
        try readingData {
            if inputs.elementKind == .uint8 {
                normalisation.convert(try inputs.readRows(rows, as: UInt8.self), to: memory)
            } else if inputs.elementKind == .float64, S.self == Float.self, normalisation != .none {
                // A column whose mean is much larger than its std keeps its digits only in double.
                var values = try inputs.readRows(rows, as: Double.self)
                values.withUnsafeMutableBufferPointer {
                    normalisation.apply(to: $0.baseAddress!, count: count)
                }
                for i in 0..<count { memory[i] = S(values[i]) }
            } else {
                try read(inputs, rows, into: memory)
                normalisation.apply(to: memory, count: count)
            }
        }
        try checkFinite(memory, rows, of: inputs)
    }

    /// The classes of the rows `rows`, each checked to be a class of the dataset.
    public func readLabels(_ rows: Range<Int>, into memory: UnsafeMutablePointer<Int32>) throws {
        guard let targets, let classes else {
            throw DataError("\(place) has no classes but numbers to learn")
        }
        try readingData { try targets.readRows(rows, into: memory) }
        for i in 0..<rows.count where memory[i] < 0 || memory[i] >= classes {
            throw DataError(
                "\(targets.path) of \(targets.fileName): row \(rows.lowerBound + i) has the class "
                    + "\(memory[i]); the classes are 0 to \(classes - 1)")
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

    /// The rows `rows` of a column.
    func read<S: Scalar>(_ column: Column, _ rows: Range<Int>, into memory: ColumnMemory<S>) throws {
        switch memory {
        case .numbers(let values) where column.name == Column.input: try readInputs(rows, into: values.base)
        case .numbers(let values): try readTargets(rows, into: values.base)
        case .tokens(let values): try readLabels(rows, into: values.base)
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

    @specialized(where S == Float)
    @specialized(where S == Double)
    private func checkFinite<S: Scalar>(
        _ memory: UnsafeMutablePointer<S>, _ rows: Range<Int>, of dataset: Dataset
    ) throws {
        let count = rows.count * dataset.rowSize
        var bad = 0
        for i in 0..<count { bad |= memory[i].isFinite ? 0 : 1 }
        guard bad != 0, let i = (0..<count).first(where: { !memory[$0].isFinite }) else { return }
        var rest = i % dataset.rowSize
        var column: [Int] = []
        for size in dataset.shape.dropFirst().reversed() {
            column.insert(rest % size, at: 0)
            rest /= size
        }
        throw DataError(
            "\(dataset.path) of \(dataset.fileName): row \(rows.lowerBound + i / dataset.rowSize), column "
                + "\(column.map(String.init).joined(separator: ", ")) is \(memory[i]), not a finite number; "
                + "mend the value or leave out the row")
    }

    private static func dataset(_ path: String, of file: File) throws -> Dataset {
        guard file.isDataset(path) else { throw DataError("\(file.fileName) has no dataset \(path)") }
        return try readingData { try file.dataset(path) }
    }

    private static func check(_ inputs: Dataset) throws {
        let place = "\(inputs.path) of \(inputs.fileName)"
        guard [.uint8, .float32, .float64].contains(inputs.elementKind) else {
            throw DataError("\(place) is of type \(inputs.elementKind); inputs are uint8, float32 or float64")
        }
        guard inputs.shape.count > 1 else {
            throw DataError(
                "\(place) has the shape \(inputs.shape); inputs have two axes or more, samples first "
                    + "(N samples of one feature are (N, 1))")
        }
        guard inputs.count > 0 else { throw DataError("\(place) is empty: its shape is \(inputs.shape)") }
    }

    private static func check(_ targets: Dataset, _ task: DatasetTask, rows: Int) throws {
        let place = "\(targets.path) of \(targets.fileName)"
        guard targets.shape.first == rows else {
            throw DataError(
                "\(place) has the shape \(targets.shape), but there are \(rows) rows of inputs")
        }
        switch task {
        case .classification:
            guard targets.elementKind.isInteger, targets.shape.count == 1 else {
                throw DataError(
                    "\(place) is of type \(targets.elementKind) and shape \(targets.shape); the classes of "
                        + "a classification are int32 of shape (N)")
            }
        case .regression:
            guard targets.elementKind.isFloat, targets.shape.count == 2, targets.count > 0 else {
                throw DataError(
                    "\(place) is of type \(targets.elementKind) and shape \(targets.shape); the targets of "
                        + "a regression are float32 or float64 of shape (N, k), with k = 1 for one number")
            }
        case .autoencoding: break
        }
    }
}
