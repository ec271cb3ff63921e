import NewtonCG

/// Random numbers of the library's own generator, as doubles that a float holds exactly.
struct Samples {
    private var stream: RandomStream
    init(seed: UInt64) { stream = RandomStream(seed: seed, stream: RandomPurpose.parameters.stream(0)) }

    mutating func normal(_ n: Int) -> [Double] { (0..<n).map { _ in Double(Float(stream.normal())) } }
    mutating func below(_ n: Int) -> Int { min(n - 1, Int(stream.uniform() * Double(n))) }
    mutating func one<T>(of values: [T]) -> T { values[below(values.count)] }
    mutating func chance() -> Bool { below(2) == 1 }
}

extension Scalar {
    static func of(_ values: [Double]) -> [Self] { values.map { Self($0) } }
    /// Half the distance from 1 to the next value: the relative error of one rounding.
    static var roundoff: Double { Double(ulpOfOne) / 2 }
}

/// ‖a − b‖ / ‖b‖; infinite where a value is not a number.
func relativeError<S: Scalar>(_ a: [S], _ b: [Double]) -> Double {
    guard a.count == b.count, a.allSatisfy({ $0.isFinite }) else { return .infinity }
    let difference = zip(a, b).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    let size = b.reduce(0) { $0 + $1 * $1 }
    return difference == 0 ? 0 : (difference / size).squareRoot()
}
