import Foundation

/// Draws SVG files by gnuplot, where there is one.
package enum Gnuplot {
    /// Why there is no figure, in one sentence.
    package struct NotDrawn: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter path: the file that the script writes.
    /// - Throws: `NotDrawn`.
    package static func draw(_ script: String, _ path: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).gp")
        defer { try? FileManager.default.removeItem(at: file) }
        let status: Int32, said: String
        do {
            try script.write(to: file, atomically: false, encoding: .utf8)
            (status, said) = try OtherProgram.run(["gnuplot", file.path])
        } catch {
            throw NotDrawn(description: "gnuplot could not be started: \(systemReason(error))")
        }
        guard status != 127 else {
            throw NotDrawn(description: "gnuplot is not installed, so that no figures are drawn")
        }
        guard status == 0 else {
            let line = said.split(separator: "\n").last { !$0.isEmpty && !$0.contains("^") } ?? "no reason given"
            throw NotDrawn(description: "gnuplot could not draw \(path): \(line.trimmingCharacters(in: .whitespaces))")
        }
    }

    /// Colours that the colour-blind can tell apart (Okabe and Ito 2008).
    package static let colours = [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442",
    ]

    package static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
