import CHDF5

extension File {
    /// Makes a byte copy hold all of its data itself: what are links to other files, virtual datasets or numbers in
    /// other files in the original becomes groups and datasets of the copy, once under all of its names. Links inside
    /// the file stay links. Only the original is followed, and it is open for reading alone.
    ///
    /// - Parameter original: what this file is a byte copy of. A link that leads to nothing stays as it is.
    func takeIn(_ original: File) throws {
        var taking = Taking(copy: self)
        try taking.replace(in: original, path: "")
    }
}

extension Container {
    /// Gives a name that leads to a dataset with other names too a dataset of its own: that of the same name in
    /// `original`, a group of another file.
    public func separate(_ name: String, from original: Container) throws -> Dataset {
        let failure = "cannot copy \(original.joined(name)) of \(original.fileName)"
        let dataset = try original.dataset(name)
        try checked(failure) { H5Ldelete(id, name, ch5_default_properties()) }
        try copyPlainly(dataset, to: name, of: self, failure)
        return try self.dataset(name)
    }
}

/// What was taken in, by its identity: where it is in the copy.
private struct Taking {
    let copy: File
    private var places: [Identity: String] = [:]
    private var seen: Set<Identity> = []

    init(copy: File) { self.copy = copy }

    /// Goes through what is the original's own, and replaces in the copy what is not.
    mutating func replace(in container: Container, path: String) throws {
        guard seen.insert(try container.identity).inserted else { return }
        for name in try container.names {
            let place = path + "/" + name
            switch try container.link(name) {
            case .object where try container.isGroup(name):
                try replace(in: try container.group(name), path: place)
            case .object where try container.isDataset(name):
                guard try container.dataset(name).isElsewhere else { continue }
                try remove(place)
                try take(name, of: container, to: place)
            case .external where try isThere(name, in: container):
                try remove(place)
                try take(name, of: container, to: place)
            default: break
            }
        }
    }

    private func isThere(_ name: String, in container: Container) throws -> Bool {
        do { return try container.has(name) } catch is HDF5Error { return false }
    }

    private func remove(_ place: String) throws {
        try checked("cannot change \(place) of \(copy.fileName)") {
            H5Ldelete(copy.id, place, ch5_default_properties())
        }
    }

    /// Puts an object of the original, or of a file that it leads to, at `place` of the copy.
    private mutating func take(_ name: String, of container: Container, to place: String) throws {
        let failure = "cannot copy \(container.joined(name)) of \(container.fileName)"
        let isGroup = try container.isGroup(name), isDataset = try container.isDataset(name)
        let object: Object? =
            isGroup ? try container.group(name) : isDataset ? try container.dataset(name) : nil
        if let object {
            let identity = try object.identity
            if let first = places[identity] {
                try checked(failure) {
                    H5Lcreate_hard(
                        copy.id, first, copy.id, place, ch5_default_properties(), ch5_default_properties())
                }
                return
            }
            places[identity] = place
        }
        if let group = object as? Group {
            let made = try copy.createGroup(place)
            try copyAttributes(of: group, to: made)
            for name in try group.names {
                if case .soft(let target) = try group.link(name), !(try isThere(name, in: group)) {
                    try checked(failure) {
                        H5Lcreate_soft(
                            target, copy.id, place + "/" + name, ch5_default_properties(), ch5_default_properties())
                    }
                } else {
                    try take(name, of: group, to: place + "/" + name)
                }
            }
        } else if let dataset = object as? Dataset {
            try copyPlainly(dataset, to: place, of: copy, failure)
        } else {
            try checked(failure) {
                H5Ocopy(
                    container.id, name, copy.id, place, ch5_default_properties(), ch5_default_properties())
            }
        }
    }
}

/// Copies a dataset as it is stored; one whose elements lie elsewhere becomes a plain one that has them.
private func copyPlainly(_ dataset: Dataset, to place: String, of copy: Container, _ failure: String) throws {
    guard dataset.isElsewhere else {
        try checked(failure) {
            H5Ocopy(dataset.id, ".", copy.id, place, ch5_default_properties(), ch5_default_properties())
        }
        return
    }
    let type = Handle(try checked(failure) { H5Dget_type(dataset.id) })
    let space = Handle(try checked(failure) { H5Dget_space(dataset.id) })
    let made = Handle(
        try checked(failure) {
            H5Dcreate2(
                copy.id, place, type.id, space.id, ch5_default_properties(), ch5_default_properties(),
                ch5_default_properties())
        })
    try transfer(
        type, space,
        read: { H5Dread(dataset.id, $0, ch5_whole_space(), ch5_whole_space(), ch5_default_properties(), $1) },
        write: { H5Dwrite(made.id, $0, ch5_whole_space(), ch5_whole_space(), ch5_default_properties(), $1) },
        failure)
    try copyAttributes(
        of: dataset, to: Object(handle: made, file: copy.file ?? copy.handle, fileName: copy.fileName, path: place))
}

private func copyAttributes(of source: Object, to target: Object) throws {
    for name in try source.attributeNames {
        let failure = "cannot copy the attribute \(name) of \(source.place)"
        let attribute = Handle(try checked(failure) { H5Aopen(source.id, name, ch5_default_properties()) })
        let type = Handle(try checked(failure) { H5Aget_type(attribute.id) })
        let space = Handle(try checked(failure) { H5Aget_space(attribute.id) })
        let made = Handle(
            try checked(failure) {
                H5Acreate2(
                    target.id, name, type.id, space.id, ch5_default_properties(), ch5_default_properties())
            })
        try transfer(
            type, space, read: { H5Aread(attribute.id, $0, $1) }, write: { H5Awrite(made.id, $0, $1) }, failure)
    }
}

/// Elements of any type from one place to the other, through memory.
private func transfer(
    _ type: Handle, _ space: Handle, read: (hid_t, UnsafeMutableRawPointer) -> herr_t,
    write: (hid_t, UnsafeMutableRawPointer) -> herr_t, _ failure: String
) throws {
    let memoryType = Handle(try checked(failure) { H5Tcopy(type.id) })
    let count = Int(try checked(failure) { H5Sget_select_npoints(space.id) })
    let size = count * locked { H5Tget_size(memoryType.id) }
    guard size > 0 else { return }
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    buffer.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    defer { buffer.deallocate() }
    try checked(failure) { read(memoryType.id, buffer) }
    defer { locked { _ = ch5_reclaim(memoryType.id, space.id, buffer) } }
    try checked(failure) { write(memoryType.id, buffer) }
}
