/// The registry of names: a new layer is one new file and one line here.
func layerTypes<S: Scalar>(_: S.Type) -> KeyValuePairs<String, any Layer<S>.Type> {
    [
        "dense": DenseLayer<S>.self,
        "conv2d": Conv2DLayer<S>.self,
        "max_pool2d": MaxPool2DLayer<S>.self,
        "average_pool2d": AveragePool2DLayer<S, LocalWindows>.self,
        "global_average_pool2d": AveragePool2DLayer<S, WholeImage>.self,
        "batch_norm": BatchNormLayer<S>.self,
        "layer_norm": LayerNormLayer<S>.self,
        "dropout": DropoutLayer<S>.self,
        "flatten": FlattenLayer<S>.self,
        "add": AddLayer<S>.self,
        "concatenate": ConcatenateLayer<S>.self,
        "relu": ClipLayer<S, NoLimit>.self,
        "relu6": ClipLayer<S, LimitSix>.self,
        "tanh": SmoothFunctionLayer<S, TanhFunction>.self,
        "sigmoid": SmoothFunctionLayer<S, SigmoidFunction>.self,
        "softplus": SmoothFunctionLayer<S, SoftplusFunction>.self,
        "gelu": SmoothFunctionLayer<S, GELUFunction>.self,
        "swish": SmoothFunctionLayer<S, SwishFunction>.self,
    ]
}

/// Every kind of layer, for messages and `newton-cg info`; a `residual` is made of others.
public let layerKinds: [String] = layerTypes(Float.self).map(\.key) + ["residual"]

/// A layer's options with every default filled in; those of an unknown kind as they are.
func completedOptions(_ kind: String, _ options: Options) -> Options {
    layerTypes(Float.self).first { $0.key == kind }?.value.completed(options) ?? options
}

/// Makes a layer of completed options.
func makeLayer<S: Scalar>(_ kind: String, _ options: Options, inputs: [Shape]) throws -> any Layer<S> {
    guard let type = layerTypes(S.self).first(where: { $0.key == kind })?.value else {
        throw ModelError("there is no kind of layer '\(kind)'" + suggestion(for: kind, among: layerKinds))
    }
    return try type.init(options, inputs: inputs)
}
