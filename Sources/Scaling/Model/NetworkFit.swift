/// A network whose latency and bandwidth give the reductions that runs measured.
///
/// What a sum takes is linear in α and 1/B. Sums of two sizes or more give both, by least squares of relative errors;
/// so do runs of which only the time of all reductions is known, if their messages differ. Otherwise there is one
/// number, and both are scaled from a description by one factor. γ is contained in 1/B.
package struct NetworkFit: Equatable, Sendable {
    package let network: NetworkDescription
    /// The factor by which a description was scaled; nil where α and B were fitted.
    package let scale: Double?
    /// By how much the fitted network misses what was measured, in parts of one: the most of all measured numbers.
    package let largestError: Double

    /// - Parameters:
    ///   - steps: measured runs; those on one rank are passed over.
    ///   - others: runs whose sums, as far as they were measured by size, are fitted first.
    ///   - description: what is scaled where it must be; also decides which algorithm is tried first.
    /// - Returns: nil where no reduction was measured.
    package init?(
        _ steps: [StepMeasurement], sumsOf others: [StepMeasurement] = [], near description: NetworkDescription
    ) {
        let runs = steps.filter { $0.ranks > 1 && $0.reductionSeconds > 0 && !$0.messages.isEmpty }.map {
            Measured(ranks: $0.ranks, messages: $0.messages, seconds: $0.reductionSeconds)
        }
        let sizes = others.filter { $0.ranks > 1 }.flatMap { step in
            step.messages.compactMap { message -> Measured? in
                guard let seconds = message.seconds, seconds > 0, message.bytes > 0 else { return nil }
                return Measured(
                    ranks: step.ranks, messages: [.init(bytes: message.bytes, calls: 1)], seconds: seconds)
            }
        }
        func error(_ network: NetworkDescription, _ measured: [Measured]) -> Double {
            measured.map { abs($0.modelled(network) / $0.seconds - 1) }.max() ?? 0
        }
        let name = "this machine (fitted)"
        for measured in [sizes, runs] {
            guard let link = Self.link(of: measured, near: description) else { continue }
            network = NetworkDescription(name: name, link: link)
            (scale, largestError) = (nil, error(network, measured))
            return
        }
        let measured = runs.isEmpty ? sizes : runs
        let factor = measured.reduce(0) { $0 + $1.seconds / $1.modelled(description) } / Double(measured.count)
        guard factor.isFinite, factor > 0 else { return nil }
        func scaled(_ link: Link) -> Link {
            Link(latency: link.latency * factor, bandwidth: link.bandwidth / factor)
        }
        var network = description
        network.name = name
        (network.link, network.insideNode) = (scaled(description.link), description.insideNode.map(scaled))
        network.sumSecondsPerByte *= factor
        self.network = network
        (scale, largestError) = (factor, error(network, measured))
    }

    /// A number that was measured: what these messages took together.
    private struct Measured {
        var ranks: Int
        var messages: [StepMeasurement.Message]
        var seconds: Double

        func modelled(_ network: NetworkDescription) -> Double {
            let model = ReductionModel(network)
            return messages.reduce(0) { $0 + $1.calls * model.seconds(vector: $1.bytes, ranks: ranks) }
        }

        /// `latencies` · α + `bytes` / B = 1, with the algorithms that the model takes for the fastest.
        func equation(_ model: ReductionModel) -> (latencies: Double, bytes: Double) {
            var latencies = 0.0, bytes = 0.0
            for message in messages {
                for piece in ReductionModel.pieces(message.bytes) {
                    let name = model.best(bytes: piece.bytes, ranks: ranks).name
                    for round in ReductionAlgorithm(rawValue: name)!.rounds(bytes: Double(piece.bytes), ranks: ranks) {
                        let times = message.calls * Double(piece.count * round.times)
                        latencies += times
                        bytes += times * round.bytes
                    }
                }
            }
            return (latencies / seconds, bytes / seconds)
        }
    }

    /// α and B of one link between all ranks; nil where what was measured does not tell them apart.
    private static func link(of measured: [Measured], near description: NetworkDescription) -> Link? {
        let start = description.insideNode ?? description.link
        var link = Link(latency: start.latency, bandwidth: start.bandwidth)
        // The fastest algorithm depends on what is sought; it is found again until it stays.
        for _ in 0..<20 {
            let model = ReductionModel(NetworkDescription(name: "", link: link))
            guard let (latency, perByte) = solution(measured.map { $0.equation(model) }) else { return nil }
            let next = Link(latency: latency, bandwidth: 1 / perByte)
            if next == link { break }
            link = next
        }
        return link
    }

    /// Least squares by the normal equations, in bytes of a size that makes both unknowns alike. nil where the
    /// messages are too similar (the ratio of bytes to latencies differs by less than a half), or where the solution
    /// is not positive.
    private static func solution(_ equations: [(latencies: Double, bytes: Double)]) -> (
        latency: Double, perByte: Double
    )? {
        let ratios = equations.map { $0.bytes / $0.latencies }
        guard let least = ratios.min(), let most = ratios.max(), least > 0, most > 1.5 * least else { return nil }
        let unit = (least * most).squareRoot()
        var (aa, ab, bb, a1, b1) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for e in equations {
            let a = e.latencies, b = e.bytes / unit
            (aa, ab, bb, a1, b1) = (aa + a * a, ab + a * b, bb + b * b, a1 + a, b1 + b)
        }
        let determinant = aa * bb - ab * ab
        let latency = (a1 * bb - b1 * ab) / determinant, perByte = (b1 * aa - a1 * ab) / determinant / unit
        guard latency > 0, perByte > 0, latency.isFinite, perByte.isFinite else { return nil }
        return (latency, perByte)
    }
}
