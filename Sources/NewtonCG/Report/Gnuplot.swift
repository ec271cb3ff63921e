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

    /// The first lines of a script that draws into an SVG file.
    package static func head(_ output: String, width: Int, height: Int, key: String) -> String {
        """
        set terminal svg size \(width),\(height) enhanced font 'sans,13' background '#ffffff'
        set output \(quoted(output))
        set grid lc rgb '#dddddd'
        set key noenhanced \(key)

        """
    }

    /// Rows of numbers, which the script then knows as `$name`.
    package static func data(_ name: String, _ rows: [String]) -> String {
        "$\(name) << EOD\n" + rows.map { $0 + "\n" }.joined() + "EOD\n"
    }

    package static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
