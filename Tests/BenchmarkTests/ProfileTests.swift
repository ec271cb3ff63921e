import Foundation
import NewtonCG
import Testing

/// One profile is taken at a time.
@Suite(.serialized) struct ProfileTests {
    /// An inner span interrupts the outer one: no time is counted twice.
    @Test func spansAreExclusive() {
        let profile = Profile.of {
            let outer = Work.gemm.begin()
            Thread.sleep(forTimeInterval: 0.02)
            let inner = Work.transforms.begin()
            Thread.sleep(forTimeInterval: 0.06)
            inner.end()
            Thread.sleep(forTimeInterval: 0.02)
            outer.end()
            Thread.sleep(forTimeInterval: 0.02)
        }
        #expect(profile.seconds[.gemm]! >= 0.04 && profile.seconds[.transforms]! >= 0.06)
        #expect(profile.seconds[.elementwise] == 0 && profile.seconds[.reductions] == 0)
        #expect(profile.seconds.values.reduce(0, +) <= profile.elapsed - 0.02)
        #expect(profile.otherShare() > 0)
    }

    @Test func nothingIsCountedOutside() {
        let span = Work.gemm.begin()
        Thread.sleep(forTimeInterval: 0.01)
        span.end()
        #expect(Profile.of {}.seconds.values.allSatisfy { $0 == 0 })
    }

    /// Work of other threads counts too, each thread's own.
    @Test func threadsAreSummed() {
        let profile = Profile.of {
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                let span = Work.elementwise.begin()
                Thread.sleep(forTimeInterval: 0.03)
                span.end()
            }
        }
        #expect(profile.seconds[.elementwise]! >= 4 * 0.03)
    }

    @Test func memoryRisesAndPeakIsForgotten() throws {
        let mib = 96
        ResidentMemory.reset()
        let before = try #require(ResidentMemory.now)
        do {
            let buffer = Buffer<Float>(count: mib << 18)
            #expect(buffer.base[buffer.count - 1] == 0)
            #expect(try #require(ResidentMemory.peak) >= before + Double(mib) * 0.9)
        }
        ResidentMemory.reset()
        #expect(try #require(ResidentMemory.peak) < before + Double(mib) * 0.9)
    }
}
