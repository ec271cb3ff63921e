import CHDF5
import Glibc

extension Container {
    /// Makes a one-dimensional dataset of UTF-8 strings of variable length.
    public func writeStrings(_ path: String, _ strings: [String]) throws {
        let failure = "cannot write the strings \(joined(path)) of \(fileName)"
        let type = try stringType(length: nil, failure)
        let space = try dataspace([strings.count], failure)
        let links = try parentsMade()
        let dataset = Handle(
            try checked(failure) {
                H5Dcreate2(
                    start(of: path), path, type.id, space.id, links.id, ch5_default_properties(),
                    ch5_default_properties())
            })
        guard !strings.isEmpty else { return }
        let copies = strings.map { Array($0.utf8CString) }
        // One block of bytes, and pointers into it.
        let bytes = copies.flatMap { $0 }
        try bytes.withUnsafeBufferPointer { bytes in
            var pointers: [UnsafePointer<CChar>?] = []
            var offset = 0
            for copy in copies {
                pointers.append(bytes.baseAddress! + offset)
                offset += copy.count
            }
            try checked(failure) {
                H5Dwrite(
                    dataset.id, type.id, ch5_whole_space(), ch5_whole_space(), ch5_default_properties(),
                    pointers)
            }
        }
    }

    /// The strings of a dataset, of variable or fixed length, in row-major order.
    public func readStrings(_ path: String) throws -> [String] {
        let dataset = try dataset(path)
        let failure = "cannot read the strings \(joined(path)) of \(fileName)"
        guard dataset.elementKind == .string else {
            throw HDF5Error(
                "\(dataset.place) does not hold strings but elements of kind \(dataset.elementKind)")
        }
        guard dataset.count > 0 else { return [] }
        let type = Handle(try checked(failure) { H5Dget_type(dataset.id) })
        return try decodedStrings(count: dataset.count, type: type.id, failure) { memoryType, buffer in
            H5Dread(
                dataset.id, memoryType, ch5_whole_space(), ch5_whole_space(), ch5_default_properties(), buffer
            )
        }
    }
}

/// A UTF-8 string type of `length` bytes filled up with zeros, or of variable length.
func stringType(length: Int?, _ failure: String) throws -> Handle {
    let type = Handle(try checked(failure) { H5Tcopy(ch5_c_string()) })
    try checked(failure) { H5Tset_size(type.id, length.map { max(1, $0) } ?? ch5_variable_length()) }
    try checked(failure) { H5Tset_cset(type.id, H5T_CSET_UTF8) }
    if length != nil { try checked(failure) { H5Tset_strpad(type.id, H5T_STR_NULLPAD) } }
    return type
}

/// Reads `count` strings of the file's `type` by `read`, which gets a type for memory and the memory.
func decodedStrings(
    count: Int, type: hid_t, _ failure: String, _ read: (hid_t, UnsafeMutableRawPointer) -> herr_t
) throws -> [String] {
    if try checked(failure, { H5Tis_variable_str(type) }) > 0 {
        let memoryType = Handle(try checked(failure) { H5Tcopy(type) })
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        try pointers.withUnsafeMutableBytes { buffer in
            _ = try checked(failure) { read(memoryType.id, buffer.baseAddress!) }
        }
        defer { locked { for pointer in pointers { _ = H5free_memory(pointer) } } }
        return try pointers.map { pointer in
            guard let pointer else { return "" }
            return try text(Array(UnsafeBufferPointer(start: pointer, count: strlen(pointer))), failure)
        }
    }
    let size = locked { H5Tget_size(type) }
    let padding: UInt8 = locked { H5Tget_strpad(type) } == H5T_STR_SPACEPAD ? 32 : 0
    var bytes = [UInt8](repeating: 0, count: count * size)
    try bytes.withUnsafeMutableBytes { buffer in
        _ = try checked(failure) { read(type, buffer.baseAddress!) }
    }
    return try (0..<count).map { index in
        var slice = bytes[(index * size)..<((index + 1) * size)]
        if let end = slice.firstIndex(of: 0) { slice = slice[..<end] }
        while slice.last == padding { slice.removeLast() }
        return try text(slice.map { CChar(bitPattern: $0) }, failure)
    }
}
