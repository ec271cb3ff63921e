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
    var layer = LayerSpec("residual")
    layer.branches = .init(main: main(), shortcut: shortcut())
    return layer
}
