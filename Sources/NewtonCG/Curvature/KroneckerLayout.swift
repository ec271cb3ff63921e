/// The blocks of a network's curvature, one a layer with parameters, and where their numbers lie.
struct KroneckerLayout {
    /// A symmetric matrix: the factor of a layer's inputs (A) or of its outputs' cotangents (G).
    struct Factor {
        let block: Int
        let order: Int
        /// Of inputs that are unit vectors.
        let isDiagonal: Bool
        /// Where it begins as a lower triangle, among all of them, and as a square; or both times as a diagonal.
        let packed, square: Int
        var packedCount: Int { isDiagonal ? order : order * (order + 1) / 2 }
        var squareCount: Int { isDiagonal ? order : order * order }
        /// Operations of its inversion.
        var cube: Int { isDiagonal ? order : order * order * order }
    }
    enum Kind {
        /// Two factors by number.
        case kronecker(input: Int, output: Int, form: KroneckerForm)
        case diagonal
    }
    struct Block {
        let node: Int
        let name: String
        /// Its place in the flat vector.
        let offset, count: Int
        let kind: Kind
        /// Where its numbers begin: of a diagonal, they are `count`.
        let packed, square: Int
    }
    private(set) var blocks: [Block] = []
    private(set) var factors: [Factor] = []
    /// By node of the network; nil without trained parameters.
    private(set) var blockOfNode: [Int?] = []
    /// Values of all triangles and diagonals, of all squares and diagonals, and of the memory a layer needs to add up.
    private(set) var packedCount = 0, squareCount = 0, workspace = 0

    /// Values that factors and their inverses take together, but for a layer's workspace: averages, those before and a
    /// batch's as triangles; inverses, as they are gathered and as products read them, and each thread's sums as squares.
    func values(threads: Int) -> Int { 3 * packedCount + (2 + threads) * squareCount }

    init<S: Scalar>(_ network: Network<S>) {
        for (i, node) in network.nodes.enumerated() {
            let count = node.trainedCount
            let packed = packedCount, square = squareCount
            func factor(_ order: Int, isDiagonal: Bool = false) -> Int {
                let factor = Factor(
                    block: blocks.count, order: order, isDiagonal: isDiagonal, packed: packedCount,
                    square: squareCount)
                factors.append(factor)
                packedCount += factor.packedCount
                squareCount += factor.squareCount
                return factors.count - 1
            }
            guard count > 0 else {
                blockOfNode.append(nil)
                continue
            }
            let kind: Kind
            switch node.layer.curvatureForm {
            case .none: preconditionFailure("a layer without parameters")
            case .diagonal:
                kind = .diagonal
                packedCount += count
                squareCount += count
                workspace = max(workspace, count)
            case .kronecker(let form):
                precondition((form.inputs + (form.hasBias ? 1 : 0)) * form.outputs == count, "a weight, then its bias")
                kind = .kronecker(
                    input: factor(form.inputs + (form.hasBias ? 1 : 0), isDiagonal: form.inputsAreUnits),
                    output: factor(form.outputs), form: form)
                workspace = max(workspace, form.workspace)
            }
            blockOfNode.append(blocks.count)
            blocks.append(
                Block(
                    node: i, name: node.name, offset: node.offset, count: count, kind: kind, packed: packed,
                    square: square))
        }
    }
}
