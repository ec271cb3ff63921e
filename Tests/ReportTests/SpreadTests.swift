import NewtonCG
import Testing

@Suite struct SpreadTests {
    @Test func mean() {
        let spread = Spread([2, 4, 4, 10])!
        #expect(spread.count == 4)
        #expect(spread.mean == 5)
        #expect(abs(spread.deviation! - 12.0.squareRoot()) < 1e-15)
        #expect(spread.median == 4)
        #expect((spread.minimum, spread.maximum) == (2, 10))
    }

    @Test func anEvenNumberHasTheMiddleOfTwoAsMedian() { #expect(Spread([9, 1, 3, 2])!.median == 2.5) }

    @Test func quartiles() {
        func quartiles(_ values: [Double]) -> [Double] {
            Spread(values).map { [$0.lowerQuartile, $0.median, $0.upperQuartile] } ?? []
        }
        #expect(quartiles([4, 1, 3, 2, 5]) == [2, 3, 4])
        #expect(quartiles([4, 3, 2, 1]) == [1.75, 2.5, 3.25])
        #expect(quartiles([7]) == [7, 7, 7])
    }

    @Test func oneNumberHasNoDeviation() {
        let spread = Spread([7])!
        #expect((spread.mean, spread.median) == (7, 7) && spread.deviation == nil)
    }

    @Test func noNumbers() { #expect(Spread([]) == nil) }
}

/// Which setting of a grid is shown.
@Suite struct ChoiceTests {
    func run(seconds: Double?, loss: Double, diverged: Bool = false) -> ComparedRun {
        var run = ComparedRun(candidate: 0, seed: 1, metricsPath: "")
        run.arrival = seconds.map { .init(epochs: 1, seconds: $0) }
        run.evaluated = [("validation", Metrics(loss: loss)), ("test", Metrics(loss: 1 / loss))]
        if diverged { run.divergence = "the loss is not finite" }
        return run
    }

    @Test func theSoonerAtTheTargetIsBetter() {
        #expect(run(seconds: 1, loss: 9).isBetter(than: run(seconds: 2, loss: 1)))
        #expect(!run(seconds: 2, loss: 1).isBetter(than: run(seconds: 1, loss: 9)))
    }

    @Test func whoeverReachesTheTargetIsBetterThanWhoDoesNot() {
        #expect(run(seconds: 100, loss: 9).isBetter(than: run(seconds: nil, loss: 1)))
    }

    @Test func theValidationLossDecidesElse() {
        #expect(run(seconds: nil, loss: 1).isBetter(than: run(seconds: nil, loss: 2)))
        #expect(run(seconds: 3, loss: 1).isBetter(than: run(seconds: 3, loss: 2)))
        #expect(!run(seconds: nil, loss: 1).isBetter(than: run(seconds: nil, loss: 1)))
        #expect(!run(seconds: nil, loss: .nan).isBetter(than: run(seconds: nil, loss: 1)))
    }

    @Test func aDivergedRunIsLast() {
        #expect(run(seconds: nil, loss: 1e9).isBetter(than: run(seconds: nil, loss: 1, diverged: true)))
        #expect(!run(seconds: nil, loss: 1, diverged: true).isBetter(than: run(seconds: nil, loss: .nan)))
    }
}
