import Foundation
import TestSupport
import Testing

/// A table of steps that something else than the run has written in, then `--resume`: its rows are kept or the run is
/// refused, and the table is never less than before.
@Suite(.serialized) struct EditedMetricsTests {
    let bench: Workbench
    var path: String { bench.file("run/metrics.csv") }

    init() throws { bench = try Workbench(configuration("sgd: {learning_rate: 0.1}")) }

    /// Seven steps, then the table is changed.
    private func edit(_ change: (inout [UInt8]) -> Void) throws {
        try bench.train("run", ["--overwrite", "--set", "train.steps=7"])
        var bytes = try #require(fileBytes(path))
        change(&bytes)
        try write(bytes, to: path)
    }

    /// The rows of the first seven steps stand as they were, and more follow.
    private func expectKept(_ change: (inout [UInt8]) -> Void, _ name: String) throws {
        try edit { _ in }
        let before = try bench.metrics("run")
        try edit(change)
        try bench.train("run", ["--resume"])
        let after = try bench.metrics("run")
        #expect(after.count > before.count && after.last?["step"] == "13", "\(name)")
        for (old, new) in zip(before, after) {
            for key in ["step", "part", "loss", "epoch"] { #expect(old[key] == new[key], "\(name)") }
        }
    }

    @Test func otherLineEndsAndQuotesAreKept() throws {
        try expectKept({ $0 = Array(String(decoding: $0, as: UTF8.self).replacing("\n", with: "\r\n").utf8) }, "CRLF")
        try expectKept({ $0 = [0xEF, 0xBB, 0xBF] + $0 }, "a mark of byte order")
        try expectKept({ $0.removeLast() }, "no last line end")
        try expectKept({ $0 += Array("\n\n".utf8) }, "empty lines")
        try expectKept({ $0 += Array("8,2.0,0.1".utf8) }, "a line that was cut off")
        try expectKept(
            { bytes in
                var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
                for i in [0, 3] {
                    lines[i] = lines[i].split(separator: ",", omittingEmptySubsequences: false).map { "\"\($0)\"" }
                        .joined(separator: ",")
                }
                bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
            }, "quotes")
    }

    @Test func aColumnOfOnesOwnIsKept() throws {
        try expectKept(
            { bytes in
                let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
                let more = lines.enumerated().map { i, line in
                    line + (i == 0 ? ",note" : i == 2 ? ",\"good, so far\"" : ",")
                }
                bytes = Array((more.joined(separator: "\n") + "\n").utf8)
            }, "a column")
        #expect(try bench.text("run/metrics.csv").contains(",\"good, so far\"\n"))
    }

    /// Each change with what the error says of it.
    @Test func whatIsNotUnderstoodIsRefused() throws {
        func line(_ number: Int, _ change: @escaping (String) -> [UInt8]) -> (inout [UInt8]) -> Void {
            { bytes in
                let lines = bytes.split(separator: 0x0A)
                bytes = Array(
                    lines.enumerated().map { i, line in
                        i + 1 == number ? change(String(decoding: line, as: UTF8.self)) : Array(line)
                    }.joined(separator: [0x0A]) + [0x0A])
            }
        }
        let cases: [((inout [UInt8]) -> Void, String)] = [
            (line(4) { Array($0.utf8) + [0xE9] }, "line 4: the text is not UTF-8"),
            (line(5) { _ in Array("a note".utf8) }, "line 5 of run/metrics.csv is damaged"),
            (line(3) { Array(("one" + $0.dropFirst()).utf8) }, "line 3 of run/metrics.csv is damaged"),
            (line(6) { Array("\"".utf8) + Array($0.utf8) }, "a quoted field has no closing quote"),
            (line(1) { _ in Array("a,b".utf8) }, "run/metrics.csv is no table of steps"),
            ({ $0 = Array("something else".utf8) }, "run/metrics.csv is no table of steps"),
            ({ $0 = Array(String(decoding: $0, as: UTF8.self).replacing("\n", with: "\r").utf8) }, "line 1, field 15"),
            ({ $0[100] = 0 }, "a zero byte"),
        ]
        for (change, fragment) in cases {
            try edit(change)
            let before = fileBytes(path)
            for ranks in fragment.contains("UTF-8") ? [nil, 2] : [nil] {
                let run = try bench.newtonCG(["train", "config.yaml", "--run-dir", "run", "--resume"], ranks: ranks)
                #expect(run.status == 3, "\(fragment): \(run.error)")
                #expect(run.messages.count == 1 && run.messages[0].contains(fragment), "\(fragment): \(run.error)")
                #expect(fileBytes(path) == before)
            }
        }
        // It goes on when the table is taken away.
        try remove(path)
        try bench.train("run", ["--resume"])
        #expect(try bench.metrics("run").first?["step"] == "8")
    }
}
