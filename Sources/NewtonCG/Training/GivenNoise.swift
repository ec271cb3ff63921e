import HDF5

/// Draws of layers that a file gives in place of random ones: `noise/<layer>/<name>`, a row for each row of the training
/// part.
package final class GivenNoise<S: TrainingScalar> {
    private let values: [Buffer<S>]
    private let places: Buffer<UnsafeRawPointer?>

    /// nil: the file gives none. Throws a `DataError`.
    /// - Parameter rows: of the training part.
    package init?(_ file: File, _ network: Network<S>, rows: Int) throws {
        guard try file.names.contains("noise") else { return nil }
        let drawing = network.nodes.filter(\.layer.drawsNoise), group = try file.group("noise")
        for name in try group.names where !drawing.contains(where: { $0.name == name }) {
            throw DataError(
                "\(file.fileName) has noise/\(name), but the model has no layer of this name that draws noise"
                    + suggestion(for: name, among: drawing.map(\.name)))
        }
        var values: [Buffer<S>] = []
        places = Buffer(count: network.nodes.count)
        places.base.update(repeating: nil, count: places.count)
        for node in drawing where try group.names.contains(node.name) {
            let dataset = try file.dataset("noise/\(node.name)/mask"), shape = network.shapes[node.inputs[0]]
            guard dataset.shape == [rows] + shape.extents else {
                throw DataError(
                    "\(file.fileName): noise/\(node.name)/mask has shape \(dataset.shape), the model needs "
                        + "\([rows] + shape.extents)")
            }
            let own = Buffer<S>(try dataset.read())
            values.append(own)
            places.base[node.number] = UnsafeRawPointer(own.base)
        }
        self.values = values
    }

    /// A key of a step's noise with these draws, and the random ones of a seed where there are none; they must live as long
    /// as it is used.
    package func key(seed: UInt64) -> NoiseKey {
        var key = NoiseKey(seed: seed)
        key.given = UnsafePointer(places.base)
        return key
    }
}
