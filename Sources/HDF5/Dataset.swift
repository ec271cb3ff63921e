import CHDF5

/// An array of numbers or strings in a file. Its rows are the slices of its first axis.
public final class Dataset: Object {
    /// Sizes of the axes; empty for a single number.
    public let shape: [Int]
    /// What the elements are in the file.
    public let elementKind: ElementKind
    /// Sizes of the blocks that filters work on, or nil where the elements lie in one piece.
    public let chunk: [Int]?
    /// Whether a Fletcher-32 checksum is kept of every chunk.
    public let hasChecksum: Bool

    /// Whether its elements lie in other files, or in other datasets that it is put together of.
    public let isElsewhere: Bool
    /// The other files that it is read of, as they were found.
    public let otherFiles: [String]

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }
    /// Number of rows; a single number counts as one.
    public var rows: Int { shape.first ?? 1 }
    /// Elements of a row.
    public var rowSize: Int { shape.dropFirst().reduce(1, *) }

    init(opened: Handle, file: Handle, fileName: String, path: String, depth: Int = 0) throws {
        let failure = "cannot open the dataset \(path) of \(fileName)"
        let space = Handle(try checked(failure) { H5Dget_space(opened.id) })
        let rank = Int(try checked(failure) { H5Sget_simple_extent_ndims(space.id) })
        var sizes = [hsize_t](repeating: 0, count: rank)
        try checked(failure) { H5Sget_simple_extent_dims(space.id, &sizes, nil) }
        shape = sizes.map { Int($0) }

        let type = Handle(try checked(failure) { H5Dget_type(opened.id) })
        elementKind = locked { ElementKind(type: type.id) }
        let elementSize = locked { H5Tget_size(type.id) }
        let properties = Handle(try checked(failure) { H5Dget_create_plist(opened.id) })
        try checkFilters(properties, of: "\(path) of \(fileName)")
        let storage = try Storage(
            properties, of: opened, place: "\(path) of \(fileName)", shape: shape, depth: depth)
        (isElsewhere, otherFiles) = (storage.isElsewhere, storage.files)
        if locked({ H5Pget_layout(properties.id) }) == H5D_CHUNKED {
            try checked(failure) { H5Pget_chunk(properties.id, Int32(rank), &sizes) }
            chunk = sizes.map { Int($0) }
        } else {
            chunk = nil
        }
        var (flags, values, information): (UInt32, Int, UInt32) = (0, 0, 0)
        hasChecksum =
            locked {
                H5Pget_filter_by_id2(
                    properties.id, H5Z_filter_t(H5Z_FILTER_FLETCHER32), &flags, &values, nil, 0, nil,
                    &information)
            } >= 0

        super.init(
            handle: try Self.withCache(
                opened, chunk: chunk, shape: shape, elementSize: elementSize, file: file, path: path,
                failure: failure),
            file: file, fileName: fileName, path: path)
    }

    /// Opens the dataset again with a cache that holds the chunks which one row touches: with a smaller
    /// one every read of a few rows would read, check and unpack whole chunks again.
    private static func withCache(
        _ opened: Handle, chunk: [Int]?, shape: [Int], elementSize: Int, file: Handle, path: String,
        failure: String
    ) throws -> Handle {
        guard let chunk, !chunk.isEmpty else { return opened }
        let across = zip(shape, chunk).dropFirst().reduce(1) { $0 * max(1, ($1.0 + $1.1 - 1) / $1.1) }
        let wanted = 2 * across * chunk.reduce(elementSize, *)
        guard wanted > 1 << 20 else { return opened }
        let access = Handle(try checked(failure) { H5Pcreate(ch5_dataset_access()) })
        try checked(failure) {
            H5Pset_chunk_cache(access.id, max(521, 100 * across + 1), min(wanted, 1 << 30), 1)
        }
        // The cache belongs to the open dataset, shared by its handles: the first must be closed before.
        opened.release()
        return Handle(try checked(failure) { H5Dopen2(file.id, path, access.id) })
    }

    // MARK: Reading

    /// All elements, in row-major order.
    public func read<T: HDF5Scalar>(as type: T.Type = T.self) throws -> [T] {
        try checkNumbers()
        return try [T](unsafeUninitializedCapacity: count) { buffer, initialised in
            guard count > 0 else { return }
            try checked("cannot read \(place)") {
                H5Dread(
                    id, T.nativeType, ch5_whole_space(), ch5_whole_space(), ch5_default_properties(),
                    buffer.baseAddress)
            }
            initialised = count
        }
    }

    /// The rows `rows`, in row-major order, into memory for `rows.count * rowSize` elements.
    public func readRows<T: HDF5Scalar>(_ rows: Range<Int>, into memory: UnsafeMutablePointer<T>) throws {
        try checkNumbers()
        try withRows(rows) { inMemory, inFile in
            H5Dread(id, T.nativeType, inMemory, inFile, ch5_default_properties(), memory)
        }
    }

    /// The rows `rows`, in row-major order.
    public func readRows<T: HDF5Scalar>(_ rows: Range<Int>, as type: T.Type = T.self) throws -> [T] {
        let size = rows.count * rowSize
        return try [T](unsafeUninitializedCapacity: size) { buffer, initialised in
            guard let memory = buffer.baseAddress, size > 0 else { return }
            try readRows(rows, into: memory)
            initialised = size
        }
    }

    // MARK: Writing

    /// Writes all elements.
    public func write<T: HDF5Scalar>(_ values: UnsafeBufferPointer<T>) throws {
        try checkNumbers()
        guard values.count == count else {
            throw HDF5Error("cannot write \(place): \(values.count) values for the shape \(shape)")
        }
        guard count > 0 else { return }
        try checked("cannot write \(place)") {
            H5Dwrite(
                id, T.nativeType, ch5_whole_space(), ch5_whole_space(), ch5_default_properties(),
                values.baseAddress)
        }
    }

    /// Writes all elements.
    public func write<T: HDF5Scalar>(_ values: [T]) throws {
        try values.withUnsafeBufferPointer { try write($0) }
    }

    /// Writes the rows `rows` from `rows.count * rowSize` elements in memory.
    public func writeRows<T: HDF5Scalar>(_ rows: Range<Int>, from memory: UnsafePointer<T>) throws {
        try checkNumbers()
        try withRows(rows) { inMemory, inFile in
            H5Dwrite(id, T.nativeType, inMemory, inFile, ch5_default_properties(), memory)
        }
    }

    // MARK: Checks

    private func checkNumbers() throws {
        guard elementKind.isNumber else {
            throw HDF5Error("\(place) does not hold numbers but elements of kind \(elementKind)")
        }
    }

    /// Selects a slab of rows and hands the dataspaces of memory and file to `transfer`.
    private func withRows(_ rows: Range<Int>, _ transfer: (hid_t, hid_t) -> herr_t) throws {
        guard !shape.isEmpty, rows.lowerBound >= 0, rows.upperBound <= shape[0] else {
            throw HDF5Error(
                "\(place) has the shape \(shape), no rows \(rows.lowerBound) to \(rows.upperBound)")
        }
        guard rows.count * rowSize > 0 else { return }
        let failure = "cannot reach the rows \(rows.lowerBound) to \(rows.upperBound) of \(place)"
        var start = shape.map { _ in hsize_t(0) }
        var size = shape.map { hsize_t($0) }
        start[0] = hsize_t(rows.lowerBound)
        size[0] = hsize_t(rows.count)
        let inFile = Handle(try checked(failure) { H5Dget_space(id) })
        try checked(failure) { H5Sselect_hyperslab(inFile.id, H5S_SELECT_SET, start, nil, size, nil) }
        let inMemory = try dataspace([rows.count * rowSize], failure)
        try checked(failure) { transfer(inMemory.id, inFile.id) }
    }
}
