import Glibc

/// Philox4x32-10, a counter-based generator: a keyed bijection of 128-bit counters whose outputs pass the
/// statistical tests, so that the n-th number is had without the ones before it.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct Philox4x32: Sendable {
    /// Four words: a counter, or the random ones that it gives.
    public typealias Block = (UInt32, UInt32, UInt32, UInt32)
    private let key: (UInt32, UInt32)

    /// A generator of this key.
    public init(key: (UInt32, UInt32)) { self.key = key }

    /// Four random words for a counter.
    public func block(_ counter: Block) -> Block {
        var (a, b, c, d) = counter
        var (k, l) = key
        for _ in 0..<10 {
            let first = a.multipliedFullWidth(by: 0xD251_1F53)
            let second = c.multipliedFullWidth(by: 0xCD9E_8D57)
            (a, b, c, d) = (second.high ^ b ^ k, second.low, first.high ^ d ^ l, first.low)
            k &+= 0x9E37_79B9
            l &+= 0xBB67_AE85
        }
        return (a, b, c, d)
    }
}

/// The random numbers of one (seed, stream): the same on every machine, independent of other streams.
public struct RandomStream: RandomNumberGenerator, Sendable {
    private let philox: Philox4x32
    private let stream: UInt64
    private var position: UInt64 = 0
    private var second: UInt64?
    private var secondNormal: Double?

    /// From the beginning of a stream.
    public init(seed: UInt64, stream: UInt64) {
        philox = Philox4x32(key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        self.stream = stream
    }

    public mutating func next() -> UInt64 {
        if let word = second {
            second = nil
            return word
        }
        let (a, b, c, d) = philox.block(
            (
                UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
                UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)
            ))
        position &+= 1
        second = UInt64(c) | UInt64(d) << 32
        return UInt64(a) | UInt64(b) << 32
    }

    /// A number of [0, 1), a multiple of 2⁻⁵³.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number of the standard normal distribution (Box and Muller 1958).
    public mutating func normal() -> Double {
        if let value = secondNormal {
            secondNormal = nil
            return value
        }
        // 1 − u lies in (0, 1], where the logarithm is finite.
        let radius = sqrt(-2 * log(1 - uniform()))
        let angle = 2 * Double.pi * uniform()
        secondNormal = radius * sin(angle)
        return radius * cos(angle)
    }

    /// A whole number of 0 ..< bound, all equally likely (Lemire 2019). `bound` is positive.
    public mutating func below(_ bound: UInt64) -> UInt64 {
        var (high, low) = next().multipliedFullWidth(by: bound)
        if low < bound {
            let least = (0 &- bound) % bound
            while low < least { (high, low) = next().multipliedFullWidth(by: bound) }
        }
        return high
    }
}

/// The numbers 0 ..< count in the random order of (seed, stream): Fisher and Yates' shuffle.
public func permutation(count: Int, seed: UInt64, stream: UInt64) -> [Int32] {
    var random = RandomStream(seed: seed, stream: stream)
    var order = (0..<Int32(count)).map { $0 }
    for i in stride(from: count - 1, to: 0, by: -1) {
        order.swapAt(i, Int(random.below(UInt64(i) + 1)))
    }
    return order
}
