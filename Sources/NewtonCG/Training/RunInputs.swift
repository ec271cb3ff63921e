import Foundation

extension RunFolder {
    /// Refuses a run that would destroy what it is made of: its data, the checkpoint that it begins at, its configuration;
    /// by whatever path or link they are named. Nothing is changed.
    ///
    /// - Parameter trace: the file of a timeline.
    /// - Throws: a `DataError`, or a `RunError` about the configuration.
    func checkInputs(_ opening: Opening, _ configuration: Configuration, trace: String? = nil) throws {
        let data = [configuration.data.path, configuration.train.initial?.path].compactMap { $0 }
        if let trace { try checkOutput(trace, over: data + [configuration.places.file], plainFile: false) }
        let files = FileManager.default
        guard opening != .resume, files.fileExists(atPath: path) else { return }
        let folders = ["checkpoints", "metrics"].flatMap { folder in
            ((try? files.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).map { "\(folder)/\($0)" }
        }
        for name in Self.names + folders where !["checkpoints", "metrics"].contains(name) {
            try checkOutput("\(path)/\(name)", over: data)
        }
        // The folder's own is written anew with the same values; of what a user has written comments would be lost.
        let own = self.configuration, file = configuration.places.file
        guard opening == .overwrite, (try? checkOutput(own, over: [file])) == nil else { return }
        let text = try String(contentsOfFile: own, encoding: .utf8)
        guard try Configuration(yaml: text, path: own, registry: configuration.registry).yaml(inFolder: path) == text
        else {
            throw RunError(
                "--overwrite would replace \(file), which is no run's own configuration: put it into another folder, or "
                    + "choose another by --run-dir", exitStatus: 2)
        }
    }
}
