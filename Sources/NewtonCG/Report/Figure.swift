import Foundation

/// A metric over seconds and, beside it, over epochs: an SVG file drawn by gnuplot.
package struct Figure {
    package struct Curve {
        /// The key's text; nil: one more curve of the same name and colour.
        package var title: String?
        package var colour: Int
        package var points: [MetricsTable.Point]

        package init(title: String?, colour: Int, points: [MetricsTable.Point]) {
            (self.title, self.colour, self.points) = (title, colour, points)
        }
    }
    /// What stands at the y axis.
    package var metric: String
    package var isLogarithmic: Bool
    package var curves: [Curve]

    package init(metric: String, isLogarithmic: Bool, curves: [Curve]) {
        (self.metric, self.isLogarithmic, self.curves) = (metric, isLogarithmic, curves)
    }

    /// Throws `Gnuplot.NotDrawn`.
    package func draw(_ path: String) throws { try Gnuplot.draw(script(output: path), path) }

    /// - Parameter output: the SVG file.
    func script(output: String) -> String {
        var text = Gnuplot.head(output, width: 1000, height: 420, key: (isLogarithmic ? "top" : "bottom") + " right")
        text += "set ylabel \(Gnuplot.quoted(metric))\n"
        if isLogarithmic { text += "set logscale y\nset format y '10^{%T}'\n" }
        for (i, curve) in curves.enumerated() {
            let rows = Self.thinned(curve.points).map { "\($0.seconds) \($0.epoch) \($0.value)" }
            text += Gnuplot.data("curve\(i)", rows)
        }
        text += "set multiplot layout 1,2\n"
        for (column, label) in [(1, "seconds in steps"), (2, "epochs")] {
            let isWide = spansDecades { column == 1 ? $0.seconds : $0.epoch }
            text += isWide ? "set logscale x\nset format x '10^{%T}'\n" : "unset logscale x\nset format x '%g'\n"
            text += "set xlabel \(Gnuplot.quoted(label))\n"
            let plots = curves.enumerated().map { i, curve in
                let title = curve.title.map { "title \(Gnuplot.quoted($0))" } ?? "notitle"
                let colour = Gnuplot.colours[curve.colour % Gnuplot.colours.count]
                // Few points are seen as such; a single one is seen at all.
                let style = curve.points.count < 30 ? "linespoints pt 7 ps 0.4" : "lines"
                return "$curve\(i) using \(column):3 with \(style) lw 1.5 lc rgb '\(colour)' \(title)"
            }
            text += "plot \(plots.joined(separator: ", "))\n"
        }
        return text + "unset multiplot\n"
    }

    /// Whether the curves end so far apart that only a logarithmic axis shows them all.
    private func spansDecades(_ x: (MetricsTable.Point) -> Double) -> Bool {
        let ends: [Double] = curves.compactMap { $0.points.last.map(x) }.filter { $0 > 0 }
        guard let nearest = ends.min(), let farthest = ends.max() else { return false }
        return farthest > 20 * nearest
    }

    /// At most some hundred points, all of the first ones among them: a run's beginning is its steepest part.
    private static func thinned(_ points: [MetricsTable.Point]) -> [MetricsTable.Point] {
        let finite = points.filter { $0.value.isFinite }, stride = max(1, finite.count / 150)
        let shown = finite.indices.filter { i in i < 100 || i % stride == 0 || i == finite.count - 1 }
        return shown.map { finite[$0] }
    }
}

/// Draws figures; the first that fails is told, and the others are left out.
///
/// - Returns: the names of the files that are there.
func draw(_ figures: [(name: String, figure: Figure)], in folder: RunFolder, _ console: Console) -> [String] {
    var drawn: [String] = []
    for (name, figure) in figures where figure.curves.contains(where: { !$0.points.isEmpty }) {
        do {
            try figure.draw("\(folder.path)/\(name)")
            drawn.append(name)
        } catch {
            console.line("warning: \(error)")
            break
        }
    }
    return drawn
}

extension RunFolder {
    /// Writes a text file into the folder.
    func write(_ text: String, to name: String) throws {
        do {
            try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        } catch {
            throw RunError("\(path)/\(name) can't be written: \(systemReason(error))")
        }
    }
}
