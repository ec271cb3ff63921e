/// What a configuration can name. A value: a program that has layers, losses, models or optimizers of its own reads its
/// configurations with `Registry.standard.adding(…)`.
public struct Registry: Equatable, Sendable {
    /// Kinds of layers, by name.
    public private(set) var layers = LayerKind.standard
    /// Kinds of losses, by name.
    public private(set) var losses = LossKind.standard
    /// Models by name.
    public private(set) var models = ModelKind.standard
    /// Kinds of optimizers, by name.
    public private(set) var optimizers = OptimizerKind.standard

    /// What is part of the library.
    public static let standard = Registry()

    private init() {}

    /// The same, and these. Two of one name would make a configuration ambiguous: that stops the program.
    public func adding(
        layers: [LayerKind] = [], losses: [LossKind] = [], models: [ModelKind] = [], optimizers: [OptimizerKind] = []
    ) -> Registry {
        var all = self
        all.layers += layers
        all.losses += losses
        all.models += models
        all.optimizers += optimizers
        for names in all.names {
            precondition(Set(names).count == names.count, "two kinds have one name: \(names)")
        }
        return all
    }

    /// Layers, losses, models and optimizers by name.
    package var names: [[String]] {
        [layers.map(\.name), losses.map(\.name), models.map(\.name), optimizers.map(\.name)]
    }

    /// A line for each option of a kind; nil: there is no such kind.
    package func options(of name: String) -> [String]? {
        let declared =
            layers.first { $0.name == name }?.options ?? losses.first { $0.name == name }?.options
            ?? models.first { $0.name == name }?.options
        return declared?.map(\.text) ?? optimizers.first { $0.name == name }?.form.text
    }
}
