import CHDF5

/// A file, group or dataset: what can carry attributes.
public class Object {
    /// The path of the file, as it was given to `File`.
    public let fileName: String
    /// The place in the file, `/` for the root.
    public let path: String
    let handle: Handle
    /// Keeps the file open as long as anything in it is in use; nil for the file itself.
    let file: Handle?

    init(handle: Handle, file: Handle?, fileName: String, path: String) {
        self.handle = handle
        self.file = file
        self.fileName = fileName
        self.path = path
    }

    var id: hid_t { handle.id }

    /// `name` in this object, for messages.
    var place: String { path == "/" ? fileName : "\(path) of \(fileName)" }

    /// Where a path begins: in this object, or at the file's root.
    func start(of path: String) -> hid_t { path.hasPrefix("/") ? (file ?? handle).id : id }

    /// The place in the file of `name`: under this object, or from the root on where it begins with `/`.
    func joined(_ name: String) -> String {
        let parts = (name.hasPrefix("/") ? name : path + "/" + name).split(separator: "/").filter { $0 != "." }
        return "/" + parts.joined(separator: "/")
    }
}
