extension LayerKind {
    /// The kinds of layer that are part of the library: a new one is one new file and one line here.
    public static let standard: [LayerKind] = [
        dense, conv2D, maxPool2D, averagePool2D, globalAveragePool2D, batchNorm, layerNorm, dropout,
        embedding, positionalEncoding,
        flatten, add, concatenate, relu, relu6,
        tanh, sigmoid, softplus, gelu, swish, residual,
    ]
}
