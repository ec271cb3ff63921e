import NewtonCG
import Testing

/// Values computed by hand from the formulas of the configuration.
@Suite struct ScheduleTests {
    func check(_ form: Schedule.Form, at epoch: Double, _ expected: Double) {
        let rate = Schedule(form).rate(at: epoch)
        #expect(abs(rate - expected) <= 1e-14 * abs(expected), "\(form) at \(epoch): \(rate)")
    }

    @Test func decaying() {
        check(.constant(0.3), at: 17.2, 0.3)
        check(.exponential(initial: 0.5, rate: 0.9), at: 0, 0.5)
        check(.exponential(initial: 0.5, rate: 0.9), at: 2, 0.405)
        check(.exponential(initial: 0.5, rate: 0.9), at: 2.5, 0.3842167357104581)
        check(.exponential(initial: 0.5, rate: 4), at: 1.5, 4)
        check(.inverseTime(initial: 0.5, rate: 0.3), at: 2.5, 0.5 / 1.75)
        check(.step(initial: 0.5, factor: 0.1, every: 3), at: 2.999, 0.5)
        check(.step(initial: 0.5, factor: 0.1, every: 3), at: 3, 0.05)
        check(.step(initial: 0.5, factor: 0.1, every: 3), at: 8, 0.005)
    }

    /// Numbers that a configuration may have and no run needs.
    @Test func extremeRatiosAreNumbers() {
        let forms: [Schedule.Form] = [
            .step(initial: 0.5, factor: 0.1, every: 1e-300), .step(initial: 0.5, factor: 1, every: 5e-324),
            .exponential(initial: 0.5, rate: 1e-300, minimum: 0.1), .inverseTime(initial: 0.5, rate: 1e300),
            .cosine(initial: 1, final: 0.1, epochs: 1e-300), .linear(initial: 1, final: 0.1, from: 0, to: 5e-324),
            .cyclic(minimum: 0.1, maximum: 1, period: 5e-324, mode: .triangular, gamma: 1),
            .cyclic(minimum: 0.1, maximum: 1, period: 1e-300, mode: .triangular2, gamma: 1),
            .cyclic(minimum: 0.1, maximum: 1, period: 1e300, mode: .expRange, gamma: 1e-300),
        ]
        for form in forms {
            for warmup in [0, 1e-300, 1e300] {
                for epoch in [0, 1e-9, 0.5, 1, 1e9, 0x1p53] {
                    let rate = Schedule(form, warmup: warmup).rate(at: epoch)
                    #expect(rate >= 0 && rate <= 1, "\(form), warm-up \(warmup), at \(epoch): \(rate)")
                }
            }
        }
        check(.step(initial: 0.5, factor: 0.1, every: 1e-300), at: 1, 0)
        check(.step(initial: 0.5, factor: 1, every: 1e-300), at: 1, 0.5)
        #expect(Schedule(.step(initial: 0.5, factor: 2, every: 1e-300)).rate(at: 1) == .infinity)
    }

    @Test func floorsAndLines() {
        check(.exponential(initial: 0.5, rate: 0.9, minimum: 0.4), at: 2, 0.405)
        check(.exponential(initial: 0.5, rate: 0.9, minimum: 0.41), at: 2, 0.41)
        let line = Schedule.Form.linear(initial: 1, final: 0.2, from: 2, to: 6)
        check(line, at: 1, 1)
        check(line, at: 3, 0.8)
        check(line, at: 6, 0.2)
        check(line, at: 9, 0.2)
    }

    @Test func cosine() {
        let form = Schedule.Form.cosine(initial: 0.5, final: 0.01, epochs: 10)
        check(form, at: 0, 0.5)
        check(form, at: 2.5, 0.4282411613907041)
        check(form, at: 5, 0.255)
        check(form, at: 7, 0.11099261318834411)
        check(form, at: 10, 0.01)
        check(form, at: 25, 0.01)
    }

    @Test func cyclic() {
        func form(_ mode: Schedule.CyclicMode, gamma: Double = 1) -> Schedule.Form {
            .cyclic(minimum: 0.1, maximum: 0.9, period: 4, mode: mode, gamma: gamma)
        }
        check(form(.triangular), at: 0, 0.1)
        check(form(.triangular), at: 1, 0.5)
        check(form(.triangular), at: 2, 0.9)
        check(form(.triangular), at: 3.5, 0.3)
        check(form(.triangular), at: 6, 0.9)
        check(form(.triangular2), at: 2, 0.9)
        check(form(.triangular2), at: 6, 0.5)
        check(form(.triangular2), at: 9, 0.2)
        check(form(.expRange, gamma: 0.5), at: 2, 0.3)
        check(form(.expRange, gamma: 0.5), at: 5, 0.1 + 0.8 * 0.5 / 32)
    }

    @Test func warmupGrowsLinearlyFromZero() {
        let schedule = Schedule(.step(initial: 0.8, factor: 0.5, every: 10), warmup: 4)
        #expect(schedule.rate(at: 0) == 0)
        #expect(schedule.rate(at: 1) == 0.2)
        #expect(schedule.rate(at: 4) == 0.8)
        #expect(schedule.rate(at: 10) == 0.4)
    }
}
