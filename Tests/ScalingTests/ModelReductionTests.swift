import Foundation
import Scaling
import Testing

/// Ranks that exchange messages, each with a clock and a vector: the algorithms as they are written in the papers,
/// carried out, so that the sum that comes out shows that the rounds are right, and the clocks what they take.
struct Cluster {
    let link: Link
    /// γ by value.
    let sumSeconds: Double
    var clocks: [Double]
    var vectors: [[Int]]
    static let valueBytes = 4

    init(ranks: Int, values: Int, link: Link, sumSecondsPerByte: Double) {
        self.link = link
        sumSeconds = sumSecondsPerByte * Double(Self.valueBytes)
        clocks = Array(repeating: 0, count: ranks)
        vectors = (0..<ranks).map { r in (0..<values).map { (r + 1) * ($0 + 3) } }
    }

    struct Message { var from: Int, to: Int, range: Range<Int>, adds: Bool }

    /// Messages that are sent at the same time; a rank that sends and receives does both at once.
    mutating func send(_ messages: [Message]) {
        let clocks = clocks, vectors = vectors
        for m in messages {
            let start = max(clocks[m.from], clocks[m.to])
            let bytes = Double(m.range.count * Self.valueBytes)
            let end = start + link.latency + bytes / link.bandwidth + (m.adds ? Double(m.range.count) * sumSeconds : 0)
            self.clocks[m.to] = max(self.clocks[m.to], end)
            for i in m.range { self.vectors[m.to][i] = vectors[m.from][i] + (m.adds ? vectors[m.to][i] : 0) }
        }
    }

    mutating func ring() {
        let p = vectors.count, block = vectors[0].count / p
        for phase in 0..<2 {
            for s in 0..<(p - 1) {
                send(
                    (0..<p).map { r in
                        let i = ((r - s + (phase == 0 ? 0 : 1)) % p + p) % p
                        return Message(
                            from: r, to: (r + 1) % p, range: i * block..<(i + 1) * block, adds: phase == 0)
                    })
            }
        }
    }

    /// The ranks that take part after the first ones have joined in pairs, and the pairs.
    private func folded() -> (part: [Int], pairs: [(Int, Int)]) {
        let p = vectors.count
        var q = 1
        while 2 * q <= p { q *= 2 }
        let pairs = (0..<(p - q)).map { (2 * $0, 2 * $0 + 1) }
        return (pairs.map(\.1) + Array(2 * (p - q)..<p), pairs)
    }

    private mutating func fold(_ body: (inout Cluster, [Int]) -> Void) {
        let (part, pairs) = folded(), all = 0..<vectors[0].count
        send(pairs.map { Message(from: $0, to: $1, range: all, adds: true) })
        body(&self, part)
        send(pairs.map { Message(from: $1, to: $0, range: all, adds: false) })
    }

    mutating func recursiveDoubling() {
        fold { cluster, part in
            let all = 0..<cluster.vectors[0].count
            var distance = 1
            while distance < part.count {
                cluster.send(
                    part.indices.map { Message(from: part[$0], to: part[$0 ^ distance], range: all, adds: true) })
                distance *= 2
            }
        }
    }

    mutating func rabenseifner() {
        fold { cluster, part in
            // Each rank's range halves; at the end it holds the sum of its own.
            var ranges = part.map { _ in 0..<cluster.vectors[0].count }, kept: [[Range<Int>]] = []
            var distance = 1
            while distance < part.count {
                let halves = part.indices.map { i in
                    let r = ranges[i], middle = (r.lowerBound + r.upperBound) / 2
                    return i & distance == 0 ? r.lowerBound..<middle : middle..<r.upperBound
                }
                cluster.send(
                    part.indices.map { i in
                        let partner = i ^ distance
                        return Message(from: part[i], to: part[partner], range: halves[partner], adds: true)
                    })
                kept.append(halves)
                ranges = halves
                distance *= 2
            }
            while let held = kept.popLast() {
                distance /= 2
                cluster.send(
                    part.indices.map { i in
                        Message(from: part[i], to: part[i ^ distance], range: held[i], adds: false)
                    })
            }
        }
    }

    mutating func run(_ algorithm: ReductionAlgorithm) {
        switch algorithm {
        case .ring: ring()
        case .recursiveDoubling: recursiveDoubling()
        case .rabenseifner: rabenseifner()
        }
    }
}

@Suite struct ModelReductionTests {
    static let counts = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24]
    let link = Link(latency: 3e-6, bandwidth: 2e9)
    let gamma = 0.2e-9
    var network: NetworkDescription { NetworkDescription(name: "", link: link, sumSecondsPerByte: gamma) }

    @Test("the rounds sum up, and take what the model says", arguments: ReductionAlgorithm.allCases, counts)
    func rounds(algorithm: ReductionAlgorithm, ranks: Int) {
        let values = 48 * 5 * 7 * 8
        var cluster = Cluster(ranks: ranks, values: values, link: link, sumSecondsPerByte: gamma)
        cluster.run(algorithm)
        let sum = (0..<values).map { i in (1...ranks).reduce(0) { $0 + $1 * (i + 3) } }
        #expect(cluster.vectors.allSatisfy { $0 == sum })
        let modelled = ReductionModel(network).seconds(algorithm, bytes: 4 * values, nodes: ranks)
        #expect(close(cluster.clocks.max()!, modelled), "\(cluster.clocks.max()!) and \(modelled)")
    }

    @Test("powers of two have the formulas of the papers", arguments: [2, 4, 8, 64, 4096]) func formulas(p: Int) {
        let n = 1e6, levels = log2(Double(p)), model = ReductionModel(network)
        let (alpha, beta, part) = (link.latency, 1 / link.bandwidth, Double(p - 1) / Double(p))
        let bytes = Int(n)
        #expect(
            close(
                model.seconds(.recursiveDoubling, bytes: bytes, nodes: p), levels * (alpha + n * beta + n * gamma)))
        #expect(
            close(
                model.seconds(.rabenseifner, bytes: bytes, nodes: p),
                2 * levels * alpha + part * n * (2 * beta + gamma), within: 1e-9))
        #expect(
            close(
                model.seconds(.ring, bytes: bytes, nodes: p),
                2 * Double(p - 1) * alpha + part * n * (2 * beta + gamma), within: 1e-9))
    }

    @Test("one rank reduces nothing; an empty message costs its latencies", arguments: ReductionAlgorithm.allCases)
    func limits(algorithm: ReductionAlgorithm) {
        let model = ReductionModel(network)
        #expect(model.seconds(algorithm, bytes: 1 << 20, nodes: 1) == 0)
        #expect(model.best(bytes: 8, ranks: 1).seconds == 0)
        let rounds: [ReductionAlgorithm: Double] = [.ring: 14, .recursiveDoubling: 3, .rabenseifner: 6]
        #expect(close(model.seconds(algorithm, bytes: 0, nodes: 8), rounds[algorithm]! * link.latency))
    }

    @Test("more bytes and more ranks never take less") func monotone() {
        let model = ReductionModel(network)
        for algorithm in ReductionAlgorithm.allCases {
            for p in 2...70 {
                let times = [0, 1, 8, 1000, 65536, 1 << 20].map { model.seconds(algorithm, bytes: $0, nodes: p) }
                #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
            }
            let powers = (1...12).map { model.seconds(algorithm, bytes: 1 << 20, nodes: 1 << $0) }
            #expect(zip(powers, powers.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test("the fastest is named: few bytes double, many are divided") func best() {
        let model = ReductionModel(network)
        #expect(model.best(bytes: 8, ranks: 64).name == "recursive doubling")
        #expect(model.best(bytes: 1 << 20, ranks: 64).name == "Rabenseifner")
        // The fold of a whole vector is dearer than a ring's many small blocks.
        #expect(model.best(bytes: 1 << 24, ranks: 12).name == "ring")
        for (bytes, ranks) in [(8, 5), (5000, 32), (1 << 20, 7), (1 << 22, 100)] {
            let all = ReductionAlgorithm.allCases.map { model.seconds($0, bytes: bytes, nodes: ranks) }
            #expect(model.best(bytes: bytes, ranks: ranks).seconds == all.min()!)
        }
    }

    @Test("a vector is reduced in pieces of 1 MiB") func pieces() {
        let model = ReductionModel(network), mebibyte = 1 << 20
        let whole = model.best(bytes: mebibyte, ranks: 8).seconds, rest = model.best(bytes: 12, ranks: 8).seconds
        #expect(close(model.seconds(vector: 3 * mebibyte + 12, ranks: 8), 3 * whole + rest))
        #expect(close(model.seconds(vector: mebibyte, ranks: 8), whole))
        #expect(close(model.seconds(vector: 12, ranks: 8), rest))
        #expect(model.seconds(vector: 0, ranks: 8) == 0)
    }

    @Test("inside a node first, then between nodes") func hierarchical() {
        let inside = Link(latency: 0.5e-6, bandwidth: 8e9)
        let nodes = NetworkDescription(
            name: "", link: link, ranksPerNode: 4, insideNode: inside, sumSecondsPerByte: gamma)
        let flat = NetworkDescription(name: "", link: inside, sumSecondsPerByte: gamma)
        let model = ReductionModel(nodes), within = ReductionModel(flat), between = ReductionModel(network)
        // A node or less: only its inside.
        for p in 2...4 { #expect(model.best(bytes: 5000, ranks: p) == within.best(bytes: 5000, ranks: p)) }
        // Few bytes: two doublings inside, three between 8 nodes, each of 4 vectors.
        let small = model.best(bytes: 8, ranks: 32)
        #expect(close(small.seconds, 2 * (0.5e-6 + 8 / 8e9) + 3 * (3e-6 + 4 * 8 / 2e9) + 5 * 8 * gamma))
        #expect(small.name == "recursive doubling")
        // Many: a reduce-scatter and an allgather inside.
        let large = model.best(bytes: 1 << 20, ranks: 32)
        let scattered = min(
            within.seconds(.ring, bytes: 1 << 20, nodes: 4), within.seconds(.rabenseifner, bytes: 1 << 20, nodes: 4))
        #expect(close(large.seconds, scattered + between.best(bytes: 1 << 20, ranks: 8).seconds))
    }

    @Test("over the upper switches of a fat tree latency is paid twice") func fatTree() {
        var tree = network
        tree.fatTree = .init(nodes: 16, switches: 4, roots: 16)
        tree.sumSecondsPerByte = 0
        let model = ReductionModel(tree)
        func latencies(_ algorithm: ReductionAlgorithm, _ p: Int) -> Double {
            model.seconds(algorithm, bytes: 0, nodes: p) / link.latency
        }
        // 16 ranks stay below one switch; of 64, distances 16 and 32 leave it.
        #expect(close(latencies(.recursiveDoubling, 16), 4) && close(latencies(.recursiveDoubling, 64), 4 + 2 * 2))
        #expect(close(latencies(.rabenseifner, 64), 2 * (4 + 2 * 2)))
        #expect(close(latencies(.ring, 16), 30) && close(latencies(.ring, 64), 2 * 2 * 63))
        // 48 ranks: 16 pairs join, below their switches; then 32 ranks, every second of the first 32 and the others.
        #expect(close(latencies(.recursiveDoubling, 48), 1 + 3 + 2 * 2 + 1))
    }
}
