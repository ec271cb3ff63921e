import CHDF5
import HDF5

/// Changes an HDF5 file that is there by the library's own calls: what other programs write, and this one never does.
public struct OtherStorage {
    private let path: String

    public init(_ path: String) { self.path = path }

    /// A virtual dataset of float64: the rows of each source, one after the other.
    public func virtual(
        _ name: String, shape: [Int], sources: [(file: String, dataset: String, rows: Int)]
    ) throws {
        try make(name, shape) { properties, space in
            let sizes = shape.map { hsize_t($0) }
            var row = 0
            for source in sources {
                var (start, size) = (sizes.map { _ in hsize_t(0) }, sizes)
                (start[0], size[0]) = (hsize_t(row), hsize_t(source.rows))
                H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, size, nil)
                let theirs = H5Screate_simple(Int32(size.count), size, nil)
                defer { H5Sclose(theirs) }
                guard H5Pset_virtual(properties, space, source.file, source.dataset, theirs) >= 0 else { return -1 }
                row += source.rows
            }
            return H5Sselect_all(space)
        }
    }

    /// A dataset of float64 whose numbers lie in a file of their own.
    public func raw(_ name: String, shape: [Int], file raw: String) throws {
        try make(name, shape) { properties, space in
            H5Pset_external(properties, raw, 0, hsize_t(8 * shape.reduce(1, *)))
        }
    }

    /// A dataset of one chunk that says it went through filter `number`, which no library has.
    public func filtered(_ name: String, rows: Int, by number: Int32) throws {
        try make(name, [rows]) { properties, _ in
            H5Pset_chunk(properties, 1, [hsize_t(rows)])
            return H5Pset_filter(properties, number, UInt32(H5Z_FLAG_OPTIONAL), 0, nil)
        }
    }

    /// Strings of four bytes each, filled up with zeros.
    public func bytes(_ name: String, _ strings: [[UInt8]]) throws {
        try change { file in
            let type = H5Tcopy(ch5_c_string())
            defer { H5Tclose(type) }
            H5Tset_size(type, 4)
            let space = H5Screate_simple(1, [hsize_t(strings.count)], nil)
            defer { H5Sclose(space) }
            let dataset = H5Dcreate2(
                file, name, type, space, ch5_default_properties(), ch5_default_properties(), ch5_default_properties())
            defer { H5Dclose(dataset) }
            let padded = strings.flatMap { $0 + [UInt8](repeating: 0, count: 4 - $0.count) }
            return H5Dwrite(dataset, type, ch5_whole_space(), ch5_whole_space(), ch5_default_properties(), padded)
        }
    }

    public func link(_ name: String, to path: String, in file: String? = nil) throws {
        try change { here in
            let links = H5Pcreate(ch5_link_create())
            defer { H5Pclose(links) }
            H5Pset_create_intermediate_group(links, 1)
            guard let other = file else { return H5Lcreate_soft(path, here, name, links, ch5_default_properties()) }
            return H5Lcreate_external(other, path, here, name, links, ch5_default_properties())
        }
    }

    /// A second name of an object.
    public func name(_ path: String, again name: String) throws {
        try change {
            H5Lcreate_hard($0, path, $0, name, ch5_default_properties(), ch5_default_properties())
        }
    }

    public func remove(_ name: String) throws { try change { H5Ldelete($0, name, ch5_default_properties()) } }

    /// A dataset of float64 that is stored as `arrange` says.
    private func make(
        _ name: String, _ shape: [Int], _ arrange: (_ properties: hid_t, _ space: hid_t) -> herr_t
    ) throws {
        try change { file in
            let properties = H5Pcreate(ch5_dataset_create()), links = H5Pcreate(ch5_link_create())
            let space = H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
            defer {
                H5Pclose(properties)
                H5Pclose(links)
                H5Sclose(space)
            }
            H5Pset_create_intermediate_group(links, 1)
            guard arrange(properties, space) >= 0 else { return -1 }
            let dataset = H5Dcreate2(
                file, name, Double.nativeType, space, links, properties, ch5_default_properties())
            return dataset < 0 ? -1 : H5Dclose(dataset)
        }
    }

    private func change(_ body: (hid_t) -> herr_t) throws {
        try betweenCalls {
            let file = H5Fopen(path, ch5_read_write(), ch5_default_properties())
            guard file >= 0 else { throw RunError(description: "\(path) can't be opened") }
            defer { H5Fclose(file) }
            guard body(file) >= 0 else { throw RunError(description: "\(path) can't be changed") }
        }
    }
}
