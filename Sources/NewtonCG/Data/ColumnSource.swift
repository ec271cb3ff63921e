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

    /// What a task's own datasets are read as.
    /// - Parameter targets: nil: the inputs are learnt.
    static func ofTask(
        _ task: DatasetTask, _ inputs: Dataset, _ targets: Dataset?, _ vocabularies: Vocabularies
    ) -> [ColumnSource] {
        func tokens(_ name: String, _ dataset: Dataset, _ columns: Range<Int>, _ vocabulary: Int?) -> ColumnSource {
            let column = Column(name, .tokens, [columns.count], vocabulary: vocabulary, padding: 0)
            return ColumnSource(column: column, source: .tokens(dataset, columns))
        }
        if task == .translation, let targets {
            let width = targets.rowSize
            return [
                tokens(Column.input, inputs, 0..<inputs.rowSize, vocabularies.source),
                tokens(Column.shiftedTarget, targets, 0..<width - 1, vocabularies.target),
                tokens(Column.target, targets, 1..<width, vocabularies.target),
            ]
        }
        let input = Column(Column.input, .numbers, Shape(Array(inputs.shape.dropFirst())))
        let target =
            task == .classification
            ? Column(Column.target, .tokens, [1], vocabulary: vocabularies.target)
            : Column(Column.target, .numbers, [(targets ?? inputs).rowSize])
        return [ColumnSource(column: input, source: .inputs), ColumnSource(column: target, source: .targets)]
    }

    /// Every further dataset of a part with a row for each sample: whole numbers of shape (N) are classes, of shape (N, T)
    /// tokens, of which 0 is padding.
    /// - Parameter others: the task's, whose names are taken.
    static func further(
        of file: File, _ part: String, rows: Int, besides others: [ColumnSource]
    ) throws -> [ColumnSource] {
        let taken = ["inputs", "targets"] + others.map(\.column.name)
        let group = try readingData { try file.group(part) }
        return try readingData { try group.names }.compactMap { name -> ColumnSource? in
            guard !taken.contains(name), try readingData({ try group.isDataset(name) }) else { return nil }
            let dataset = try readingData { try group.dataset(name) }
            return dataset.elementKind.isNumber && dataset.shape.first == rows ? try own(dataset, name, file) : nil
        }
    }

    /// These, and the same under other names, each of which means one of these.
    /// - Parameter place: for errors.
    static func named(_ names: [String: String], among own: [ColumnSource], in place: String) throws -> [ColumnSource] {
        let named = try names.sorted { $0.key < $1.key }.map { name, meant in
            guard let column = own.first(where: { $0.column.name == meant }) else {
                throw DataError(
                    "'data.columns' reads '\(name)' from '\(meant)', but \(place) has no column of this name with a row for "
                        + "each sample" + suggestion(for: meant, among: own.map(\.column.name)))
            }
            return ColumnSource(column: column.column.named(name), source: column.source)
        }
        return own.filter { names[$0.column.name] == nil } + named
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
