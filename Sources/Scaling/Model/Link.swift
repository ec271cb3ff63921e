/// The way of a message from one rank to another: n bytes take α + n/B seconds (Hockney 1994, Parallel Computing 20).
package struct Link: Equatable, Sendable {
    /// α: seconds of an empty message, one way.
    package var latency: Double
    /// B: bytes a second, in each direction.
    package var bandwidth: Double

    package init(latency: Double, bandwidth: Double) { (self.latency, self.bandwidth) = (latency, bandwidth) }

    /// - Parameters:
    ///   - bytes: of the message.
    ///   - latencies: how often the latency is paid: 2 where the way leads over the upper switches of a fat tree.
    /// - Returns: seconds.
    package func seconds(bytes: Double, latencies: Double = 1) -> Double {
        latencies * latency + bytes / bandwidth
    }
}
