import CHDF5

extension Container {
    /// Makes a dataset of `shape`, with the groups on the way to it; its elements are 0.
    ///
    /// - Parameters:
    ///   - shape: sizes of the axes; an empty list makes a single number.
    ///   - chunk: sizes of the blocks that filters work on, as many as axes.
    ///   - deflate: compression level 0 … 9 (with the shuffle filter); needs chunks.
    ///   - checksum: adds a Fletcher-32 checksum, so that a damaged byte is an error on reading; it needs
    ///     at least one axis. Without `chunk`, blocks of up to 64 MiB along the first axes are chosen.
    @discardableResult
    public func createDataset<T: HDF5Scalar>(
        _ path: String, shape: [Int], of type: T.Type, chunk: [Int]? = nil, deflate: Int? = nil,
        checksum: Bool = false
    ) throws -> Dataset {
        let failure = "cannot create the dataset \(joined(path)) of \(fileName)"
        guard shape.allSatisfy({ $0 >= 0 }) else { throw HDF5Error("\(failure): impossible shape \(shape)") }
        let properties = Handle(try checked(failure) { H5Pcreate(ch5_dataset_create()) })
        var limits = shape.map { hsize_t($0) }
        if chunk != nil || deflate != nil || checksum {
            let chunk = chunk ?? wholeRows(of: shape, elementSize: MemoryLayout<T>.size)
            guard !shape.isEmpty, chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }) else {
                throw HDF5Error(
                    "\(failure): chunks \(chunk) do not suit the shape \(shape)"
                        + (shape.isEmpty ? "; a single number has no axis, give it the shape [1]" : ""))
            }
            let sizes = chunk.map { hsize_t($0) }
            try checked(failure) { H5Pset_chunk(properties.id, Int32(sizes.count), sizes) }
            // A chunk may be longer than its axis only where the axis could grow.
            for axis in shape.indices where chunk[axis] > shape[axis] { limits[axis] = ch5_unlimited() }
            if let deflate {
                if MemoryLayout<T>.size > 1 { try checked(failure) { H5Pset_shuffle(properties.id) } }
                try checked(failure) { H5Pset_deflate(properties.id, UInt32(max(0, deflate))) }
            }
            if checksum { try checked(failure) { H5Pset_fletcher32(properties.id) } }
        }
        let space = try dataspace(shape, limits: limits, failure)
        let links = try parentsMade()
        let dataset = try checked(failure) {
            H5Dcreate2(
                start(of: path), path, T.nativeType, space.id, links.id, properties.id, ch5_default_properties())
        }
        return try Dataset(
            opened: Handle(dataset), file: file ?? handle, fileName: fileName, path: joined(path))
    }

    /// Makes a dataset of `shape` and writes all of it.
    public func write<T: HDF5Scalar>(
        _ path: String, _ values: UnsafeBufferPointer<T>, shape: [Int], checksum: Bool = false
    ) throws {
        try createDataset(path, shape: shape, of: T.self, checksum: checksum).write(values)
    }

    /// Makes a dataset of `shape` and writes all of it.
    public func write<T: HDF5Scalar>(
        _ path: String, _ values: [T], shape: [Int], checksum: Bool = false
    ) throws {
        try values.withUnsafeBufferPointer { try write(path, $0, shape: shape, checksum: checksum) }
    }
}

/// Chunks of about equal size, at most 64 MiB, that cut `shape` along as few of its first axes as can be.
/// The format allows up to 4 GiB; a chunk is also what a reader must hold at once.
private func wholeRows(of shape: [Int], elementSize: Int) -> [Int] {
    var chunk = shape.map { max(1, $0) }
    for axis in chunk.indices {
        let rowSize = chunk[(axis + 1)...].reduce(elementSize, *)
        let most = max(1, (64 << 20) / rowSize)
        guard chunk[axis] > most else { break }
        let pieces = (chunk[axis] + most - 1) / most
        chunk[axis] = (chunk[axis] + pieces - 1) / pieces
        if rowSize <= 64 << 20 { break }
    }
    return chunk
}
