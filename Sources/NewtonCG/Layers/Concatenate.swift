/// Values side by side on the last axis: name them with `.reading("a", "b")`.
public func Concatenate() -> LayerSpec { LayerSpec(.concatenate) }

extension LayerKind {
    static let concatenate = LayerKind("concatenate", ConcatenateMaker())
}
private struct ConcatenateMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try ConcatenateLayer<S>(options, context)
    }
}

/// The join y = (x₀, x₁, …) on the last axis; the other axes agree.
public struct ConcatenateLayer<S: Scalar>: Layer {
    public let output: Shape
    public let reads: Reads = []
    public let actsOnLastAxis = true
    /// The columns of each input in the output.
    let columns: [Range<Int>]

    init(_ options: Options, _ context: LayerContext) throws {
        let inputs = context.inputs
        guard inputs.count >= 2 else {
            throw ModelError("it needs two inputs or more: 'inputs: [a, b]'", key: "inputs")
        }
        guard inputs.allSatisfy({ $0.extents.dropLast() == inputs[0].extents.dropLast() }) else {
            throw ModelError(
                "it needs inputs that agree in all axes but the last, it got "
                    + inputs.map(\.description).joined(separator: " and "))
        }
        var columns: [Range<Int>] = [], end = 0
        for input in inputs {
            columns.append(end..<end + input.features)
            end += input.features
        }
        self.columns = columns
        output = Shape(inputs[0].extents.dropLast() + [end])
    }

    public func forward(at p: Point<S>, y: Target<S>) {
        for i in columns.indices { y[columns: columns[i]] <- p.inputs[i] }
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: [Target<S>], gw: ParameterTargets<S>) {
        for i in columns.indices { gx[i] <- gy[columns: columns[i]] }
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        for i in columns.indices { ry[columns: columns[i]] <- d.inputs[i] }
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: [Target<S>], rgw: ParameterTargets<S>
    ) {
        for i in columns.indices { rgx[i] <- rgy[columns: columns[i]] }
    }
}
