import HDF5

/// Makes a dataset of images and their classes from files in the IDX format (MNIST, Fashion-MNIST, …), plain
/// or compressed by gzip: inputs `(N, height, width, 1)` as bytes, targets `(N,)`, rows in a random order. Without
/// labels the images are to be learnt themselves: a dataset for autoencoding, inputs only.
public struct IDXImporter: Sendable {
    /// The path of the training images.
    public var trainImages: String
    /// The path of the test images.
    public var testImages: String
    /// Files of the classes of both parts; nil: autoencoding.
    public var labels: (train: String, test: String)?
    /// The first of the training part's random order are taken, so many; nil: all.
    public var trainRows: Int?
    /// Names of the classes 0, 1, …; empty for none.
    public var classNames: [String]
    /// Name of the dataset; nil for the stem of `output`.
    public var name: String?
    /// Of the order of the rows.
    public var seed: UInt64
    /// The dataset's path.
    public var output: String

    /// - Parameters: as the properties of these names.
    public init(
        trainImages: String, testImages: String, labels: (train: String, test: String)?, classNames: [String] = [],
        trainRows: Int? = nil, name: String? = nil, seed: UInt64 = 1, output: String
    ) {
        self.trainImages = trainImages
        self.testImages = testImages
        self.labels = labels
        self.trainRows = trainRows
        self.classNames = classNames
        self.name = name
        self.seed = seed
        self.output = output
    }

    /// Reads, checks and writes; returns a sentence about what was written.
    public func run() throws -> String {
        let train = try Part(trainImages, labels?.train, classNames)
        let test = try Part(testImages, labels?.test, classNames)
        guard train.images.shape.dropFirst() == test.images.shape.dropFirst() else {
            throw DataError(
                "the images of \(trainImages) are \(size(train)), those of "
                    + "\(testImages) \(size(test)) pixels")
        }
        let rows = trainRows ?? train.rows
        guard (1...train.rows).contains(rows) else {
            throw DataError("\(trainImages) has \(train.rows) images: \(rows) rows can't be taken of them")
        }
        let orders = [train, test].enumerated().map { stream, part in
            permutation(count: part.rows, seed: seed, stream: UInt64(stream)).prefix(stream == 0 ? rows : part.rows)
        }
        let names = namesNeeded(train, test, orders[0])
        let inputs = [trainImages, testImages] + (labels.map { [$0.train, $0.test] } ?? [])
        try DatasetFile.write(
            output, name: name, task: labels == nil ? .autoencoding : .classification, from: inputs
        ) { file in
            if !names.isEmpty { try file.writeStrings("class_names", names) }
            for ((name, part), order) in zip([("train", train), ("test", test)], orders) {
                let shape = Array(part.images.shape.dropFirst()) + [1]
                try file.writeRows("\(name)/inputs", of: part.images.values, order: order, rowShape: shape)
                guard let labels = part.labels?.values.map({ Int32($0) }) else { continue }
                try file.writeRows("\(name)/targets", of: labels, order: order, rowShape: [])
            }
        }
        let sentence = "\(output): \(rows) training and \(test.rows) test images of \(size(train)) pixels"
        guard labels != nil else { return sentence + ", to be learnt themselves" }
        let classes = try DatasetFile(output).numberOfClasses!
        return sentence + ", \(classes) classes"
    }

    /// The names of the classes: those that were given; else the numbers, where training rows that are taken lack the
    /// last of them, and a reader could not count the classes; else none.
    private func namesNeeded(_ train: Part, _ test: Part, _ taken: ArraySlice<Int32>) -> [String] {
        guard classNames.isEmpty, let labels = train.labels?.values, let others = test.labels?.values else {
            return classNames
        }
        let greatest = max(labels.max()!, others.max()!)
        guard taken.allSatisfy({ labels[Int($0)] < greatest }) else { return [] }
        return (0...greatest).map(String.init)
    }

    private func size(_ part: Part) -> String { "\(part.images.shape[1]) × \(part.images.shape[2])" }

    private struct Part {
        let images: IDXFile
        let labels: IDXFile?
        var rows: Int { images.shape[0] }

        init(_ imagePath: String, _ labelPath: String?, _ names: [String]) throws {
            images = try IDXFile(imagePath, axes: 3, contents: "images")
            labels = try labelPath.map { try IDXFile($0, axes: 1, contents: "labels") }
            guard let labels, let labelPath else { return }
            guard images.shape[0] == labels.shape[0] else {
                throw DataError(
                    "\(imagePath) has \(images.shape[0]) images, but \(labelPath) "
                        + "\(labels.shape[0]) labels")
            }
            if !names.isEmpty, let row = labels.values.firstIndex(where: { Int($0) >= names.count }) {
                throw DataError(
                    "\(labelPath): label \(row) is \(labels.values[row]), but there are "
                        + "\(names.count) class names")
            }
        }
    }
}
