/// What is known of a layer's curvature apart from products with it.
public enum CurvatureForm: Sendable {
    /// The layer has no parameters.
    case none
    /// Squares of gradients: a diagonal.
    case diagonal
    /// A Kronecker product (Martens and Grosse 2015).
    case kronecker(KroneckerForm)
}

/// A ⊗ G for parameters that are a weight, inputs × outputs, and a bias as its last row, one after the other.
///
///     A = E[Σ āᵀā over the positions],   G = E[Σ gᵀg] / positions
///
/// ā: the inputs of a position, continued by the bias's one; g: its cotangent. With several positions (pixels of a
/// convolution) A grows with their number and G is a mean (Grosse and Martens 2016, equation 35). Where positions are
/// tokens, padding is left out, E is the mean over what the loss is a mean over, and G that over the layer's tokens.
public struct KroneckerForm: Equatable, Sendable {
    /// Rows and columns of the weight.
    let inputs, outputs: Int
    let hasBias: Bool
    /// Positions of a sample that the weight acts on.
    let positions: Int
    /// The inputs are unit vectors, as of tokens: A is a diagonal.
    let inputsAreUnits: Bool
    /// Values of memory that `addInputFactor` needs.
    var workspace = 0

    init(inputs: Int, outputs: Int, hasBias: Bool, positions: Int, workspace: Int) {
        self.init(inputs: inputs, outputs: outputs, hasBias: hasBias, positions: positions)
        self.workspace = workspace
    }
    /// - Parameters:
    ///   - inputs: rows of the weight.
    ///   - outputs: columns of the weight.
    ///   - positions: places of a sample that the weight acts on.
    ///   - inputsAreUnits: whether every input is a unit vector, so that A is a diagonal.
    public init(inputs: Int, outputs: Int, hasBias: Bool, positions: Int, inputsAreUnits: Bool = false) {
        (self.inputs, self.outputs, self.hasBias) = (inputs, outputs, hasBias)
        (self.positions, self.inputsAreUnits) = (positions, inputsAreUnits)
    }
}

extension Layer {
    public var curvatureForm: CurvatureForm { parameters.isEmpty ? .none : .diagonal }

    public func addInputFactor(at p: Point<S>, to a: GramTarget<S>) {
        preconditionFailure("a layer with Kronecker factors adds up its inputs")
    }

    /// Goes backward over one group of samples after the other.
    public func addSquaredGradients(
        at p: Point<S>, gy: Matrix<S>, to squares: UnsafeMutablePointer<S>, scratch: UnsafeMutablePointer<S>
    ) {
        let groups = p.groups, count = parameterCount, absent = p.inputs.map { _ in Target<S>.absent }
        for group in 0..<groups.count {
            let rows = groups.rows(of: group..<group + 1)
            backward(
                at: p.part(rows, group: group, slots: slots, rowsOfSample: gy.rows / groups.rows),
                gy: gy.part(rows, of: groups.rows), gx: absent, gw: ParameterTargets(base: scratch, adds: false))
            S.Kernels.addSquares(count: count, of: scratch, to: squares)
        }
    }
}

extension Point {
    /// Some of the block's samples, one group, with their share of the layer's slots.
    /// - Parameter rowsOfSample: rows of the layer's output that a sample has.
    package func part(_ rows: Range<Int>, group: Int, slots specs: [SlotSpec], rowsOfSample: Int) -> Point {
        let samples = samples.rows, first = rows.lowerBound
        var part = self.samples
        part.groups = rows.count == 1 ? RowGroups(rows: 1) : RowGroups(sizes: [rows.count])
        part.numbers = part.numbers.map { $0 + first }
        return Point(
            inputs: inputs.map { $0.part(rows, of: samples) }, tokens: tokens.map { $0.from(sample: first) },
            y: y.part(rows, of: samples), w: w, samples: part, statistics: statistics,
            slots: zip(slots, specs).map { slot, spec in
                slot.map { $0 + spec.offset(row: first * rowsOfSample, sample: first, group: group) }
            }, node: node)
    }
}

extension Matrix {
    /// The rows of some of the samples, each of which has as many; what was not kept stays so.
    package func part(_ samples: Range<Int>, of count: Int) -> Matrix {
        guard let base else { return self }
        let each = rows / count
        return Matrix(base + samples.lowerBound * each * columns, samples.count * each, columns)
    }
}
