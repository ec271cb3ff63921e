import Scaling
import Testing

@Suite struct StepMeasurementTests {
    @Test("the parts of a step's time add up") func parts() {
        let step = StepMeasurement(
            ranks: 2, threads: 1, batch: 512, seconds: 1, dividedSeconds: 0.8, repeatedSeconds: 0.1,
            waitingSeconds: 0.04, reductionSeconds: 0.06, messages: [.init(bytes: 8, calls: 3)])
        let parts = step.dividedSeconds + step.repeatedSeconds + step.waitingSeconds + step.reductionSeconds
        #expect(abs(parts - step.seconds) < 1e-12)
    }
}
