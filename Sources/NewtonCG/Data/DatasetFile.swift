import HDF5

/// A dataset file (HDF5), opened and checked: format, version, task, and that shapes and types of its parts
/// suit the task and one another. Values are checked when rows are read.
///
/// The file stays open for reading as long as the value lives. Errors are of type ``DataError``.
public final class DatasetFile {
    /// What the attribute `format` of every dataset says.
    public static let format = "newton-cg dataset"
    /// The newest version of the format that this program reads, and the one that it writes.
    public static let version = 1
    static let partNames = ["train", "validation", "test"]
    /// The most classes that labels alone make, where there are fewer samples.
    private static let mostNamelessClasses = 1 << 16

    /// The file's.
    public let path: String
    /// The dataset's own, else the file's.
    public let name: String
    /// What is to be learnt.
    public let task: DatasetTask
    /// The names of the classes, where the file gives them.
    public let classNames: [String]?
    /// Number of classes of a classification: of the names, else the greatest label of `train` plus one.
    public let numberOfClasses: Int?
    /// The words or pieces that the tokens of a translation stand for, token by token.
    public let vocabulary: (source: [String], target: [String])?
    /// How raw inputs become the numbers that a network sees, in every part.
    public let normalisation: Normalisation

    private let parts: [String: DatasetPart]

    /// Opens a dataset and checks its form; rows are read later. Throws a `DataError` that names what is wrong.
    /// - Parameter columns: further names of columns, each with the column that it means.
    public init(_ path: String, columns: [String: String] = [:]) throws {
        self.path = path
        let file = try readingData { try File(path, .readOnly) }
        task = try Self.checkedTask(file)
        name = try readingData { try file.attributeString("name") } ?? fileStem(path)
        guard try readingData({ try file.isGroup("train") }) else {
            throw DataError("\(path) has no group 'train' with the samples to learn from")
        }
        normalisation = task == .translation ? .none : try Self.normalisation(file)
        vocabulary = task == .translation ? try Self.vocabulary(file) : nil
        classNames = try Self.classNames(file, task)
        numberOfClasses = try Self.numberOfClasses(file, task, classNames)
        let sizes = Vocabularies(source: vocabulary?.source.count, target: vocabulary?.target.count ?? numberOfClasses)
        var parts: [String: DatasetPart] = [:]
        for part in Self.partNames where try readingData({ try file.isGroup(part) }) {
            parts[part] = try DatasetPart(
                part, of: file, task: task, normalisation: normalisation, vocabularies: sizes, names: columns)
        }
        for (name, part) in parts {
            let train = parts["train"]!
            guard part.inputShape == train.inputShape, part.targetWidth == train.targetWidth else {
                throw DataError(
                    "\(path): a sample of '\(name)' has inputs \(part.inputShape) and \(part.targetWidth) "
                        + "targets, one of 'train' \(train.inputShape) and \(train.targetWidth)")
            }
        }
        self.parts = parts
    }

    /// The names of the parts that the file has, of `train`, `validation`, `test`.
    public var partNames: [String] { Self.partNames.filter { parts[$0] != nil } }

    /// Whether there is a part of this name: `train`, `validation`, `test`.
    public func hasPart(_ name: String) -> Bool { parts[name] != nil }

    /// The part of that name.
    public func part(_ name: String) throws -> DatasetPart {
        if let part = parts[name] { return part }
        throw DataError(
            "\(path) has no part '\(name)'" + suggestion(for: name, among: partNames)
                + "; its parts are \(partNames.joined(separator: ", "))")
    }

    /// Whether the training samples come class by class: batches of neighbouring rows would then be of one
    /// class each. False where there are too few samples to tell.
    public func isSortedByClass() throws -> Bool {
        guard task == .classification, let train = parts["train"], let classes = numberOfClasses else {
            return false
        }
        var last = Int32.min
        var changes = 0
        for rows in train.rows.pieces(of: 1 << 20) {
            for label in try train.readLabels(rows) {
                if label < last { return false }
                changes += label > last ? 1 : 0
                last = label
            }
        }
        return changes > 1 && train.rows > 2 * classes
    }

    // MARK: Checks

    private static func checkedTask(_ file: File) throws -> DatasetTask {
        try readingData {
            let path = file.fileName
            guard let format = try file.attributeString("format") else {
                throw DataError("\(path) is not a dataset of newton-cg: its root has no attribute 'format'")
            }
            guard format == Self.format else {
                throw DataError("\(path) is not a dataset: its format is '\(format)', not '\(Self.format)'")
            }
            guard let version = try file.attributeInt("version") else {
                throw DataError("\(path): the root attribute 'version' is missing")
            }
            guard version >= 1 else { throw DataError("\(path) has the impossible version \(version)") }
            guard version <= Self.version else {
                throw DataError(
                    "\(path) has version \(version) of the dataset format; this program reads versions up "
                        + "to \(Self.version). Use a newer newton-cg")
            }
            let known = DatasetTask.allCases.map(\.rawValue)
            guard let task = try file.attributeString("task") else {
                throw DataError(
                    "\(path): the root attribute 'task' is missing; it is \(known.joined(separator: ", "))")
            }
            guard let known = DatasetTask(rawValue: task) else {
                throw DataError(
                    "\(path): unknown task '\(task)'" + suggestion(for: task, among: known)
                        + "; known are \(known.joined(separator: ", "))")
            }
            return known
        }
    }

    private static func normalisation(_ file: File) throws -> Normalisation {
        try readingData {
            guard try file.has("train/inputs") else { throw DataError("\(file.fileName) has no train/inputs") }
            return try Normalisation(of: try file.dataset("train/inputs"))
        }
    }

    /// `vocabulary/source` and `vocabulary/target`, or `vocabulary` for both.
    private static func vocabulary(_ file: File) throws -> (source: [String], target: [String]) {
        func read(_ path: String) throws -> [String] {
            guard try readingData({ try file.isDataset(path) }) else {
                throw DataError(
                    "\(file.fileName) has no dataset \(path): a translation has the strings vocabulary/source and "
                        + "vocabulary/target, or vocabulary for both")
            }
            let words = try readingData { try file.readStrings(path) }
            guard words.count >= 4 else {
                throw DataError(
                    "\(file.fileName): \(path) has \(counted(words.count, "string")); the first four stand for padding, "
                        + "begin, end and unknown")
            }
            return words
        }
        if try readingData({ try file.isDataset("vocabulary") }) {
            let both = try read("vocabulary")
            return (both, both)
        }
        return (try read("vocabulary/source"), try read("vocabulary/target"))
    }

    private static func classNames(_ file: File, _ task: DatasetTask) throws -> [String]? {
        guard task == .classification, try readingData({ try file.has("class_names") }) else { return nil }
        let names = try readingData { try file.readStrings("class_names") }
        guard !names.isEmpty else { throw DataError("\(file.fileName): class_names is empty") }
        return names
    }

    private static func numberOfClasses(
        _ file: File, _ task: DatasetTask, _ names: [String]?
    ) throws -> Int? {
        guard task == .classification else { return nil }
        if let names { return names.count }
        let labels = try DatasetPart(
            "train", of: file, task: task, normalisation: .none, vocabularies: Vocabularies(target: .max))
        var greatest: Int32 = 0
        for rows in labels.rows.pieces(of: 1 << 20) {
            greatest = max(greatest, try labels.readLabels(rows).max() ?? 0)
        }
        // More classes than samples are no classes: years, prices, numbers of customers.
        guard Int(greatest) < max(mostNamelessClasses, labels.rows) else {
            throw DataError(
                "train/targets of \(file.fileName) has the label \(greatest), which would make "
                    + "\(Int(greatest) + 1) classes of \(counted(labels.rows, "sample")): number the classes from 0 (in "
                    + "Python: names, labels = numpy.unique(labels, return_inverse=True)) and name them in class_names; "
                    + "numbers to be learnt are float targets (N, 1) of a regression")
        }
        return Int(greatest) + 1
    }
}

extension Int {
    /// The ranges of at most `size` that make up `0 ..< self`.
    func pieces(of size: Int) -> [Range<Int>] {
        stride(from: 0, to: self, by: size).map { $0..<Swift.min($0 + size, self) }
    }
}

/// `fashion` for `data/fashion.h5`.
func fileStem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
}
