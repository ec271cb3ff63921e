import HDF5

/// All parameters of a checkpoint in one flat vector, in the order of their names, without the model: to compare runs.
///
/// - Throws: `DataError`.
package func flatParameters(ofCheckpoint path: String) throws -> [Double] {
    try readingData {
        let file = try File(path, .readOnly)
        try checkCheckpointFormat(file)
        guard try file.isGroup("parameters") else { throw DataError("\(path) has no group 'parameters'") }
        func values(_ path: String) throws -> [Double] {
            guard try file.isGroup(path) else { return try file.dataset(path).read(as: Double.self) }
            return try file.group(path).names.sorted().flatMap { try values("\(path)/\($0)") }
        }
        return try values("parameters")
    }
}
