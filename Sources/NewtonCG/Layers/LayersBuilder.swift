/// Lists of layers written in Swift, one a line.
@resultBuilder public enum LayersBuilder {
    /// One layer.
    public static func buildExpression(_ layer: LayerSpec) -> [LayerSpec] { [layer] }
    /// A list of layers.
    public static func buildExpression(_ layers: [LayerSpec]) -> [LayerSpec] { layers }
    /// One after another.
    public static func buildBlock(_ layers: [LayerSpec]...) -> [LayerSpec] { layers.flatMap { $0 } }
    /// Of a loop.
    public static func buildArray(_ layers: [[LayerSpec]]) -> [LayerSpec] { layers.flatMap { $0 } }
    /// Of an `if` without an `else`.
    public static func buildOptional(_ layers: [LayerSpec]?) -> [LayerSpec] { layers ?? [] }
    /// Of an `if` that holds.
    public static func buildEither(first layers: [LayerSpec]) -> [LayerSpec] { layers }
    /// Of an `else`.
    public static func buildEither(second layers: [LayerSpec]) -> [LayerSpec] { layers }
}
