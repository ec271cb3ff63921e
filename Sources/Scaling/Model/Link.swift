/// The way of a message from one rank to another: n bytes take α + n/B seconds (Hockney 1994, Parallel Computing 20).
public struct Link: Equatable, Sendable {
    /// What a message of some size or more takes of the latency, and gets of the bandwidth.
    public struct Factor: Equatable, Sendable {
        public var bytes, latency, bandwidth: Double

        public init(bytes: Double, latency: Double, bandwidth: Double) {
            (self.bytes, self.latency, self.bandwidth) = (bytes, latency, bandwidth)
        }
    }
    /// α: seconds of an empty message, one way.
    public var latency: Double
    /// B: bytes a second, in each direction.
    public var bandwidth: Double
    /// By rising size; none: α and B hold for messages of any size.
    public var factors: [Factor]

    public init(latency: Double, bandwidth: Double, factors: [Factor] = []) {
        (self.latency, self.bandwidth, self.factors) = (latency, bandwidth, factors)
    }

    /// - Parameters:
    ///   - bytes: of the message.
    ///   - latencies: how often the latency is paid: 2 where the way leads over the upper switches of a fat tree.
    /// - Returns: seconds.
    public func seconds(bytes: Double, latencies: Double = 1) -> Double {
        guard let factor = factors.last(where: { $0.bytes <= bytes }) else {
            return latencies * latency + bytes / bandwidth
        }
        return latencies * latency * factor.latency + bytes / (bandwidth * factor.bandwidth)
    }
}
