/// A residual block (He et al. 2016): the sum of a main branch and a shortcut, which both read the layer before it.
///
///     Residual {
///         Conv2D(64, kernel: 3, stride: 2, padding: .same, bias: false); BatchNorm(); ReLU()
///         Conv2D(64, kernel: 3, padding: .same, bias: false); BatchNorm()
///     } shortcut: {
///         Conv2D(64, kernel: 1, stride: 2, bias: false); BatchNorm()
///     }
///
/// - Parameter shortcut: no layers: the value itself.
public func Residual(
    @LayersBuilder _ main: () -> [LayerSpec], @LayersBuilder shortcut: () -> [LayerSpec] = { [] }
) -> LayerSpec {
    var layer = LayerSpec(.residual)
    layer.lists = ["main": main(), "shortcut": shortcut()]
    return layer
}

extension LayerKind {
    static let residual = LayerKind(
        "residual",
        options: [
            OptionSpec("main", .layers, "The main branch of the block."),
            OptionSpec("shortcut", .layers, default: [], "The other branch; none: the value itself."),
        ], block: ResidualMaker())
}
private struct ResidualMaker: BlockMaker {
    func layOut(_ options: Options, _ lists: [String: [LayerSpec]], inputs: Int) throws -> Block {
        guard let main = lists["main"], !main.isEmpty else {
            throw ModelError("it needs layers in 'main', as [{conv2d: {filters: 16, kernel: 3}}, relu]", key: "main")
        }
        guard inputs == 1 else { throw ModelError("it reads one value, not \(inputs)", key: "inputs") }
        return Block([.init("main", main), .init("shortcut", lists["shortcut"] ?? [])], end: Add())
    }
}
