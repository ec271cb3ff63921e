import NewtonCG

extension ModelKind {
    /// `model: {isru_network: {width: 16}}`: inputs by a learned scale, dense layers with `isru` between them, one output.
    static let isruNetwork = ModelKind(
        "isru_network",
        options: [
            OptionSpec("width", .integer(atLeast: 1), "Outputs of each hidden layer."),
            OptionSpec("depth", .integer(atLeast: 1), default: 2, "Hidden layers."),
        ]
    ) { options in
        LayerSpec(.scaleShift)
        for _ in 0..<options.integer("depth") {
            Dense(options.integer("width"))
            LayerSpec(.isru)
        }
        Dense(1)
    }
}
