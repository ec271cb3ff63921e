import HDF5

/// A file with the root attributes of a dataset for `task`, filled by `body`: parts as a test wants them, wrong ones too.
public func writeDataset(_ path: String, _ task: String, _ body: (File) throws -> Void) throws {
    try File.writeWhole(path) { file in
        try file.setAttribute("format", "newton-cg dataset")
        try file.setAttribute("version", 1)
        try file.setAttribute("name", "small")
        try file.setAttribute("task", task)
        try body(file)
    }
}
