import HDF5

/// Makes a dataset of images and their classes from files in the IDX format (MNIST, Fashion-MNIST, …), plain
/// or compressed by gzip: inputs `(N, height, width, 1)` as bytes, targets `(N,)`, rows in a random order.
public struct IDXImporter: Sendable {
    public var trainImages: String
    public var trainLabels: String
    public var testImages: String
    public var testLabels: String
    /// Names of the classes 0, 1, …; empty for none.
    public var classNames: [String]
    /// Name of the dataset; nil for the stem of `output`.
    public var name: String?
    /// Of the order of the rows.
    public var seed: UInt64
    public var output: String

    public init(
        trainImages: String, trainLabels: String, testImages: String, testLabels: String,
        classNames: [String] = [], name: String? = nil, seed: UInt64 = 1, output: String
    ) {
        self.trainImages = trainImages
        self.trainLabels = trainLabels
        self.testImages = testImages
        self.testLabels = testLabels
        self.classNames = classNames
        self.name = name
        self.seed = seed
        self.output = output
    }

    /// Reads, checks and writes; returns a sentence about what was written.
    public func run() throws -> String {
        let train = try Part(trainImages, trainLabels, classNames)
        let test = try Part(testImages, testLabels, classNames)
        guard train.images.shape.dropFirst() == test.images.shape.dropFirst() else {
            throw DataError(
                "the images of \(trainImages) are \(size(train)), those of "
                    + "\(testImages) \(size(test)) pixels")
        }
        try File.writeWhole(output) { file in
            try file.writeDatasetHeader(
                name: name ?? fileStem(output), task: .classification)
            if !classNames.isEmpty { try file.writeStrings("class_names", classNames) }
            for (stream, (name, part)) in [("train", train), ("test", test)].enumerated() {
                let rows = part.labels.shape[0]
                let order = permutation(count: rows, seed: seed, stream: UInt64(stream))
                let shape = Array(part.images.shape.dropFirst()) + [1]
                try file.writeRows("\(name)/inputs", of: part.images.values, order: order, rowShape: shape)
                let labels = part.labels.values.map { Int32($0) }
                try file.writeRows("\(name)/targets", of: labels, order: order, rowShape: [])
            }
        }
        let classes = 1 + Int(train.labels.values.max()!)
        return "\(output): \(train.labels.shape[0]) training and \(test.labels.shape[0]) test images "
            + "of \(size(train)) pixels, "
            + "\(classNames.isEmpty ? classes : classNames.count) classes"
    }

    private func size(_ part: Part) -> String { "\(part.images.shape[1]) × \(part.images.shape[2])" }

    private struct Part {
        let images, labels: IDXFile

        init(_ imagePath: String, _ labelPath: String, _ names: [String]) throws {
            images = try IDXFile(imagePath, axes: 3, contents: "images")
            labels = try IDXFile(labelPath, axes: 1, contents: "labels")
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
