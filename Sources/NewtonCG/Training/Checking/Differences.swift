/// A function's value at a flat vector, and the pieces that it chose where it is not smooth everywhere.
typealias Probed = (value: [Double], choices: [UInt64])

/// A derivative by finite differences, which is known to be good.
struct Differences {
    /// Of each value of the function along the direction.
    let derivative: [Double]
    let direction: [Double]
    /// What errors are measured by where the derivative is small: a ten-thousandth of the function's largest value.
    let scale: Double

    /// Central differences of fourth order along `direction`,
    ///
    ///     D(h) = (8 (f(x+hd) − f(x−hd)) − (f(x+2hd) − f(x−2hd))) / 12h
    ///
    /// for the first h of `steps` where the pieces chosen at the seven points are the same, so that no probe lies
    /// across a kink, and D(h) and D(h/2) agree to a tenth of the tolerance, so that neither a kink that is not told
    /// nor rounding spoils the number. nil where no h does.
    init?<Failure: Error>(
        of f: ([Double]) throws(Failure) -> Probed, at x: [Double], along direction: [Double],
        steps: [Double] = [1e-3, 1e-4, 1e-5, 1e-6]
    ) throws(Failure) {
        let (value, choices) = try f(x)
        scale = 1e-4 * largest(value)
        self.direction = direction
        guard scale.isFinite else {
            derivative = value.map { _ in .nan }
            return
        }
        func at(_ t: Double) throws(Failure) -> [Double]? {
            let (value, pieces) = try f(zip(x, direction).map { $0 + t * $1 })
            return pieces == choices ? value : nil
        }
        for h in steps {
            var differences: [[Double]] = []
            for t in [2 * h, h, h / 2] {
                guard let above = try at(t), let below = try at(-t) else { break }
                differences.append(zip(above, below).map { $0 - $1 })
            }
            guard differences.count == 3 else { continue }
            let coarse = zip(differences[1], differences[0]).map { (8 * $0 - $1) / (12 * h) }
            let fine = zip(differences[2], differences[1]).map { (8 * $0 - $1) / (6 * h) }
            guard relativeError(coarse, fine, scale: scale) <= 0.1 * CheckTolerance.differences else { continue }
            derivative = fine
            return
        }
        return nil
    }

    /// Differences along the first random direction that gives some. After four that give none, fewer components
    /// move: half of them, a quarter, …
    ///
    /// - Parameter sizes: how far each component moves, about.
    static func alongRandom<Failure: Error>(
        of f: ([Double]) throws(Failure) -> Probed, at x: [Double], sizes: [Double], from stream: inout RandomStream
    ) throws(Failure) -> Differences? {
        for attempt in 0..<16 {
            let moves = stream.normals(x.count, moving: 1 << UInt64(max(0, attempt - 3)))
            let direction = zip(moves, sizes).map { $0 * $1 }
            if let found = try Differences(of: f, at: x, along: direction) { return found }
        }
        return nil
    }
}

extension RandomStream {
    /// Normal random numbers; all but one in `oneIn` are 0, at least one is not.
    mutating func normals(_ count: Int, moving oneIn: UInt64 = 1) -> [Double] {
        var values = [Double](repeating: 0, count: count)
        for i in 0..<count where below(oneIn) == 0 { values[i] = normal() }
        if count > 0, values.allSatisfy({ $0 == 0 }) { values[Int(below(UInt64(count)))] = normal() }
        return values
    }
}
