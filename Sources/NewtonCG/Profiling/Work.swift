import CKernels

/// Kinds of work that a profile tells apart.
///
///     let outer = Work.gemm.begin(); defer { outer.end() }
///
/// While nobody measures, a span costs the test of a flag.
public enum Work: Int32, CaseIterable, Sendable {
    /// Matrix products, and convolutions as sums over weights.
    case gemm = 1
    /// To Winograd's domain and back, filters too.
    case transforms
    /// Sweeps over values: functions, sums, copies, normalisation.
    case elementwise
    /// Sums over rows and over ranks.
    case reductions

    /// The span that another one interrupts.
    struct Span {
        fileprivate let work: Int32
        @inline(__always) func end() { _ = ck_enter(work) }
    }
    @inline(__always) func begin() -> Span { Span(work: ck_enter(rawValue)) }
}

/// Seconds of each kind of work, summed over threads, and how long it took.
package struct Profile: Sendable {
    package let seconds: [Work: Double]
    package let elapsed: Double

    /// Measures all that is done in the body. Only one profile is taken at a time.
    package static func of(_ body: () throws -> Void) rethrows -> Profile {
        let start = ContinuousClock.now
        ck_profile_start()
        defer { ck_profile_stop() }
        try body()
        let elapsed = (ContinuousClock.now - start).seconds
        var seconds = [Double](repeating: 0, count: Int(ck_works.rawValue))
        ck_profile_seconds(&seconds)
        return Profile(
            seconds: .init(uniqueKeysWithValues: Work.allCases.map { ($0, seconds[Int($0.rawValue)]) }),
            elapsed: elapsed)
    }

    /// The part of `threads` threads' time that is of this kind.
    package func share(of work: Work, threads: Int = 1) -> Double { seconds[work]! / (elapsed * Double(threads)) }
    /// The part that is of none: the program between kernels, waiting, losses.
    package func otherShare(threads: Int = 1) -> Double {
        1 - Work.allCases.reduce(0) { $0 + share(of: $1, threads: threads) }
    }
}

extension Duration {
    /// As a number.
    package var seconds: Double { Double(components.seconds) + 1e-18 * Double(components.attoseconds) }
}
