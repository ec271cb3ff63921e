import Glibc
import HDF5

/// A text that says what is in a dataset or a checkpoint: what it is for, then every group and dataset with
/// its shape, type and attributes.
public struct Inspection {
    /// The text, lines ended by line feeds.
    public let text: String

    /// Reads the file's form. Throws a `DataError` where it is no HDF5 file, or a dataset that is not as it should be.
    public init(_ path: String) throws {
        text = try readingData {
            let file = try File(path, .readOnly)
            var lines = ["\(path): " + (try Self.title(file))]
            switch try? file.attributeString("format") {
            case DatasetFile.format: lines += try Self.dataset(path)
            case "newton-cg checkpoint": lines += try Self.checkpoint(file)
            default: break
            }
            lines += ["", "/" + (try Self.attributes(of: file))]
            lines += try Self.tree(file, indent: "  ")
            return lines.joined(separator: "\n") + "\n"
        }
    }

    private static func title(_ file: File) throws -> String {
        guard let format = try? file.attributeString("format") else {
            return "an HDF5 file of no known format"
        }
        let version = try file.attributeInt("version")
        return format + (version.map { ", version \($0)" } ?? "")
    }

    // MARK: Datasets

    private static func dataset(_ path: String) throws -> [String] {
        let dataset = try DatasetFile(path)
        var lines = ["name: \(dataset.name)", "task: \(dataset.task.rawValue)"]
        if let (source, target) = dataset.vocabulary {
            lines.append("vocabulary: \(source.count) tokens of the source, \(target.count) of the target")
        } else {
            lines.append("inputs: \(dataset.normalisation)")
        }
        if let classes = dataset.numberOfClasses {
            let names = dataset.classNames.map { " (\(shortened($0, ", ")))" } ?? ""
            lines.append("classes: \(classes)\(names)")
        }
        for name in dataset.partNames {
            let part = try dataset.part(name)
            var line = "\(name): \(counted(part.rows, "sample")), inputs \(shape(part.inputShape))"
            if dataset.task == .regression { line += ", " + counted(part.targetWidth, "target") }
            if dataset.task == .translation { line += ", targets (\(part.targetWidth))" }
            if let classes = dataset.numberOfClasses {
                line += ", by class: "
                line += shortened(try classCounts(part, classes).map(String.init), " ")
            }
            lines.append(line)
        }
        if try dataset.isSortedByClass() {
            lines.append("note: the training samples are sorted by class; 'newton-cg data shuffle' mends it")
        }
        return lines
    }

    private static func classCounts(_ part: DatasetPart, _ classes: Int) throws -> [Int] {
        var counts = [Int](repeating: 0, count: classes)
        for rows in part.rows.pieces(of: 1 << 20) {
            for label in try part.readLabels(rows) { counts[Int(label)] += 1 }
        }
        return counts
    }

    // MARK: Checkpoints

    private static func checkpoint(_ file: File) throws -> [String] {
        var lines: [String] = []
        for name in ["step", "epoch", "phase", "seed"] {
            if let values = try file.attributeDoubles(name), values.count == 1 {
                lines.append("\(name): \(sixDigits(values[0]))")
            }
        }
        for (group, noun) in [("parameters", "parameter"), ("state", "number")] where try file.isGroup(group) {
            let layers = try layers(try file.group(group), prefix: "")
            let count = layers.reduce(0) { $0 + $1.count }
            lines.append("\(group): \(counted(count, noun)) in \(counted(layers.count, "layer"))")
            for layer in layers { lines.append("  \(layer.name): \(layer.contents), \(layer.count)") }
        }
        return lines
    }

    private struct LayerLine {
        let name, contents: String
        let count: Int
    }

    /// The groups that hold datasets, at any depth.
    private static func layers(_ group: Container, prefix: String) throws -> [LayerLine] {
        let names = try group.names
        let datasets = try names.filter { try group.isDataset($0) }.map { ($0, try group.dataset($0)) }
        var layers: [LayerLine] = []
        if !datasets.isEmpty {
            layers.append(
                LayerLine(
                    name: prefix,
                    contents: datasets.map { "\($0) \(shape($1.shape))" }.joined(separator: ", "),
                    count: datasets.reduce(0) { $0 + $1.1.count }))
        }
        for name in names where try group.isGroup(name) {
            layers += try self.layers(
                try group.group(name), prefix: prefix.isEmpty ? name : "\(prefix)/\(name)")
        }
        return layers
    }

    // MARK: The tree

    private static func tree(_ container: Container, indent: String, _ seen: Set<Identity> = []) throws -> [String] {
        // A group may lie in itself.
        let seen = seen.union([try container.identity])
        return try container.names.flatMap { name -> [String] in
            var line = "\(indent)\(name)"
            switch try container.link(name) {
            case .soft(let path): line += " → \(path)"
            case .external(let file, let path): line += " → \(path) of \(file)"
            default: break
            }
            guard (try? container.has(name)) == true else { return [line + ": leads to nothing"] }
            if try container.isGroup(name) {
                let group = try container.group(name)
                guard try !seen.contains(group.identity) else { return [line + "/ again"] }
                return [line + "/" + (try attributes(of: group))] + (try tree(group, indent: indent + "  ", seen))
            }
            guard try container.isDataset(name) else { return [line + ": neither group nor dataset"] }
            let dataset = try container.dataset(name)
            return [
                line + "  \(shape(dataset.shape)) \(dataset.elementKind)"
                    + (dataset.hasChecksum ? ", with checksum" : "")
                    + (dataset.isElsewhere ? ", read of \(shortened(dataset.otherFiles, ", "))" : "")
                    + (try attributes(of: dataset))
            ]
        }
    }

    private static func attributes(of object: Object) throws -> String {
        try object.attributeNames.map { "  \($0) = " + (try value(of: $0, in: object)) }.joined()
    }

    private static func value(of name: String, in object: Object) throws -> String {
        guard let layout = try object.attributeLayout(name) else { return "missing" }
        let count = layout.shape.reduce(1, *)
        if layout.kind == .string && count == 1 {
            let text = try object.attributeString(name) ?? ""
            let lines = text.split(separator: "\n").count
            return lines > 1 ? "text of \(lines) lines" : "'\(text)'"
        }
        guard layout.kind.isNumber, let values = try object.attributeDoubles(name) else {
            return "\(shape(layout.shape)) \(layout.kind)"
        }
        let shown = values.prefix(4).map(sixDigits).joined(separator: ", ")
        if layout.shape.isEmpty { return shown }
        return count > 4 ? "[\(shown), … \(count) values]" : "[\(shown)]"
    }

    /// `(60000, 28, 28, 1)`.
    private static func shape(_ sizes: [Int]) -> String {
        "(\(sizes.map(String.init).joined(separator: ", ")))"
    }
}

/// At most 40 of many, and how many more there are.
private func shortened(_ all: [String], _ separator: String) -> String {
    all.prefix(40).joined(separator: separator) + (all.count > 40 ? "\(separator)… (\(all.count) in all)" : "")
}

/// A number with six significant digits.
func sixDigits(_ value: Double) -> String {
    if let whole = Int(exactly: value) { return String(whole) }
    guard value.isFinite else { return "\(value)" }
    let scale = pow(10, 5 - floor(log10(abs(value))))
    let rounded = (value * scale).rounded() / scale
    return "\(rounded.isFinite ? rounded : value)"
}
