import Foundation
import Testing
import TestSupport

/// The tools that the other tests trust.
@Suite(.serialized) struct TestSupportTests {
    @Test func aJobThatHangsIsKilledWithAllItsRanks() throws {
        let start = Date()
        var report = ""
        do {
            _ = try mpirun(ranks: 2, "RankCases", ["hang"], timeout: 4)
            Issue.record("the job ended by itself")
        } catch let error as RunError {
            report = error.description
        }
        #expect(Date().timeIntervalSince(start) < 30)
        #expect(report.contains("hung: it did not end within 4.0 seconds"))
        let ranks = report.split(separator: "\n").compactMap { pid_t($0) }
        #expect(ranks.count == 2, "\(report)")
        for rank in ranks {
            for _ in 0..<50 where isRunning(rank) { usleep(100_000) }
            #expect(!isRunning(rank), "rank with process number \(rank) still runs")
        }
    }

    /// Each case has a report of its own, whatever those before it do to their job.
    @Test func aCaseThatFailsSpoilsNoOther() throws {
        let batch = RankBatch([
            "flawed", "gather", "flawed-before-a-message", "reduce-arrays-and-scalars", "flawed-and-killed",
            "broadcast-text",
            "flawed",
        ])
        func failure(_ name: String) throws -> String { try batch.failure(of: name, ranks: 3) ?? "" }
        for name in ["gather", "reduce-arrays-and-scalars", "broadcast-text"] {
            #expect(try failure(name) == "")
        }
        #expect(try failure("flawed") == "rank 2: One and one are three.")
        let stuck = try failure("flawed-before-a-message"), killed = try failure("flawed-and-killed")
        #expect(stuck.hasPrefix("the job ended with status 142: it hung\n"), "\(stuck)")
        #expect(stuck.contains("rank 2: There is no text."), "\(stuck)")
        #expect(killed.hasPrefix("the job ended with status 137\n"), "\(killed)")
    }

    /// A skip that nobody expects fails in continuous integration, and nowhere else.
    @Test func aSkipIsExpectedOrFails() throws {
        let missing = Need("moon", lack: "It is not visible.")
        #expect(try !missing.isMet(inCI: false, expected: []))
        #expect(try !missing.isMet(inCI: true, expected: ["moon"]))
        let said = sentence { _ = try missing.isMet(inCI: true, expected: ["sun"]) }
        #expect(said.contains("'moon'") && said.contains(".ci/skips: It is not visible."), "\(said)")
        #expect(try Need("sun", lack: nil).isMet(inCI: true, expected: []))
        #expect(expectedSkips.contains("simgrid-3.32") && !expectedSkips.contains("#"))
    }

    @Test func bothStreamsAreReadToTheirEnd() throws {
        let job = try mpirun(ranks: 2, "RankCases", ["chatter"], timeout: 60)
        #expect(job.status == 0)
        #expect(job.output.count { $0 == "x" } == 2 * 300 * 999)
        #expect(job.error.count { $0 == "x" } == 2 * 300 * 999)
    }

    @Test func statusSignalEnvironmentAndDirectoryArrive() throws {
        let script = "echo $COLOUR; pwd; echo bad >&2; exit 7"
        let plain = try run(
            "/bin/sh", ["-c", script], environment: ["COLOUR": "blue"], directory: "/", timeout: 20)
        #expect(plain.status == 7)
        #expect(plain.output == "blue\n/\n")
        #expect(plain.error == "bad\n")
        #expect(try run("/bin/sh", ["-c", "kill -9 $$"]).status == 128 + 9)
    }

    @Test func aMissingProgramIsNamed() {
        #expect { try run("no-such-program") } throws: { "\($0)".contains("no-such-program") }
        #expect { try run("/nowhere/program") } throws: { "\($0)".contains("/nowhere/program") }
    }

    /// Neither gone nor a zombie that nobody has waited for.
    private func isRunning(_ process: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
            return false
        }
        return !status.contains(") Z ")
    }
}
