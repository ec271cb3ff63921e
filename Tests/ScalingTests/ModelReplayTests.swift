import Foundation
import Scaling
import TestSupport
import Testing

/// SimGrid is optional: without it these tests are skipped, but for those of what is then said.
private let simgrid = Need(
    "simgrid",
    lack: smpirunVersion != nil
        ? nil : "SimGrid's smpirun is not installed (Debian, Ubuntu: apt-get install libsimgrid-dev)")

/// What smpirun says of its version; nil: there is none.
let smpirunVersion: String? = {
    let end = try? run("/usr/bin/env", ["smpirun", "-version"], timeout: 60)
    return end?.status == 0 ? end?.output : nil
}()

@Suite(.serialized) struct ModelReplayTests {
    let network = NetworkDescription(
        name: "tree", link: Link(latency: 20e-6, bandwidth: 1.25e9), sumSecondsPerByte: 0.1e-9,
        fatTree: .init(nodes: 4, switches: 4, roots: 4))

    /// A vector that 2, 6, 8 and 16 ranks divide evenly.
    private func model() throws -> ScalingModel {
        try #require(
            ScalingModel(step(ranks: 2, row: 1e-4, repeated: 1e-3, messages: [.init(bytes: 786_432, calls: 2)])))
    }

    @Test("SimGrid and the model agree where messages share no cable", .needs(simgrid))
    func agree() throws {
        let comparison = try ReplayComparison(model(), network, ranks: [2, 6, 8, 16])
        #expect(comparison.rows.count == 12)
        for row in comparison.rows {
            let place: Comment = "\(row.algorithm) \(row.ranks): \(row.sumsError), \(row.smpiError)"
            // Six ranks are joined in pairs by SimGrid as they come, by the model one after the other.
            let tolerance = row.ranks == 6 ? 0.1 : 0.01
            #expect(row.replayed > row.work, place)
            #expect(abs(row.sumsError) < tolerance, place)
            #expect(abs(row.smpiError) < (row.ranks == 6 ? 0.3 : 0.1), place)
            #expect(row.smpiReplayed > row.replayed, place)
        }
        // What was left out of the step is in the same proportion for all.
        #expect(comparison.share >= 1)
        #expect(comparison.markdown.contains("| 16 | "))
        #expect(comparison.markdown.contains("The largest error is"))
    }

    @Test("shared cables are seen by SimGrid and explained", .needs(simgrid)) func contention() throws {
        var thin = network
        thin.fatTree?.roots = 1
        let comparison = try ReplayComparison(model(), thin, ranks: [16])
        let doubling = try #require(comparison.rows.first { $0.algorithm == .recursiveDoubling })
        #expect(doubling.sumsError < -0.3)
        #expect(comparison.markdown.contains("The tree has 1 upper switches for 4 nodes of a lower one"))
    }

    @Test("receivers that agree modulo the upper switches share a cable", .needs(simgrid))
    func routing() throws {
        func error(roots: Int) throws -> Double {
            var tree = network
            tree.fatTree = .init(nodes: 16, switches: 3, roots: roots)
            let comparison = try ReplayComparison(model(), tree, ranks: [48])
            return try #require(comparison.rows.first { $0.algorithm == .recursiveDoubling }).sumsError
        }
        #expect(try error(roots: 16) < -0.05)
        #expect(try abs(error(roots: 32)) < 0.001)
    }

    @Test("more ranks than nodes are refused") func tooMany() throws {
        let trace = ReplayTrace(try model(), ranks: 32, mostCalls: 4)
        #expect(
            sentence { _ = try Replay(network, .one).seconds(trace, .ring) }
                == "the fat tree of 'tree' has 16 nodes, too few for 32 ranks")
    }

    @Test("without SimGrid it is said how to get it") func notInstalled() throws {
        let trace = ReplayTrace(try model(), ranks: 2, mostCalls: 4)
        let said = sentence { _ = try Replay(network, .one, program: "no-such-smpirun").seconds(trace, .ring) }
        #expect(
            said.hasPrefix("SimGrid's no-such-smpirun is not installed (Debian, Ubuntu: apt-get install libsimgrid-dev")
        )
        // A program that ends well and tells no time is no SimGrid.
        let silent = sentence { _ = try Replay(network, .one, program: "true").seconds(trace, .ring) }
        #expect(silent == "SimGrid told no time: it said nothing")
        let failing = sentence { _ = try Replay(network, .one, program: "false").seconds(trace, .ring) }
        #expect(failing == "SimGrid failed (status 1): it said nothing")
    }

    @Test("without a fat tree there is nothing to replay on") func noTree() throws {
        #expect(sentence { _ = try Replay(.infiniBand, .one) }.hasPrefix("'100 Gb/s InfiniBand' describes no fat tree"))
    }

    @Test("SMPI's factors by the size of a message") func factors() {
        let link = Link(latency: 1e-5, bandwidth: 1e9)
        func close(_ a: Link, _ latency: Double, _ bandwidth: Double) -> Bool {
            ScalingTests.close(a.latency, 1e-5 * latency) && ScalingTests.close(a.bandwidth, 1e9 * bandwidth / 1.05)
        }
        #expect(close(Replay.link(link, bytes: 0), 2.01467, 0.812084))
        #expect(close(Replay.link(link, bytes: 256), 2.01467, 0.812084))
        #expect(close(Replay.link(link, bytes: 257), 1.95341, 0.338112))
        #expect(close(Replay.link(link, bytes: 1e6), 11.6436, 0.940694))
    }
}
