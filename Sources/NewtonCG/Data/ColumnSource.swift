import HDF5

/// How many tokens the inputs and the targets of a dataset know: of a translation, or classes.
struct Vocabularies: Equatable, Sendable {
    var source, target: Int?
}

/// A column of a part of a dataset, and where its rows come from.
struct ColumnSource {
    enum Source {
        /// `inputs`, normalised.
        case inputs
        /// `targets`, or the inputs of an autoencoding.
        case targets
        /// Some columns of a dataset of whole numbers.
        case tokens(Dataset, Range<Int>)
        /// A dataset of one's own, normalised by its own numbers.
        case own(Dataset, Normalisation)
    }
    let column: Column
    let source: Source

    /// Those of the task; every further dataset of the part with a row for each sample; and other names of these.
    ///
    /// Whole numbers of shape (N) are classes, of shape (N, T) tokens, of which 0 is padding.
    static func all(
        of file: File, _ part: String, _ task: DatasetTask, rows: Int, _ vocabularies: Vocabularies,
        names: [String: String]
    ) throws -> [ColumnSource] {
        var columns = try ofTask(file, part, task, vocabularies)
        let others = try readingData { try file.group(part).names }
        for name in others
        where name != "inputs" && name != "targets" && !columns.contains(where: { $0.column.name == name }) {
            guard try readingData({ try file.isDataset("\(part)/\(name)") }) else { continue }
            let dataset = try DatasetPart.dataset("\(part)/\(name)", of: file)
            guard dataset.elementKind.isNumber, dataset.shape.first == rows else { continue }
            columns.append(try own(dataset, name, file))
        }
        for (name, meant) in names.sorted(by: { $0.key < $1.key }) {
            guard let column = columns.first(where: { $0.column.name == meant }) else {
                throw DataError(
                    "'data.columns' reads '\(name)' from '\(meant)', but the part '\(part)' of \(file.fileName) has no "
                        + "column of this name with a row for each sample"
                        + suggestion(for: meant, among: columns.map(\.column.name)))
            }
            columns.removeAll { $0.column.name == name }
            columns.append(ColumnSource(column: column.column.named(name), source: column.source))
        }
        return columns
    }

    private static func ofTask(
        _ file: File, _ part: String, _ task: DatasetTask, _ vocabularies: Vocabularies
    ) throws -> [ColumnSource] {
        let inputs = try DatasetPart.dataset("\(part)/inputs", of: file), shape = Shape(Array(inputs.shape.dropFirst()))
        func numbers(_ name: String, _ shape: Shape, _ source: Source) -> ColumnSource {
            ColumnSource(column: Column(name, .numbers, shape), source: source)
        }
        func tokens(_ name: String, _ dataset: Dataset, _ columns: Range<Int>, _ vocabulary: Int?) -> ColumnSource {
            let column = Column(name, .tokens, [columns.count], vocabulary: vocabulary, padding: 0)
            return ColumnSource(column: column, source: .tokens(dataset, columns))
        }
        if task == .autoencoding {
            return [numbers(Column.input, shape, .inputs), numbers(Column.target, [shape.count], .targets)]
        }
        let targets = try DatasetPart.dataset("\(part)/targets", of: file), width = targets.rowSize
        switch task {
        case .autoencoding, .regression:
            return [numbers(Column.input, shape, .inputs), numbers(Column.target, [width], .targets)]
        case .classification:
            let classes = Column(Column.target, .tokens, [1], vocabulary: vocabularies.target)
            return [numbers(Column.input, shape, .inputs), ColumnSource(column: classes, source: .targets)]
        case .translation:
            return [
                tokens(Column.input, inputs, 0..<inputs.rowSize, vocabularies.source),
                tokens(Column.shiftedTarget, targets, 0..<max(0, width - 1), vocabularies.target),
                tokens(Column.target, targets, min(1, width)..<width, vocabularies.target),
            ]
        }
    }

    private static func own(_ dataset: Dataset, _ name: String, _ file: File) throws -> ColumnSource {
        let shape = Shape(dataset.shape.count > 1 ? Array(dataset.shape.dropFirst()) : [1])
        if dataset.elementKind.isInteger, dataset.elementKind != .uint8 {
            let column = Column(name, .tokens, shape, padding: dataset.shape.count > 1 ? 0 : nil)
            return ColumnSource(column: column, source: .tokens(dataset, 0..<dataset.rowSize))
        }
        // Every part goes by the numbers of the training part.
        let train = "train/\(name)",
            normalisation = try readingData {
                try Normalisation(of: file.isDataset(train) ? try file.dataset(train) : dataset)
            }
        return ColumnSource(column: Column(name, .numbers, shape), source: .own(dataset, normalisation))
    }
}
