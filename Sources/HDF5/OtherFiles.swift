import CHDF5
import Glibc

/// Where the library finds a file that another one names: under the prefixes of an environment variable, in the other's
/// folder, or from the working directory; nil: nowhere. What is not where its absolute path says is looked for by its
/// last part.
func located(_ name: String, from file: String, variable: String) -> String? {
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    var folders = (getenv(variable).map { String(cString: $0) } ?? "").split(separator: ":").map {
        let prefix = $0.hasPrefix("${ORIGIN}") ? folder + $0.dropFirst(9) : String($0)
        return prefix.hasSuffix("/") ? prefix : prefix + "/"
    }
    folders += [folder, ""]
    if let real = realpath(file, nil) {
        let path = String(cString: real)
        free(real)
        folders.append(String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]))
    }
    let last = name.hasPrefix("/") ? name.split(separator: "/").last.map(String.init) ?? name : name
    let candidates = (name.hasPrefix("/") ? [name] : []) + folders.map { $0 + last }
    return candidates.first { access($0, F_OK) == 0 }
}

/// Where the elements of a dataset lie.
struct Storage {
    /// Whether they lie in other files, or in other datasets of the same file.
    let isElsewhere: Bool
    /// The other files, as they were found.
    let files: [String]

    /// Reads it of a dataset's creation properties, and makes sure that all of it is there: what is missing the library
    /// would give as zeros, and say nothing.
    ///
    /// - Parameter depth: how many datasets lead here, each made up of the next.
    init(_ properties: Handle, of dataset: Handle, place: String, shape: [Int], depth: Int) throws {
        guard depth < 32 else { throw HDF5Error("\(place) is made up of datasets without an end") }
        if locked({ H5Pget_layout(properties.id) }) == H5D_VIRTUAL {
            isElsewhere = true
            // A link may have led to another file than the one that was opened.
            let file = Handle(try checked("cannot open \(place)") { H5Iget_file_id(dataset.id) })
            files = try virtualFiles(
                properties, file: file, fileName: try nameOfFile(file.id), place: place, shape: shape, depth: depth)
        } else {
            files = try rawFiles(properties, place: place)
            isElsewhere = !files.isEmpty
        }
    }
}

/// The files of raw numbers that an `external` dataset lies in.
private func rawFiles(_ properties: Handle, place: String) throws -> [String] {
    let failure = "cannot read the layout of \(place)"
    let count = try checked(failure) { H5Pget_external_count(properties.id) }
    return try (0..<UInt32(count)).map { index in
        var (name, offset, size) = ([CChar](repeating: 0, count: 4096), off_t(0), hsize_t(0))
        try checked(failure) { H5Pget_external(properties.id, index, name.count, &name, &offset, &size) }
        let written = try text(name, failure)
        let prefix = getenv("HDF5_EXTFILE_PREFIX").map { String(cString: $0) + "/" } ?? ""
        let path = written.hasPrefix("/") ? written : prefix + written
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw HDF5Error(
                "\(place) lies in the file \(path), which can't be reached: \(String(cString: strerror(errno)))")
        }
        guard size == ch5_unlimited() || Int(status.st_size) >= Int(offset) + Int(size) else {
            throw HDF5Error(
                "\(place) lies in the file \(path), which is cut off: it has \(status.st_size) of "
                    + "\(Int(offset) + Int(size)) bytes")
        }
        return path
    }
}

/// The files that a virtual dataset is put together of.
private func virtualFiles(
    _ properties: Handle, file: Handle, fileName: String, place: String, shape: [Int], depth: Int
) throws -> [String] {
    let failure = "cannot read the layout of \(place)"
    var count = 0
    try checked(failure) { H5Pget_virtual_count(properties.id, &count) }
    var covered: Int? = 0
    var sources: [String: [String: [(selection: Handle, points: Int)]]] = [:]
    for index in 0..<count {
        func name(_ get: (UnsafeMutablePointer<CChar>?, Int) -> Int) throws -> String {
            let length = try checked(failure) { get(nil, 0) }
            var bytes = [CChar](repeating: 0, count: length + 1)
            try checked(failure) { get(&bytes, bytes.count) }
            return try text(bytes, failure)
        }
        let source = try name { H5Pget_virtual_filename(properties.id, index, $0, $1) }
        let dataset = try name { H5Pget_virtual_dsetname(properties.id, index, $0, $1) }
        let own = Handle(try checked(failure) { H5Pget_virtual_vspace(properties.id, index) })
        let points = locked { H5Sget_select_npoints(own.id) }
        covered = points < 0 ? nil : covered.map { $0 + Int(points) }
        let theirs = Handle(try checked(failure) { H5Pget_virtual_srcspace(properties.id, index) })
        sources[firstBlock(source), default: [:]][firstBlock(dataset), default: []].append((theirs, Int(points)))
    }
    if let covered, covered < shape.reduce(1, *) {
        throw HDF5Error(
            "\(place) is put together of other datasets, which have \(covered) of its \(shape.reduce(1, *)) values")
    }
    var files: [String] = []
    for (source, datasets) in sources.sorted(by: { $0.key < $1.key }) {
        var other: Container = Container(handle: file, file: nil, fileName: fileName, path: "/")
        if source != "." {
            guard let found = located(source, from: fileName, variable: "HDF5_VDS_PREFIX") else {
                throw HDF5Error(
                    "\(place) is put together of other files, of which \(source) is not there: put it beside \(fileName)"
                )
            }
            files.append(found)
            other = try File(found, .readOnly)
        }
        for (dataset, selections) in datasets {
            guard try other.has(dataset) else {
                throw HDF5Error(
                    "\(place) is put together of other datasets, of which \(dataset) is not in \(other.fileName)")
            }
            let dataset = try other.dataset(dataset, depth: depth + 1)
            files += dataset.otherFiles
            for (selection, points) in selections where !selects(selection, points, within: dataset.shape) {
                throw HDF5Error(
                    "\(place) is put together of other datasets, of which \(dataset.place) has the shape "
                        + "\(dataset.shape): rows or columns are missing at its end")
            }
        }
    }
    return files
}

/// Whether a source of that shape has all that is taken of it; true too where what is taken grows with the source.
/// - Parameter points: how many values are taken; negative: that grows.
private func selects(_ selection: Handle, _ points: Int, within shape: [Int]) -> Bool {
    locked {
        if H5Sget_select_type(selection.id) == H5S_SEL_ALL { return points <= shape.reduce(1, *) }
        var start = shape.map { _ in hsize_t(0) }, end = start
        guard H5Sget_simple_extent_ndims(selection.id) == shape.count,
            H5Sget_select_bounds(selection.id, &start, &end) >= 0
        else { return true }
        return zip(end, shape).allSatisfy { $0 < $1 }
    }
}

/// A name of a series of sources, in which `%b` stands for a number and `%%` for a percent sign, at its first number.
private func firstBlock(_ name: String) -> String {
    name.replacing("%%", with: "\0").replacing("%b", with: "0").replacing("\0", with: "%")
}

extension File {
    /// The other files that links and datasets of this one lead to, as they were found; links to nothing left out.
    public var otherFiles: [String] {
        get throws {
            var seen: Set<Identity> = [], files: Set<String> = []
            func visit(_ container: Container) throws {
                guard seen.insert(try container.identity).inserted else { return }
                for name in try container.names {
                    guard (try? container.has(name)) == true else { continue }
                    if case .external(let other, _) = try container.link(name) {
                        let found = located(other, from: try nameOfFile(container.id), variable: "HDF5_EXT_PREFIX")
                        if let found { files.insert(found) }
                    }
                    if try container.isGroup(name) {
                        try visit(try container.group(name))
                    } else if try container.isDataset(name) {
                        files.formUnion(try container.dataset(name).otherFiles)
                    }
                }
            }
            try visit(self)
            return files.sorted()
        }
    }
}
