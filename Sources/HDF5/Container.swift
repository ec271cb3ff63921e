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
                    return try text(bytes, "cannot list \(place)")
                }
            }
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
        if try has(path) { return try self.group(path) }
        let links = try parentsMade()
        let group = try checked("cannot create the group \(joined(path)) of \(fileName)") {
            H5Gcreate2(start(of: path), path, links.id, ch5_default_properties(), ch5_default_properties())
        }
        return Group(handle: Handle(group), file: file ?? handle, fileName: fileName, path: joined(path))
    }

    /// The dataset at `path`. Where parts of it lie in other files, or a filter made it, that all of that is here is
    /// made sure of: an error names what is missing.
    public func dataset(_ path: String) throws -> Dataset { try dataset(path, depth: 0) }

    /// - Parameter depth: how many datasets lead here, each made up of the next.
    func dataset(_ path: String, depth: Int) throws -> Dataset {
        let dataset = try checked("cannot open the dataset \(joined(path)) of \(fileName)") {
            H5Dopen2(start(of: path), path, ch5_default_properties())
        }
        return try Dataset(
            opened: Handle(dataset), file: file ?? handle, fileName: fileName, path: joined(path), depth: depth)
    }

    /// A property list under which missing groups on the way to a new object are made.
    func parentsMade() throws -> Handle {
        let links = Handle(try checked("cannot prepare \(place)") { H5Pcreate(ch5_link_create()) })
        try checked("cannot prepare \(place)") { H5Pset_create_intermediate_group(links.id, 1) }
        return links
    }
}
