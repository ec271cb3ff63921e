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
/// convolution) A grows with their number and G is a mean (Grosse and Martens 2016, equation 35).
public struct KroneckerForm: Equatable, Sendable {
    /// Rows and columns of the weight.
    let inputs, outputs: Int
    let hasBias: Bool
    /// Positions of a sample that the weight acts on.
    let positions: Int
    /// Values of memory that `addInputFactor` needs.
    var workspace = 0
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
        guard case .training(let groups) = p.mode else { preconditionFailure("evaluation has no other passes") }
        precondition(keptBytes == 0, "a layer that keeps memory of each sample has squared gradients of its own")
        let count = parameters.reduce(0) { $0 + $1.place.count }, absent = p.inputs.map { _ in Target<S>.absent }
        for group in 0..<groups.count {
            let rows = groups.rows(of: group..<group + 1)
            backward(
                at: p.part(rows, of: groups.rows, group: group, own: p.own + group * keptBytesOfGroup),
                gy: gy.part(rows, of: groups.rows), gx: absent, gw: ParameterTargets(base: scratch, adds: false))
            S.addSquares(count, scratch, squares)
        }
    }
}

extension Point {
    /// Some of the samples, one group.
    fileprivate func part(_ rows: Range<Int>, of samples: Int, group: Int, own: UnsafeMutableRawPointer) -> Point {
        let groups = rows.count == 1 ? RowGroups(rows: 1) : RowGroups(sizes: [rows.count])
        return Point(
            inputs: inputs.map { $0.part(rows, of: samples) }, y: y.part(rows, of: samples), w: w,
            mode: .training(groups), own: own)
    }
}

extension Matrix {
    /// The rows of some of the samples, each of which has as many; what was not kept stays so.
    fileprivate func part(_ samples: Range<Int>, of count: Int) -> Matrix {
        guard let base else { return self }
        let each = rows / count
        return Matrix(base + samples.lowerBound * each * columns, samples.count * each, columns)
    }
}
