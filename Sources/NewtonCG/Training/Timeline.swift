import Foundation
import MPI

/// The phases of all ranks over time, in Chrome's trace format: one file for ui.perfetto.dev or chrome://tracing.
///
/// A rank keeps the first `room` begins and ends, so that a long run takes no more memory than a short one; the
/// timeline then ends early, and says so. The ranks' clocks are set at a barrier when the run begins.
package struct Timeline {
    /// Over all ranks: about 200 MB of text.
    private static let mostEvents = 1 << 22
    private static let mostEventsOfRank = 1 << 18

    private let path: String
    package static func room(ranks: Int) -> Int { min(mostEventsOfRank, mostEvents / ranks) }

    /// Makes sure that the file can be written; called by rank 0.
    init(_ path: String, isFirst: Bool) throws {
        self.path = path
        guard isFirst else { return }
        try put(Data())
    }

    /// Gathers the timelines and writes the file; called by all ranks together.
    /// - Returns: on rank 0 a sentence on what was written.
    func write(_ communicator: Communicator) throws -> String? {
        let (events, isCut) = PhaseProfile.timeline
        let node = try MPIEnvironment.isInitialised ? MPIEnvironment.processorName() : ""
        let own = Self.text(events, rank: communicator.rank, node: node)
        let cut = try communicator.allreduce(isCut ? events.last?.seconds ?? 0 : .infinity, .min)
        guard let parts = try communicator.gather(text: own) else { return nil }
        let note =
            cut.isFinite
            ? "only the first \(Self.room(ranks: communicator.size)) events of a rank are kept: the first "
                + "\(duration(cut)) of the run" : nil
        var text = "{\"displayTimeUnit\": \"ms\",\n"
        if let note { text += "\"otherData\": {\"note\": \"\(note)\"},\n" }
        text += "\"traceEvents\": [\n" + parts.joined(separator: ",\n") + "\n]}\n"
        try put(Data(text.utf8))
        return "timeline: \(path)" + (note.map { "; \($0)" } ?? "")
    }

    private func put(_ data: Data) throws {
        do {
            try data.write(to: URL(fileURLWithPath: path))
        } catch {
            throw RunError("the timeline \(path) can't be written: \(systemReason(error))")
        }
    }

    /// One event a line, with those that were cut off brought to an end.
    package static func text(_ events: [PhaseProfile.Event], rank: Int, node: String) -> String {
        func event(_ name: String, _ kind: String, _ seconds: Double) -> String {
            "{\"name\": \"\(name)\", \"ph\": \"\(kind)\", \"pid\": \(rank), \"tid\": 0, \"ts\": \(decimals(seconds * 1e6, 2))}"
        }
        let plain = node.filter { $0 != "\"" && $0 != "\\" }
        let place = "rank \(rank)" + (plain.isEmpty ? "" : " on \(plain)")
        var lines = [
            "{\"name\": \"process_name\", \"ph\": \"M\", \"pid\": \(rank), \"args\": {\"name\": \"\(place)\"}}",
            "{\"name\": \"process_sort_index\", \"ph\": \"M\", \"pid\": \(rank), \"args\": {\"sort_index\": \(rank)}}",
        ]
        var open: [String] = []
        for e in events {
            if e.begins {
                open.append(e.phase == .other && e.stage == .steps ? "step" : "\(e.phase)")
                lines.append(event(open.last!, "B", e.seconds))
            } else {
                lines.append(event(open.removeLast(), "E", e.seconds))
            }
        }
        for name in open.reversed() { lines.append(event(name, "E", events.last!.seconds)) }
        return lines.joined(separator: ",\n")
    }
}
