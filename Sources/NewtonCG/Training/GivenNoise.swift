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
        let drawing = network.nodes.filter(\.layer.drawsNoise)
        /// Throws where there is a name that is neither a layer's nor the beginning of one's path, as in a block.
        func check(_ group: Group, _ path: String) throws {
            for name in try group.names.map({ path + $0 }) where !drawing.contains(where: { $0.name == name }) {
                guard drawing.contains(where: { $0.name.hasPrefix(name + "/") }) else {
                    throw DataError(
                        "\(file.fileName) has noise/\(name), but the model has no layer of this name that draws noise"
                            + suggestion(for: name, among: drawing.map(\.name)))
                }
                try check(file.group("noise/\(name)"), name + "/")
            }
        }
        try check(file.group("noise"), "")
        var values: [Buffer<S>] = []
        places = Buffer(count: network.nodes.count)
        places.base.update(repeating: nil, count: places.count)
        for node in drawing where try file.isGroup("noise/\(node.name)") {
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
