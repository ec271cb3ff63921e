import CHDF5
import Glibc

/// What stands under a name of a group.
public enum Link: Equatable, Sendable {
    /// An object; others may name it too.
    case object
    /// A path in the same file.
    case soft(String)
    /// A path in another file, whose name is as it was written.
    case external(file: String, path: String)
}

/// What makes an object one and the same under all of its names, also where its file is opened again.
public struct Identity: Hashable, Sendable {
    private let device, file: UInt
    private let place: SIMD16<UInt8>

    init(_ id: hid_t, _ failure: @autoclosure () -> String) throws {
        var place = SIMD16<UInt8>()
        try withUnsafeMutableBytes(of: &place) { bytes in
            _ = try checked(failure()) {
                ch5_identity(id, bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
            }
        }
        var status = stat()
        guard stat(try nameOfFile(id), &status) == 0 else {
            throw HDF5Error("\(failure()): \(String(cString: strerror(errno)))")
        }
        (device, file, self.place) = (UInt(status.st_dev), UInt(status.st_ino), place)
    }
}

extension Object {
    /// Two names lead to one object where this is equal, links to other files included.
    public var identity: Identity { get throws { try Identity(id, "cannot open \(place)") } }
}

extension Container {
    /// What stands under `path`, whose groups have to be there; nil: nothing does. A link is not followed.
    public func link(_ path: String) throws -> Link? {
        let failure = "cannot read the link \(joined(path)) of \(fileName)"
        return try locked {
            guard H5Lexists(start(of: path), path, ch5_default_properties()) > 0 else { return nil }
            var type = H5L_TYPE_ERROR
            var size = 0
            try checked(failure) { ch5_link(start(of: path), path, &type, &size) }
            guard type == H5L_TYPE_SOFT || type == H5L_TYPE_EXTERNAL else { return .object }
            var bytes = [CChar](repeating: 0, count: size + 1)
            try checked(failure) { H5Lget_val(start(of: path), path, &bytes, size, ch5_default_properties()) }
            if type == H5L_TYPE_SOFT { return .soft(try text(bytes, failure)) }
            var flags: UInt32 = 0
            var (file, object): (UnsafePointer<CChar>?, UnsafePointer<CChar>?) = (nil, nil)
            try checked(failure) { H5Lunpack_elink_val(bytes, size, &flags, &file, &object) }
            return .external(
                file: file.map { String(cString: $0) } ?? "", path: object.map { String(cString: $0) } ?? "")
        }
    }

    /// Whether there is a group or dataset at `path`.
    ///
    /// - Throws: where a link on the way leads to nothing, so that what was meant to be there isn't.
    public func has(_ path: String) throws -> Bool {
        try locked {
            guard H5Iis_valid(id) > 0 else { return false }
            let place = start(of: path), root = path.hasPrefix("/") ? "/" : ""
            var prefix = root
            for part in path.split(separator: "/") where part != "." {
                prefix += prefix == root ? String(part) : "/" + part
                guard H5Lexists(place, prefix, ch5_default_properties()) > 0 else { return false }
                if H5Oexists_by_name(place, prefix, ch5_default_properties()) <= 0 { throw try dangling(prefix) }
            }
            return true
        }
    }

    /// Whether `path` leads to a group; an error where a link on the way leads to nothing.
    public func isGroup(_ path: String) throws -> Bool { try kind(of: path) == H5I_GROUP }

    /// Whether `path` leads to a dataset; an error where a link on the way leads to nothing.
    public func isDataset(_ path: String) throws -> Bool { try kind(of: path) == H5I_DATASET }

    private func kind(of path: String) throws -> H5I_type_t {
        try locked {
            guard try has(path) else { return H5I_BADID }
            let object = H5Oopen(start(of: path), path, ch5_default_properties())
            guard object >= 0 else { return H5I_BADID }
            defer { H5Oclose(object) }
            return H5Iget_type(object)
        }
    }

    /// A sentence about a link that leads to nothing, with the name of what is missing.
    private func dangling(_ path: String) throws -> HDF5Error {
        let what = "\(joined(path)) of \(fileName)"
        switch try link(path) {
        case .soft(let target): return HDF5Error("\(what) is a link to \(target), which is not there")
        case .external(let other, let target):
            if let found = located(other, from: fileName, variable: "HDF5_EXT_PREFIX") {
                return HDF5Error("\(what) is a link to \(target) in \(found), which can't be opened there")
            }
            return HDF5Error(
                "\(what) is a link to \(target) in the file \(other), which is not there: put it beside \(fileName)")
        default: return HDF5Error("\(what) can't be opened")
        }
    }
}

/// The name under which the file of an object was opened.
func nameOfFile(_ object: hid_t) throws -> String {
    let failure = "cannot name a file"
    let length = try checked(failure) { H5Fget_name(object, nil, 0) }
    var bytes = [CChar](repeating: 0, count: length + 1)
    try checked(failure) { H5Fget_name(object, &bytes, bytes.count) }
    return try text(bytes, failure)
}

/// Text of the file, which has to be UTF-8. The bytes end with a zero.
func text(_ bytes: [CChar], _ failure: @autoclosure () -> String) throws -> String {
    let bytes = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw HDF5Error(
            "\(failure()): '\(String(decoding: bytes, as: UTF8.self))' is not UTF-8; write it anew as UTF-8")
    }
    return text
}
