import Foundation
import Scaling
import TestSupport
import Testing

/// The tables of docs/scaling-model.md are what the model makes of the runs that are named there.
///
/// `NEWTON_CG_WRITE_DOCS=1 scripts/test.sh --filter ModelDocumentationTests` writes them anew.
@Suite(.serialized) struct ModelDocumentationTests {
    static let document = "\(sources)/docs/scaling-model.md"
    static let vector = 4_799_528

    /// jobs/profile-cnn.yaml, 6 steps, as profile.json has them: means over ranks, a step.
    static let runs = [
        StepMeasurement(
            ranks: 1, threads: 1, batch: 512, seconds: 0.86953, dividedSeconds: 0.82967, repeatedSeconds: 0.03986,
            waitingSeconds: 0, reductionSeconds: 0, messages: []),
        StepMeasurement(
            ranks: 2, threads: 1, batch: 512, seconds: 0.51242, dividedSeconds: 0.44728, repeatedSeconds: 0.04130,
            waitingSeconds: 0.01186, reductionSeconds: 0.01198,
            messages: [
                .init(bytes: vector, calls: 11.83, seconds: 1.0017e-3),
                .init(bytes: 16, calls: 2.333, seconds: 9.260e-6),
                .init(bytes: 4, calls: 10.83, seconds: 9.290e-6),
            ]),
        StepMeasurement(
            ranks: 2, threads: 1, batch: 1024, seconds: 0.99034, dividedSeconds: 0.89156, repeatedSeconds: 0.04307,
            waitingSeconds: 0.04224, reductionSeconds: 0.01347,
            messages: [.init(bytes: vector, calls: 11.83), .init(bytes: 16, calls: 2.5), .init(bytes: 4, calls: 10.83)]),
    ]

    @Test("predictions") func predictions() throws {
        let prediction = try #require(Prediction(measurements: Self.runs))
        try compare(prediction.sections.map(\.markdown).joined(), "prediction")
    }

    @Test("replays", .needs(sameSimGrid))
    func replays() throws {
        let prediction = try #require(Prediction(measurements: Self.runs))
        try compare(ReplayComparison(prediction.model, .tenGigabitEthernet).markdown, "replays")
    }

    /// The text between the comments that bear a name; its headings are one deeper in the document.
    private func compare(_ made: String, _ name: String) throws {
        let text = try String(contentsOfFile: Self.document, encoding: .utf8)
        let made = "\n" + ("\n" + made).replacing("\n#", with: "\n##").trimmingCharacters(in: .newlines) + "\n"
        let begin = "<!-- \(name) -->\n", end = "\n<!-- end of \(name) -->"
        let start = try #require(text.range(of: begin)).upperBound
        let stop = try #require(text.range(of: end)).lowerBound
        if ProcessInfo.processInfo.environment["NEWTON_CG_WRITE_DOCS"] == "1" {
            try text.replacingCharacters(in: start..<stop, with: made).write(
                toFile: Self.document, atomically: true, encoding: .utf8)
            return
        }
        #expect(text[start..<stop] == made, "the document has other figures than the model; it should have:\n\(made)")
    }
}

private let sameSimGrid = Need(
    "simgrid-3.32",
    lack: smpirunVersion?.contains("version 3.32") == true
        ? nil : "SimGrid 3.32, whose times stand in the document, is not installed")
