import MPI
import NewtonCG
import Testing

/// Kinds that are not part of the library are read, checked and written as those that are.
@Suite struct RegistryTests {
    /// y = scale · φ(x): an own kind, made of a layer of the library.
    private struct Maker: LayerMaker {
        func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
            guard options.number("scale") < 10 else {
                throw ModelError("'scale' is out of place here", key: "scale")
            }
            return try LayerKind(named: options.name("function")).make(Options(), context, as: S.self)
        }
    }
    /// A dense layer for each of two ways, which read the block's input, and their sum.
    private struct TwoWays: BlockMaker {
        func layOut(_ options: Options, _ lists: [String: [LayerSpec]], inputs: Int) throws -> Block {
            let units = options.integer("units")
            return Block(
                [
                    .init([Dense(units).named("a")]), .init([Dense(units).named("b"), Tanh()]),
                    .init("rest", lists["rest"] ?? []),
                ],
                end: Add().reading("a", "tanh_1", "rest/dense_1"))
        }
    }
    private struct OwnLoss: LossMaker {
        func loss<S: Scalar>(of: S.Type) -> any Loss<S>.Type { MeanSquaredError<S>.self }
    }
    private struct Walk: OptimizerMaker {
        func make<S: Scalar & MPIDatatype>(
            _ options: Options, minimising objective: any Objective<S>
        ) throws -> any Optimizer<S> {
            var settings = SGDSettings()
            settings.learningRate = .constant(options.number("rate"))
            return try makeOptimizer(.sgd(settings), minimising: objective)
        }
    }

    private let registry = Registry.standard.adding(
        layers: [
            LayerKind(
                "mine",
                options: [
                    OptionSpec("function", .name(["tanh", "gelu"]), default: "tanh", "Which."),
                    OptionSpec("scale", .number(.positive), "How much."),
                ], Maker()),
            LayerKind(
                "two_ways",
                options: [
                    OptionSpec("units", .integer(atLeast: 1), "Outputs."),
                    OptionSpec("rest", .layers, default: [], "The third way."),
                ], block: TwoWays()),
        ],
        losses: [
            LossKind("own_loss", options: [OptionSpec("power", .number(.fraction), default: 0.5, "p.")], OwnLoss())
        ],
        models: [
            ModelKind(
                "deep",
                options: [
                    OptionSpec("depth", .integer(atLeast: 1), "Layers."),
                    OptionSpec("width", .integer(atLeast: 1), default: 4, "Units."),
                ]
            ) { options in
                for _ in 0..<options.integer("depth") {
                    Dense(options.integer("width"))
                    Tanh()
                }
                Dense(1)
            }
        ],
        optimizers: [
            OptimizerKind("walk", options: [OptionSpec("rate", .number(.positive), default: 0.5, "Length.")], Walk())
        ])

    private func yaml(
        model: String = "deep: {depth: 2}", loss: String = "own_loss", optimizer: String = "walk"
    ) -> String {
        """
        data: {file: a.h5}
        model:
          \(model)
        loss: \(loss)
        optimizer: \(optimizer)
        train: {epochs: 1}
        """
    }
    private func read(_ yaml: String) throws -> Configuration {
        try Configuration(yaml: yaml, path: "runs/config.yaml", registry: registry)
    }
    private func refusal(_ yaml: String) -> String {
        do {
            let c = try read(yaml)
            do { _ = try Network<Double>(c.model, input: [3]) } catch let error as ModelError {
                return "\(c.located(error))"
            }
            return ""
        } catch { return "\(error)" }
    }

    @Test func everyKindIsReadAndWritten() throws {
        let layers =
            "layers: [{mine: {scale: 2}}, {two_ways: {units: 3, rest: [{dense: {units: 3}}]}}, {dense: {units: 1}}]"
        for model in ["deep: {depth: 2}", layers] {
            let c = try read(yaml(model: model))
            #expect(try read(c.yaml) == c)
        }
        let c = try read(yaml())
        #expect(c.model.named?.kind.name == "deep" && c.model.nodes.count == 5)
        #expect(c.yaml.contains("model:\n  deep:\n    depth: 2\n    width: 4\n"), "\(c.yaml)")
        #expect(c.yaml.contains("loss:\n  own_loss:\n    power: 0.5\n"), "\(c.yaml)")
        #expect(c.yaml.contains("optimizer:\n  walk:\n    rate: 0.5\n"), "\(c.yaml)")
        #expect(try read(yaml(model: layers)).yaml.contains("mine: {name: mine_1, function: tanh, scale: 2}"))
        #expect(throws: ConfigurationError.self) { try Configuration(yaml: yaml(), path: "a.yaml") }
    }

    @Test(arguments: [
        ("deep: {depth: 0}", "3: 'model.deep.depth' must be a whole number of 1 or more, not '0'"),
        ("deep: {deph: 1}", "3: unknown key 'model.deep.deph' (did you mean 'depth'?)"),
        ("deep", "3: option 'depth' is missing: it needs a whole number of 1 or more"),
        ("dep: {depth: 1}", "3: unknown key 'model.dep' (did you mean 'deep'?)"),
        (
            "layers:\n    - mine:\n        scale: 20\n    - dense: {units: 1}",
            "5: layer 'mine_1': 'scale' is out of place here"
        ),
        (
            "layers:\n    - mine:\n        scale: 2\n        function: relu\n    - dense: {units: 1}",
            "6: layer 'mine_1': 'function' must be one of tanh, gelu, not 'relu' (did you mean 'gelu'?)"
        ),
        (
            "layers:\n    - two_ways: {units: 3, rest: [{dense: {units: 2}}]}\n    - dense: {units: 1}",
            "4: layer 'two_ways_1': it needs inputs of one shape, it got 3 features and 3 features and 2 features"
        ),
    ])
    func wrongOptionsNameTheirLine(_ model: String, sentence: String) {
        #expect(refusal(yaml(model: model)) == "runs/config.yaml:\(sentence)")
    }

    @Test func otherKindsAreRefused() {
        #expect(refusal(yaml(loss: "own_los")).contains("(did you mean 'own_loss'?)"))
        #expect(
            refusal(yaml(loss: "{own_loss: {power: 2}}")).hasSuffix("must be a number above 0 and at most 1, not '2'"))
        #expect(
            refusal(yaml(optimizer: "{walk: {rat: 1}}")).hasSuffix(
                "unknown key 'optimizer.walk.rat' (did you mean 'rate'?)"))
    }

    /// A block's layers have paths, and a list without a name is the block's own.
    @Test func aBlockLaysItselfOut() throws {
        let c = try read(
            yaml(model: "layers: [{two_ways: {units: 3, rest: [{dense: {units: 3}}]}}, {dense: {units: 1}}]"))
        #expect(
            c.model.nodes.map(\.name) == [
                "two_ways_1/a", "two_ways_1/b", "two_ways_1/tanh_1", "two_ways_1/rest/dense_1", "two_ways_1", "dense_1",
            ])
        #expect(c.model.nodes.map(\.inputs) == [[0], [0], [2], [0], [1, 3, 4], [5]])
        #expect(c.model.nodes.map(\.kind) == ["dense", "dense", "tanh", "dense", "add", "dense"])
    }
}
