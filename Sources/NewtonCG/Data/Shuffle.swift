import HDF5

/// Copies a dataset with the rows of each part in a random order; all else stays as it is. The copy holds all of its data
/// itself: what the dataset reads of other files is read, and never written.
public struct Shuffle: Sendable {
    /// The dataset that is read.
    public var input: String
    /// The dataset that is written.
    public var output: String
    /// Of the order of the rows.
    public var seed: UInt64

    /// - Parameter seed: of the order.
    public init(input: String, output: String, seed: UInt64 = 1) {
        self.input = input
        self.output = output
        self.seed = seed
    }

    /// Checks, copies and reorders; returns a sentence about what was written.
    public func run() throws -> String {
        let source = try DatasetFile(input)
        try readingData { try checkOutput(output, overAllOf: try File(input, .readOnly)) }
        try File.writeWhole(
            output, copiedFrom: input, check: { try DatasetFile.checkReadable($0, as: output) }
        ) { file in
            // An object may have several names; its rows move once, with those of the part where it is met first.
            var moved: [Identity: String] = [:]
            for part in source.partNames {
                let rows = try source.part(part).rows
                let stream = UInt64(DatasetFile.partNames.firstIndex(of: part)!)
                let order = permutation(count: rows, seed: seed, stream: stream)
                let group = try file.group(part)
                guard moved.updateValue(part, forKey: try group.identity) == nil else { continue }
                for name in try group.names where try group.isDataset(name) {
                    var dataset = try group.dataset(name)
                    guard dataset.shape.first == rows else { continue }
                    if let other = moved[try dataset.identity] {
                        guard other != part else { continue }
                        dataset = try group.separate(name, from: try File(input, .readOnly).group(part))
                    }
                    moved[try dataset.identity] = part
                    try dataset.reorderRows(order)
                }
            }
        }
        let parts = try source.partNames.map { "\($0) (\(counted(try source.part($0).rows, "row")))" }
        return "\(output): \(parts.joined(separator: ", ")) in a random order"
    }
}
