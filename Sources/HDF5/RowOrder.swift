import CHDF5

extension Dataset {
    /// Puts the rows in another order, in place: row i becomes what was row `order[i]`. Elements of any
    /// type of fixed size are moved as they are. The dataset has to fit in memory twice.
    public func reorderRows(_ order: [Int32]) throws {
        let failure = "cannot reorder the rows of \(place)"
        guard !shape.isEmpty, order.count == rows else {
            throw HDF5Error("\(failure): an order of \(order.count) rows for the shape \(shape)")
        }
        let type = Handle(try checked(failure) { H5Dget_type(id) })
        guard elementKind != .string else { throw HDF5Error("\(failure): it holds strings") }
        let size = rowSize * locked { H5Tget_size(type.id) }
        guard size > 0, rows > 1 else { return }
        let before = UnsafeMutableRawPointer.allocate(byteCount: rows * size, alignment: 16)
        let after = UnsafeMutableRawPointer.allocate(byteCount: rows * size, alignment: 16)
        defer {
            before.deallocate()
            after.deallocate()
        }
        try checked(failure) {
            H5Dread(id, type.id, ch5_whole_space(), ch5_whole_space(), ch5_default_properties(), before)
        }
        for (row, source) in order.enumerated() {
            guard source >= 0, source < rows else { throw HDF5Error("\(failure): there is no row \(source)") }
            (after + row * size).copyMemory(from: before + Int(source) * size, byteCount: size)
        }
        try checked(failure) {
            H5Dwrite(id, type.id, ch5_whole_space(), ch5_whole_space(), ch5_default_properties(), after)
        }
    }
}
