import Foundation
import NewtonCG

/// What connects the ranks: a link between nodes, one inside a node, and the arithmetic of a sum.
///
/// Ranks are placed by blocks: rank r stands in node r / `ranksPerNode`.
package struct NetworkDescription: Equatable, Sendable {
    /// Two floors of switches, as SimGrid's `FAT_TREE` has them.
    package struct FatTree: Equatable, Sendable {
        /// Nodes of each lower switch; between two of them a message passes two cables, otherwise four.
        package var nodes: Int
        /// Lower switches.
        package var switches: Int
        /// Upper switches, each with one cable to each lower one; as many as `nodes`: no cable is ever shared.
        package var roots: Int

        package init(nodes: Int, switches: Int, roots: Int) {
            (self.nodes, self.switches, self.roots) = (nodes, switches, roots)
        }
    }
    package var name: String
    /// Between two nodes; in a fat tree, of the same lower switch.
    package var link: Link
    package var ranksPerNode: Int
    /// Between two ranks of a node; nil where a node holds one rank.
    package var insideNode: Link?
    /// γ: seconds a byte that is added to another; 0 where it is contained in the bandwidth.
    package var sumSecondsPerByte: Double
    package var fatTree: FatTree?

    package init(
        name: String, link: Link, ranksPerNode: Int = 1, insideNode: Link? = nil, sumSecondsPerByte: Double = 0,
        fatTree: FatTree? = nil
    ) {
        (self.name, self.link, self.ranksPerNode) = (name, link, ranksPerNode)
        (self.insideNode, self.sumSecondsPerByte, self.fatTree) = (insideNode, sumSecondsPerByte, fatTree)
    }
}

extension NetworkDescription {
    /// Reads a description (data/networks/README.md). Throws a `ConfigurationError`.
    package init(path: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            let exists = FileManager.default.fileExists(atPath: path)
            throw ConfigurationError(
                exists ? "it can't be read as a file" : "there is no such description of a network", at: .file(path))
        }
        guard let yaml = String(data: bytes, encoding: .utf8) else {
            throw ConfigurationError("it is not text in UTF-8", at: .file(path))
        }
        try self.init(yaml: yaml, path: path)
    }

    /// Reads YAML text; `path` names it in errors.
    package init(yaml: String, path: String) throws {
        var tree = try Tree(yaml: yaml, file: .file(path), line: { .line(path, $0) })
        tree.origin = .file(path)
        guard case .map = tree.content else {
            throw ConfigurationError(
                "a description of a network is a map of keys, as 'latency: 25 us'", at: .file(path))
        }
        let root = Field(tree: tree, path: "")
        let keys = try root.section(["name", "latency", "bandwidth", "sum", "node", "fat_tree"])
        let file = URL(fileURLWithPath: path)
        name = try keys["name"]?.text() ?? file.deletingPathExtension().lastPathComponent
        link = Link(
            latency: try keys.required("latency", as: "25 us").duration(),
            bandwidth: try keys.required("bandwidth", as: "10 Gb/s").rate())
        sumSecondsPerByte = try keys["sum"].map { 1 / (try $0.rate()) } ?? 0
        (ranksPerNode, insideNode) = try keys["node"].map(Self.node) ?? (1, nil)
        fatTree = try keys["fat_tree"].map { try FatTree($0) }
    }

    private static func node(_ field: Field) throws -> (ranks: Int, link: Link?) {
        let keys = try field.section(["ranks", "latency", "bandwidth"])
        let ranks = try keys.required("ranks", as: "8").integer(atLeast: 1, atMost: 4096)
        if ranks == 1 {
            for key in ["latency", "bandwidth"] {
                if let unused = keys[key] {
                    throw unused.fail("'\(unused.path)' has no meaning where a node holds one rank; leave it out")
                }
            }
            return (1, nil)
        }
        let link = Link(
            latency: try keys.required("latency", as: "0.5 us").duration(),
            bandwidth: try keys.required("bandwidth", as: "6 GB/s").rate())
        return (ranks, link)
    }
}

extension NetworkDescription.FatTree {
    init(_ field: Field) throws {
        let keys = try field.section(["nodes", "switches", "roots"])
        nodes = try keys.required("nodes", as: "16").integer(atLeast: 1, atMost: 4096)
        switches = try keys.required("switches", as: "4").integer(atLeast: 1, atMost: 4096)
        roots = try keys.required("roots", as: "16").integer(atLeast: 1, atMost: 4096)
    }
}
