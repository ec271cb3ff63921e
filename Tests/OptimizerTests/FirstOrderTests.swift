import NewtonCG
import Testing

/// Five steps on Σ ¼w⁴ + a·w from (1, −2, ½). The values were computed in NumPy, in float64, from the formulas
/// of PyTorch's documentation of `SGD` (dampening 0), `Adagrad`, `Adam` and `AdamW`.
@Suite struct FirstOrderTests {
    func fiveSteps<S: TrainingScalar>(_ settings: OptimizerSettings, _ type: S.Type) throws -> [S] {
        var w: [S] = [1, -2, 0.5]
        let objective = quartic(as: S.self)
        let optimizer = try makeOptimizer(settings, minimising: objective)
        #expect(optimizer.curvatureBatch == 0)
        for _ in 0..<5 { _ = try optimizer.step(from: &w) }
        #expect(objective.losses == 0 && objective.products == 0)
        return w
    }

    func check(_ settings: OptimizerSettings, _ expected: [Double]) throws {
        let double = try fiveSteps(settings, Double.self)
        let float = try fiveSteps(settings, Float.self)
        for i in 0..<3 {
            #expect(abs(double[i] - expected[i]) < 1e-14)
            #expect(abs(Double(float[i]) - expected[i]) < 2e-6)
        }
    }

    func sgd(momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0) -> OptimizerSettings {
        var settings = SGDSettings()
        settings.learningRate = .constant(0.05)
        (settings.momentum, settings.nesterov, settings.weightDecay) = (momentum, nesterov, weightDecay)
        return .sgd(settings)
    }

    @Test func sgd() throws {
        try check(sgd(), [0.7472211834044551, -1.0660066617451376, 0.3054890170274346])
        try check(sgd(weightDecay: 0.1), [0.7295924089244572, -1.0448878104306014, 0.2955845760856842])
        try check(sgd(momentum: 0.9), [0.3466464714657781, 0.554963970707687, -0.011894735894976444])
        try check(
            sgd(momentum: 0.9, nesterov: true),
            [0.27450197684747957, 0.40648415060225185, -0.13986701962469061])
        try check(
            sgd(momentum: 0.9, nesterov: true, weightDecay: 0.1),
            [0.2254324589681762, 0.46565347009596303, -0.16646064820788314])
    }

    @Test func adaGrad() throws {
        var settings = AdaGradSettings()
        settings.learningRate = .constant(0.1)
        try check(.adaGrad(settings), [0.7183449484430383, -1.7052234095789864, 0.18767127325451027])
    }

    @Test func adam() throws {
        var settings = AdamSettings()
        settings.learningRate = .constant(0.1)
        let plain = [0.5196908383071887, -1.5117108716899088, 0.0026926331992279534]
        try check(.adam(settings, decoupled: false), plain)
        try check(.adam(settings, decoupled: true), plain)
        settings.weightDecay = 0.1
        try check(
            .adam(settings, decoupled: false), [0.518586319838195, -1.5114175479529781, 0.003373473115231687])
        try check(
            .adam(settings, decoupled: true),
            [0.4828189826296366, -1.4268881689737047, -0.011891827797086571])
        settings = AdamSettings()
        settings.learningRate = .constant(0.1)
        (settings.beta1, settings.beta2, settings.epsilon) = (0.8, 0.9, 1e-3)
        try check(
            .adam(settings, decoupled: false),
            [0.5215769612386978, -1.5127040197243982, 0.0034816733121233456])
    }

    @Test func theRateFollowsTheEpoch() throws {
        var settings = SGDSettings()
        settings.learningRate = Schedule(.step(initial: 1, factor: 0.5, every: 2))
        let objective = FunctionObjective<Double>(
            count: 3, value: { _ in 1 }, gradient: { _ in [1, 2, 4] }, curvature: { _ in [] })
        let optimizer = SGD<Double>(settings, minimising: objective)
        var w = [0.0, 0, 0]
        let report = try optimizer.step(from: &w, epoch: 4.5)
        #expect(w == [-0.25, -0.5, -1])
        #expect(report.learningRate == 0.25 && report.stepLength == 0.25)
        #expect(report.loss == 1)
        #expect(abs(report.gradientNorm - 21.0.squareRoot()) < 1e-15)
    }

    static let all: [OptimizerSettings] = [
        .sgd(SGDSettings()), .adaGrad(AdaGradSettings()), .adam(AdamSettings(), decoupled: true),
        .newtonCG(NewtonCGSettings()),
    ]

    @Test(arguments: all) func notFiniteIsThrownAndNothingMoves(settings: OptimizerSettings) throws {
        var w = [1.0, 2, 3]
        let objective = quartic(as: Double.self)
        let optimizer = try makeOptimizer(settings, minimising: objective)
        objective.value = { _ in .nan }
        #expect {
            try optimizer.step(from: &w)
        } throws: {
            "\($0)" == "the loss is not finite"
        }
        objective.value = { _ in 1 }
        objective.gradient = { _ in [1, .infinity, 2] }
        #expect {
            try optimizer.step(from: &w)
        } throws: {
            "\($0)" == "the gradient is not finite"
        }
        #expect(w == [1, 2, 3])
    }
}
