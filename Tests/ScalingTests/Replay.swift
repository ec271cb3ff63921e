import Foundation
import NewtonCG
import Scaling

/// SimGrid: simulates ranks on the fat tree of a description, one a node, message by message, with cables that are
/// shared where messages meet (Casanova, Giersch, Legrand, Quinson and Suter 2014).
struct Replay: Sendable {
    /// What a message takes of a cable's latency and bandwidth.
    enum Factors: Sendable, CaseIterable {
        /// All of both: the description's numbers are what MPI gives its messages.
        case one
        /// SMPI's own, by the size of the message, as its authors measured them on a cluster with Ethernet of 1 Gb/s;
        /// and each message hinders one that comes against it by 5 %.
        case smpi
    }

    /// Why there are no replays, in one sentence.
    struct Unavailable: Error, CustomStringConvertible, Equatable {
        let description: String

        init(_ description: String) { self.description = description }
    }
    let network: NetworkDescription
    let tree: NetworkDescription.FatTree
    let factors: Factors

    private let program: String

    /// - Parameter program: SimGrid's `smpirun`, a name or a path.
    /// - Throws: `Unavailable` where the description has no fat tree.
    init(_ network: NetworkDescription, _ factors: Factors, program: String = "smpirun") throws {
        guard let tree = network.fatTree else {
            throw Unavailable(
                "'\(network.name)' describes no fat tree; give it one, as 'fat_tree: {nodes: 16, switches: 4, roots: 16}'"
            )
        }
        (self.network, self.tree, self.factors, self.program) = (network, tree, factors, program)
    }

    /// Seconds that the model gives a sum over ranks that stand in a node each; with SMPI's factors, where it has them.
    func modelled(_ algorithm: ReductionAlgorithm, bytes: Int, ranks: Int) -> Double {
        guard factors == .smpi else {
            return ReductionModel(network).seconds(algorithm, bytes: bytes, nodes: ranks)
        }
        return algorithm.rounds(bytes: Double(bytes), ranks: ranks).reduce(0) { sum, round in
            let latencies = tree.latencies(round.distance, algorithm, ranks: ranks)
            let one = Self.link(network.link, bytes: round.bytes).seconds(bytes: round.bytes, latencies: latencies)
            return sum + Double(round.times) * (one + round.summed * network.sumSecondsPerByte)
        }
    }

    /// The link as a message of this size finds it. Messages that go both ways leave each other 1/1.05 of the
    /// bandwidth; the sums of this program always do.
    static func link(_ link: Link, bytes: Double) -> Link {
        guard let factor = defaults.last(where: { Double($0.bytes) <= bytes }) else { return link }
        return Link(latency: link.latency * factor.latency, bandwidth: link.bandwidth * factor.bandwidth / 1.05)
    }

    /// SMPI's defaults: from so many bytes on, the factors of latency and bandwidth.
    private static let defaults: [(bytes: Int, latency: Double, bandwidth: Double)] = [
        (0, 2.01467, 0.812084), (257, 1.95341, 0.338112), (732, 1.9503, 0.341987), (1426, 1.61075, 0.608902),
        (3484, 1.88101, 0.77493), (5776, 2.18796, 1.08739), (9376, 2.59299, 0.58729), (15424, 3.48845, 0.697866),
        (65472, 11.6436, 0.940694),
    ]
    /// The description of the platform in SimGrid's XML.
    var platform: String {
        """
        <?xml version='1.0'?>
        <!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
        <platform version="4.1">
          <cluster id="cluster" prefix="node" suffix="" radical="0-\(nodes - 1)" speed="\(ReplayTrace.operationsPerSecond)f"
                   bw="\(network.link.bandwidth)Bps" lat="\(network.link.latency / 2)s" topology="FAT_TREE"
                   topo_parameters="2;\(tree.nodes),\(tree.switches);1,\(tree.roots);1,1"/>
        </platform>

        """
    }

    private var nodes: Int { tree.nodes * tree.switches }

    private var settings: [String] {
        switch factors {
        case .one:
            return [
                "smpi/bw-factor:0:1", "smpi/lat-factor:0:1", "network/crosstraffic:0", "network/TCP-gamma:0",
                "network/weight-S:0",
            ]
        case .smpi:
            let listed = Self.defaults.reversed()
            return [
                "smpi/bw-factor:" + listed.map { "\($0.bytes):\($0.bandwidth)" }.joined(separator: ";"),
                "smpi/lat-factor:" + listed.map { "\($0.bytes):\($0.latency)" }.joined(separator: ";"),
                "network/crosstraffic:1",
            ]
        }
    }

    /// Simulates the trace.
    ///
    /// - Returns: seconds, to the end of the last rank.
    /// - Throws: `Unavailable` if SimGrid is not there or ends otherwise than with a time.
    func seconds(_ trace: ReplayTrace, _ algorithm: ReductionAlgorithm) throws -> Double {
        guard trace.ranks <= nodes else {
            throw Unavailable("the fat tree of '\(network.name)' has \(nodes) nodes, too few for \(trace.ranks) ranks")
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("newton-cg-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let ranks = trace.text(algorithm, sumSecondsPerByte: network.sumSecondsPerByte)
        let files = ["platform.xml": platform, "trace": ranks, "traces": "\(folder.path)/trace\n", "hosts": hosts]
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, text) in files {
                try text.write(to: folder.appendingPathComponent(name), atomically: false, encoding: .utf8)
            }
        } catch {
            throw Unavailable(
                "the files of a replay can't be written into \(folder.path): \(error.localizedDescription)")
        }
        let said = try smpirun(folder.path, ranks: trace.ranks, algorithm)
        // "0.001718643200:Simulation time 0.001719": the first has all digits.
        let times = said.split(separator: "\n").filter { $0.contains(":Simulation time ") }
        guard let time = times.last.flatMap({ $0.split(separator: ":").first }).flatMap({ Double($0) }) else {
            throw Unavailable("SimGrid told no time: \(Self.reason(said))")
        }
        return time
    }

    private var hosts: String { (0..<nodes).map { "node\($0)\n" }.joined() }

    /// Seconds that one replay may take, of which it needs a few: a guard against one that hangs.
    private static let limit = 600

    private func smpirun(_ folder: String, ranks: Int, _ algorithm: ReductionAlgorithm) throws -> String {
        let command =
            [
                "timeout", "\(Self.limit)", program, "-replay", "\(folder)/traces", "-np", "\(ranks)",
                "-hostfile", "\(folder)/hosts", "-platform", "\(folder)/platform.xml",
                "--cfg=smpi/allreduce:\(algorithm.simgridName)", "--log=xbt_cfg.thres:warning",
                "--log=smpi_coll.thres:warning", "--log=smpi_config.thres:error",
                // Without blanks: smpirun would part the arguments there.
                "--log=smpi_replay.fmt:%.12r:%m%n",
            ] + settings.map { "--cfg=\($0)" }
        let status: Int32, said: String
        do { (status, said) = try OtherProgram.run(command) } catch {
            throw Unavailable("\(program) could not be started: \(error.localizedDescription)")
        }
        switch status {
        case 0: return said
        case 124: throw Unavailable("SimGrid took longer than \(Self.limit) seconds for \(ranks) ranks")
        case 127:
            throw Unavailable(
                "SimGrid's \(program) is not installed (Debian, Ubuntu: apt-get install libsimgrid-dev; elsewhere "
                    + "https://simgrid.org)")
        default: throw Unavailable("SimGrid failed (status \(status)): \(Self.reason(said))")
        }
    }

    private static func reason(_ said: String) -> String {
        let line = said.split(separator: "\n").first { $0.contains("CRITICAL") || $0.lowercased().contains("error") }
        return (line ?? said.split(separator: "\n").last).map { String($0) } ?? "it said nothing"
    }
}
