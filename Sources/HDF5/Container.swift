import CHDF5

/// A group in a file. Made by ``Container/group(_:)`` and ``Container/createGroup(_:)``.
public final class Group: Container {}

/// What holds groups and datasets by name: a ``File`` or a ``Group``. Paths such as `train/inputs` reach
/// through groups; one that begins with `/` begins at the file's root, in a group too.
public class Container: Object {
    /// The names in this container, sorted.
    public var names: [String] {
        get throws {
            var information = H5G_info_t()
            try checked("cannot list \(place)") { H5Gget_info(id, &information) }
            return try (0..<information.nlinks).map { index in
                try locked {
                    let length = try checked("cannot list \(place)") {
                        H5Lget_name_by_idx(
                            id, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, ch5_default_properties())
                    }
                    var bytes = [CChar](repeating: 0, count: length + 1)
                    try checked("cannot list \(place)") {
                        H5Lget_name_by_idx(
                            id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &bytes, bytes.count,
                            ch5_default_properties())
                    }
                    return String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
                }
            }
        }
    }

    /// Whether there is a group or dataset at `path`.
    public func has(_ path: String) -> Bool {
        locked {
            let place = self.start(of: path)
            var prefix = path.hasPrefix("/") ? "/" : ""
            for part in path.split(separator: "/") where part != "." {
                prefix += prefix.isEmpty || prefix == "/" ? String(part) : "/" + part
                if H5Lexists(place, prefix, ch5_default_properties()) <= 0
                    || H5Oexists_by_name(place, prefix, ch5_default_properties()) <= 0
                {
                    return false
                }
            }
            return H5Iis_valid(id) > 0
        }
    }

    /// Whether `path` leads to a group.
    public func isGroup(_ path: String) -> Bool { kind(of: path) == H5I_GROUP }

    /// Whether `path` leads to a dataset.
    public func isDataset(_ path: String) -> Bool { kind(of: path) == H5I_DATASET }

    private func kind(of path: String) -> H5I_type_t {
        locked {
            let object = H5Oopen(start(of: path), path, ch5_default_properties())
            guard object >= 0 else { return H5I_BADID }
            defer { H5Oclose(object) }
            return H5Iget_type(object)
        }
    }

    /// The group at a path below this one. Throws an `HDF5Error` where there is none.
    public func group(_ path: String) throws -> Group {
        let group = try checked("cannot open the group \(joined(path)) of \(fileName)") {
            H5Gopen2(start(of: path), path, ch5_default_properties())
        }
        return Group(handle: Handle(group), file: file ?? handle, fileName: fileName, path: joined(path))
    }

    /// The group at `path`, made with its parents where it is not there yet.
    public func createGroup(_ path: String) throws -> Group {
        if has(path) { return try self.group(path) }
        let links = try parentsMade()
        let group = try checked("cannot create the group \(joined(path)) of \(fileName)") {
            H5Gcreate2(start(of: path), path, links.id, ch5_default_properties(), ch5_default_properties())
        }
        return Group(handle: Handle(group), file: file ?? handle, fileName: fileName, path: joined(path))
    }

    /// The dataset at `path`.
    public func dataset(_ path: String) throws -> Dataset {
        let dataset = try checked("cannot open the dataset \(joined(path)) of \(fileName)") {
            H5Dopen2(start(of: path), path, ch5_default_properties())
        }
        return try Dataset(
            opened: Handle(dataset), file: file ?? handle, fileName: fileName, path: joined(path))
    }

    /// A property list under which missing groups on the way to a new object are made.
    func parentsMade() throws -> Handle {
        let links = Handle(try checked("cannot prepare \(place)") { H5Pcreate(ch5_link_create()) })
        try checked("cannot prepare \(place)") { H5Pset_create_intermediate_group(links.id, 1) }
        return links
    }
}
