import NewtonCG

extension ModelKind {
    /// `model: {isru_network: {width: 16}}`: dense layers with `isru` between them, and one output.
    static let isruNetwork = ModelKind(
        "isru_network",
        options: [
            OptionSpec("width", .integer(atLeast: 1), "Outputs of each hidden layer."),
            OptionSpec("depth", .integer(atLeast: 1), default: 2, "Hidden layers."),
        ]
    ) { options in
        for _ in 0..<options.integer("depth") {
            Dense(options.integer("width"))
            LayerSpec(.isru)
        }
        Dense(1)
    }
}
