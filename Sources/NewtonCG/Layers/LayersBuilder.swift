/// Lists of layers as Swift writes them: one after another, with `for` and `if`.
@resultBuilder public enum LayersBuilder {
    public static func buildExpression(_ layer: LayerSpec) -> [LayerSpec] { [layer] }
    public static func buildExpression(_ layers: [LayerSpec]) -> [LayerSpec] { layers }
    public static func buildBlock(_ layers: [LayerSpec]...) -> [LayerSpec] { layers.flatMap { $0 } }
    public static func buildArray(_ layers: [[LayerSpec]]) -> [LayerSpec] { layers.flatMap { $0 } }
    public static func buildOptional(_ layers: [LayerSpec]?) -> [LayerSpec] { layers ?? [] }
    public static func buildEither(first layers: [LayerSpec]) -> [LayerSpec] { layers }
    public static func buildEither(second layers: [LayerSpec]) -> [LayerSpec] { layers }
}
