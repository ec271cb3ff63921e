import CHDF5

extension Object {
    /// The names of the attributes, sorted.
    public var attributeNames: [String] {
        get throws {
            var names: [String] = []
            try withUnsafeMutablePointer(to: &names) { pointer in
                _ = try checked("cannot list the attributes of \(place)") {
                    H5Aiterate2(
                        id, H5_INDEX_NAME, H5_ITER_INC, nil,
                        { _, name, _, data in
                            data!.assumingMemoryBound(to: [String].self).pointee.append(
                                String(cString: name!))
                            return 0
                        }, pointer)
                }
            }
            return names
        }
    }

    /// Whether there is an attribute of this name.
    public func hasAttribute(_ name: String) -> Bool { locked { H5Aexists(id, name) > 0 } }

    /// Sets a text. It is stored with a fixed length, so that it lies in the object's header under the
    /// header's checksum; text of variable length would lie in a heap without one.
    public func setAttribute(_ name: String, _ value: String) throws {
        let bytes = Array(value.utf8)
        let type = try stringType(length: bytes.count, "cannot write the attribute \(name) of \(place)")
        try setAttribute(name, type: type.id, shape: [], bytes.isEmpty ? [0] : bytes)
    }

    /// Writes a number as float64, in the place of what the attribute held. Throws an `HDF5Error`.
    public func setAttribute(_ name: String, _ value: Double) throws {
        try setAttribute(name, type: Double.nativeType, shape: [], [value])
    }

    /// Writes a whole number as int64, in the place of what the attribute held. Throws an `HDF5Error`.
    public func setAttribute(_ name: String, _ value: Int) throws {
        try setAttribute(name, type: Int64.nativeType, shape: [], [Int64(value)])
    }

    /// Writes numbers as float64, in the place of what the attribute held. Throws an `HDF5Error`.
    public func setAttribute(_ name: String, _ values: [Double]) throws {
        try setAttribute(name, type: Double.nativeType, shape: [values.count], values)
    }

    /// Writes whole numbers as int64, in the place of what the attribute held. Throws an `HDF5Error`.
    public func setAttribute(_ name: String, _ values: [Int]) throws {
        try setAttribute(name, type: Int64.nativeType, shape: [values.count], values.map { Int64($0) })
    }

    private func setAttribute<T: BitwiseCopyable>(_ name: String, type: hid_t, shape: [Int], _ values: [T])
        throws
    {
        let failure = "cannot write the attribute \(name) of \(place)"
        if hasAttribute(name) { try checked(failure) { H5Adelete(id, name) } }
        let space = try dataspace(shape, failure)
        let attribute = Handle(
            try checked(failure) {
                H5Acreate2(id, name, type, space.id, ch5_default_properties(), ch5_default_properties())
            })
        guard !values.isEmpty else { return }
        try checked(failure) { H5Awrite(attribute.id, type, values) }
    }

    /// The text of an attribute, of variable or fixed length; nil when there is no such attribute.
    public func attributeString(_ name: String) throws -> String? {
        guard let attribute = try openAttribute(name) else { return nil }
        let failure = "cannot read the attribute \(name) of \(place)"
        guard attribute.kind == .string, attribute.count == 1 else {
            throw HDF5Error("the attribute \(name) of \(place) is not a text")
        }
        return try decodedStrings(count: 1, type: attribute.type.id, failure) { memoryType, buffer in
            H5Aread(attribute.handle.id, memoryType, buffer)
        }[0]
    }

    /// The numbers of an attribute, a scalar or an array of any number type; nil when there is none.
    public func attributeDoubles(_ name: String) throws -> [Double]? { try attributeNumbers(name) }

    /// The whole numbers of an attribute; nil when there is none. One that is not whole is an error.
    public func attributeInts(_ name: String) throws -> [Int]? {
        guard let attribute = try openAttribute(name) else { return nil }
        if attribute.kind.isInteger {
            return try attributeNumbers(name, as: Int64.self)!.map { Int($0) }
        }
        return try attributeNumbers(name, as: Double.self)!.map { value in
            guard let whole = Int(exactly: value) else {
                throw HDF5Error("the attribute \(name) of \(place) is \(value), not a whole number")
            }
            return whole
        }
    }

    /// The number of an attribute with one element; nil when there is no such attribute.
    public func attributeDouble(_ name: String) throws -> Double? {
        try attributeDoubles(name).map { try single($0, name) }
    }

    /// The whole number of an attribute with one element; nil when there is no such attribute.
    public func attributeInt(_ name: String) throws -> Int? {
        try attributeInts(name).map { try single($0, name) }
    }

    /// The sizes of an attribute's axes and what its elements are; nil when there is no such attribute.
    public func attributeLayout(_ name: String) throws -> (shape: [Int], kind: ElementKind)? {
        try openAttribute(name).map { ($0.shape, $0.kind) }
    }

    private func single<T>(_ values: [T], _ name: String) throws -> T {
        guard values.count == 1 else {
            throw HDF5Error("the attribute \(name) of \(place) has \(values.count) values instead of one")
        }
        return values[0]
    }

    private func attributeNumbers<T: HDF5Scalar>(_ name: String, as: T.Type = T.self) throws -> [T]? {
        guard let attribute = try openAttribute(name) else { return nil }
        guard attribute.kind.isNumber else {
            throw HDF5Error("the attribute \(name) of \(place) does not hold numbers")
        }
        return try [T](unsafeUninitializedCapacity: attribute.count) { buffer, initialised in
            guard attribute.count > 0 else { return }
            try checked("cannot read the attribute \(name) of \(place)") {
                H5Aread(attribute.handle.id, T.nativeType, buffer.baseAddress)
            }
            initialised = attribute.count
        }
    }

    private struct OpenAttribute {
        let handle, type: Handle
        let kind: ElementKind
        let shape: [Int]
        let count: Int
    }

    private func openAttribute(_ name: String) throws -> OpenAttribute? {
        let failure = "cannot read the attribute \(name) of \(place)"
        guard try checked(failure, { H5Aexists(id, name) }) > 0 else { return nil }
        let attribute = Handle(try checked(failure) { H5Aopen(id, name, ch5_default_properties()) })
        let type = Handle(try checked(failure) { H5Aget_type(attribute.id) })
        let space = Handle(try checked(failure) { H5Aget_space(attribute.id) })
        let rank = Int(try checked(failure) { H5Sget_simple_extent_ndims(space.id) })
        var sizes = [hsize_t](repeating: 0, count: rank)
        try checked(failure) { H5Sget_simple_extent_dims(space.id, &sizes, nil) }
        let count = Int(try checked(failure) { H5Sget_simple_extent_npoints(space.id) })
        return OpenAttribute(
            handle: attribute, type: type, kind: locked { ElementKind(type: type.id) },
            shape: sizes.map { Int($0) }, count: count)
    }
}
