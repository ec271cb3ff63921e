import HDF5

/// Copies a dataset with the rows of each part in a random order; all else stays as it is.
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
        try File.writeWhole(output, copiedFrom: input) { file in
            for part in source.partNames {
                let rows = try source.part(part).rows
                let stream = UInt64(DatasetFile.partNames.firstIndex(of: part)!)
                let order = permutation(count: rows, seed: seed, stream: stream)
                let group = try file.group(part)
                for name in try group.names where group.isDataset(name) {
                    let dataset = try group.dataset(name)
                    if dataset.shape.first == rows { try dataset.reorderRows(order) }
                }
            }
        }
        let parts = try source.partNames.map { "\($0) (\(counted(try source.part($0).rows, "row")))" }
        return "\(output): \(parts.joined(separator: ", ")) in a random order"
    }
}
