import Foundation

/// A file that a configuration names. Two are equal where they lead to the same file, however they are written.
public struct InputFile: Equatable, Sendable {
    /// As it stands in the configuration.
    public var written: String
    /// The configuration's folder, from which a relative path starts.
    public var folder: String

    /// - Parameters:
    ///   - written: the path as the configuration has it.
    ///   - folder: from which it is looked up, where it is relative.
    public init(written: String, folder: String) { (self.written, self.folder) = (written, folder) }

    /// From the working directory.
    public var path: String { written.hasPrefix("/") || folder.isEmpty ? written : "\(folder)/\(written)" }

    var absolutePath: String { URL(fileURLWithPath: path).standardizedFileURL.path }

    /// As it is written in a configuration in another folder.
    func path(from folder: String) -> String {
        if written.hasPrefix("/") { return written }
        let file = URL(fileURLWithPath: absolutePath).pathComponents
        let folder = URL(fileURLWithPath: folder).standardizedFileURL.pathComponents
        let shared = zip(file, folder).prefix { $0 == $1 }.count
        let up = Array(repeating: "..", count: folder.count - shared)
        return (up + file[shared...]).joined(separator: "/")
    }

    public static func == (a: InputFile, b: InputFile) -> Bool { a.absolutePath == b.absolutePath }
}
