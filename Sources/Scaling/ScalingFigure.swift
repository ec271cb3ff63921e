import Foundation
import NewtonCG

/// Speed-up and efficiency over ranks, with the ideal line: SVG files drawn by gnuplot. Bars span the repeated runs.
package struct ScalingFigure {
    package enum Value: String, CaseIterable, Sendable { case speedUp = "speed-up", efficiency }
    private let value: Value
    private let series: [ScalingSeries]

    /// Series with one number of ranks are left out.
    package init(_ value: Value, _ series: [ScalingSeries]) {
        (self.value, self.series) = (value, series.filter { $0.kind != .single })
    }

    package var isEmpty: Bool { series.isEmpty }
    package var name: String { value == .speedUp ? "speed-up.svg" : "efficiency.svg" }

    package func script(output: String) -> String {
        let counts = series.flatMap { $0.points.map(\.ranks) }, most = counts.max() ?? 1, least = counts.min() ?? 1
        let key = value == .speedUp ? "top left" : "bottom left"
        var text = Gnuplot.head(output, width: 640, height: 440, key: key)
        text += """
            set logscale x 2
            set xtics (\(Set(counts).sorted().map(String.init).joined(separator: ", ")))
            set xrange [\(0.9 * Double(least)):\(1.1 * Double(most))]
            set xlabel 'ranks'
            set ylabel \(Gnuplot.quoted(value == .speedUp ? "speed-up" : "parallel efficiency, %"))

            """
        text += value == .speedUp ? "set logscale y 2\n" : "set yrange [0:110]\n"
        for (i, one) in series.enumerated() {
            let rows = one.points.map { point in
                let speedUp = one.speedUp(point), seconds = point.stepSeconds
                let scale = value == .speedUp ? 1 : 100 * Double(one.reference.ranks) / Double(point.ranks)
                // A run with fewer seconds has the larger value.
                let values = [seconds.median, seconds.maximum, seconds.minimum].map {
                    scale * speedUp * seconds.median / $0
                }
                return "\(point.ranks) " + values.map { "\($0)" }.joined(separator: " ")
            }
            text += Gnuplot.data("series\(i)", rows)
        }
        var plots = series.enumerated().map { i, one in
            let colour = Gnuplot.colours[i % Gnuplot.colours.count]
            return "$series\(i) using 1:2:3:4 with yerrorlines pt 7 ps 0.6 lw 1.5 lc rgb '\(colour)' "
                + "title \(Gnuplot.quoted(one.slug))"
        }
        let ideal = value == .speedUp ? "x / \(least)" : "100"
        plots.append("\(ideal) with lines dt 2 lc rgb '#000000' title 'ideal'")
        if value == .efficiency { plots.append("80 with lines dt 3 lc rgb '#888888' title '80 %'") }
        return text + "plot \(plots.joined(separator: ", "))\n"
    }

    /// Throws `Gnuplot.NotDrawn`.
    package func draw(in folder: String) throws {
        try Gnuplot.draw(script(output: "\(folder)/\(name)"), "\(folder)/\(name)")
    }
}
