import Foundation
import NewtonCG
import Scaling
import TestSupport
import Testing

@Suite struct ModelNetworkTests {
    @Test("a description is read with its units") func reading() throws {
        let text = """
            name: mine
            latency: 25 us
            bandwidth: 10 Gb/s
            sum: 4e9
            node: {ranks: 8, latency: 500 ns, bandwidth: 6 GB/s}
            fat_tree: {nodes: 16, switches: 4, roots: 8}
            """
        let network = try NetworkDescription(yaml: text, path: "mine.yaml")
        #expect(network.name == "mine")
        #expect(close(network.link.latency, 25e-6))
        #expect(network.link.bandwidth == 1.25e9)
        #expect(network.sumSecondsPerByte == 0.25e-9)
        #expect(network.ranksPerNode == 8)
        #expect(close(network.insideNode!.latency, 0.5e-6))
        #expect(network.insideNode!.bandwidth == 6e9)
        #expect(network.fatTree == .init(nodes: 16, switches: 4, roots: 8))
    }

    @Test(
        "times and rates in every notation",
        arguments: [
            ("2.5e-5", "1.25e9", 25e-6, 1.25e9), ("25us", "1.25GB/s", 25e-6, 1.25e9),
            ("25 µs", "10000 Mb/s", 25e-6, 1.25e9),
            ("0.025 ms", "1250 MB/s", 25e-6, 1.25e9), ("0", "8 kb/s", 0, 1000), ("1 s", "1 GiB/s", 1, 1_073_741_824),
            ("1e2 ns", "1 Tbit/s", 1e-7, 125e9),
        ])
    func notations(latency: String, bandwidth: String, seconds: Double, bytes: Double) throws {
        let network = try NetworkDescription(yaml: "latency: \(latency)\nbandwidth: \(bandwidth)", path: "a/lan.yaml")
        #expect(close(network.link.latency, seconds))
        #expect(close(network.link.bandwidth, bytes))
        #expect(network.name == "lan")
        #expect(network.sumSecondsPerByte == 0)
        #expect(network.insideNode == nil && network.ranksPerNode == 1 && network.fatTree == nil)
    }

    @Test(
        "what is wrong is told with its line",
        arguments: [
            ("latency: 25 us", "n.yaml: the key 'bandwidth' is missing; write it as 'bandwidth: 10 Gb/s'"),
            ("latency: 25 us\nbandwith: 1e9", "n.yaml:2: unknown key 'bandwith' (did you mean 'bandwidth'?)"),
            (
                "latency: fast\nbandwidth: 1e9",
                "n.yaml:1: 'latency' must be a time of 0 or more, as 25 us or 0.000025 (seconds), not 'fast'"
            ),
            (
                "latency: 25 usec\nbandwidth: 1e9",
                "n.yaml:1: 'latency' must be a time of 0 or more, as 25 us or 0.000025 (seconds), not '25 usec' "
                    + "(did you mean 'us'?)"
            ),
            (
                "latency: -1 us\nbandwidth: 1e9",
                "n.yaml:1: 'latency' must be a time of 0 or more, as 25 us or 0.000025 (seconds), not '-1 us'"
            ),
            (
                "latency: 1 us\nbandwidth: 0",
                "n.yaml:2: 'bandwidth' must be a rate above 0, as 10 Gb/s (bits), 1.25 GB/s or 1.25e9 (bytes a second), "
                    + "not '0'"
            ),
            (
                "latency: 1 us\nbandwidth: 1e9\nnode: {ranks: 0}",
                "n.yaml:3: 'node.ranks' must be a whole number of 1 or more, not '0'"
            ),
            (
                "latency: 1 us\nbandwidth: 1e9\nnode: {ranks: 4}",
                "n.yaml:3: the key 'node.latency' is missing; write it as 'latency: 0.5 us'"
            ),
            (
                "latency: 1 us\nbandwidth: 1e9\nnode: {ranks: 1, latency: 1 us}",
                "n.yaml:3: 'node.latency' has no meaning where a node holds one rank; leave it out"
            ),
            ("- 1", "n.yaml: a description of a network is a map of keys, as 'latency: 25 us'"),
            ("", "n.yaml: there is nothing in it"),
        ])
    func refusals(text: String, error: String) {
        #expect(sentence { _ = try NetworkDescription(yaml: text, path: "n.yaml") } == error)
    }

    @Test("a missing file is told") func missing() {
        #expect(
            sentence { _ = try NetworkDescription(path: "/no/such.yaml") }
                == "/no/such.yaml: there is no such description of a network")
    }

    @Test(
        "the files of data/networks are what is built in",
        arguments: [
            ("10gbe", NetworkDescription.tenGigabitEthernet), ("infiniband-100g", .infiniBand),
            ("poster-node", .posterNode),
            ("one-node", .sharedMemory),
        ])
    func examples(file: String, builtIn: NetworkDescription) throws {
        let read = try NetworkDescription(path: "\(sources)/data/networks/\(file).yaml")
        #expect(read.name == builtIn.name)
        #expect(close(read.link.latency, builtIn.link.latency))
        #expect(close(read.link.bandwidth, builtIn.link.bandwidth))
        #expect(close(read.sumSecondsPerByte, builtIn.sumSecondsPerByte))
        #expect(read.ranksPerNode == builtIn.ranksPerNode)
        #expect((read.insideNode == nil) == (builtIn.insideNode == nil))
        if let a = read.insideNode, let b = builtIn.insideNode {
            #expect(close(a.latency, b.latency) && close(a.bandwidth, b.bandwidth))
        }
        #expect(read.fatTree == builtIn.fatTree)
    }
}

/// The folder of the sources.
let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

func close(_ a: Double, _ b: Double, within tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b))
}
