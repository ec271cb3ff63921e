import Foundation
import Testing

/// Something of the machine that a test needs, and that not every machine has. Where it is missing the test is skipped;
/// in continuous integration (`CI=true`) it fails, unless `.ci/skips` lists the need.
public struct Need: Sendable {
    /// As in `.ci/skips`.
    public let name: String
    /// Why it is not here; nil: it is.
    public let lack: String?

    public init(_ name: String, lack: String?) { (self.name, self.lack) = (name, lack) }

    /// - Parameters:
    ///   - inCI: whether a skip has to be expected.
    ///   - expected: the names that may be missing there.
    /// - Throws: `RunError` where the test would be skipped although nobody expects it.
    public func isMet(
        inCI: Bool = ProcessInfo.processInfo.environment["CI"] == "true", expected: [String] = expectedSkips
    ) throws -> Bool {
        guard let lack else { return true }
        guard !inCI || expected.contains(name) else {
            throw RunError(description: "CI would skip this for want of '\(name)', which is not in .ci/skips: \(lack)")
        }
        return false
    }
}

/// The first word of each line of `.ci/skips`; the others are its reason.
public let expectedSkips: [String] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../.ci/skips")
    let text = (try? String(contentsOf: path.standardizedFileURL, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { $0.split(separator: " ").first }
        .map(String.init)
}()

extension Trait where Self == ConditionTrait {
    /// The test is skipped where the machine lacks this, with the reason.
    public static func needs(_ need: Need) -> Self {
        .enabled(if: try need.isMet(), Comment(rawValue: need.lack ?? need.name))
    }
}
