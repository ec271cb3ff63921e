import NewtonCG
import Testing

/// What an objective cannot do is said when an optimizer is made for it.
@Suite struct CapabilityTests {
    private final class Plain: Objective {
        let count = 3, batchSamples = 1, isWhole = true
        func linearize(at w: Vector<Double>, gradient: MutableVector<Double>) -> Double { 0 }
        func loss(at w: Vector<Double>) -> Double { 0 }
    }

    private func message(
        _ objective: any Objective<Double>, _ change: (inout NewtonCGSettings) -> Void = { _ in }
    ) throws -> String? {
        var settings = NewtonCGSettings()
        change(&settings)
        do {
            _ = try makeOptimizer(.newtonCG(settings), minimising: objective)
            return nil
        } catch let error as ModelError { return "\(error)" }
    }

    @Test func settingsAskForWhatTheObjectiveHas() throws {
        let function = quartic(as: Double.self)
        #expect(try message(Plain())!.hasPrefix("Newton-CG needs an objective with products of its curvature"))
        #expect(try message(function) == nil)
        #expect(try message(function) { $0.solve = .subspace } == nil)
        #expect(try message(function) { $0.solve = .sampleSpace }!.contains("the samples of a network"))
        #expect(try message(function) { $0.preconditioner = .kronecker(.init()) }!.contains("a network's layers"))
        #expect(
            try message(function) { ($0.solve, $0.preconditioner) = (.subspace, .lbfgs(.init())) }!
                .contains("takes its pairs from solves by conjugate gradients"))
        #expect(try makeOptimizer(.sgd(SGDSettings()), minimising: Plain()).memory.isEmpty)
    }
}
