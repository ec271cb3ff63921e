/// Lays out the layers of a kind that is made of others.
public protocol BlockMaker: Sendable {
    /// - Parameters:
    ///   - options: checked against the kind's declaration, every default filled in.
    ///   - lists: the options that are lists of layers; empty where they are not given.
    ///   - inputs: how many values the block reads.
    /// - Throws: a `ModelError` in one sentence, with the key at fault.
    func layOut(_ options: Options, _ lists: [String: [LayerSpec]], inputs: Int) throws -> Block
}

/// What a block becomes: lists of layers, and one layer at the end that has the block's name.
///
/// Layers of a list `main` of a block `residual_1` are called `residual_1/main/conv2d_1`, those of a list without a name
/// `residual_1/conv2d_1`. They read names of their own list first, then of the lists around it; in a list without a name
/// also those of the ones before it.
public struct Block: Sendable {
    /// Layers one after another.
    public struct List: Sendable {
        public var name: String
        /// None: the end of the list is the value that it begins with.
        public var layers: [LayerSpec]
        /// Which of the values that the block reads its first layer reads.
        public var input: Int

        /// - Parameter layers: none: the end of the list is the value that it begins with.
        public init(_ name: String, _ layers: [LayerSpec], input: Int = 0) {
            (self.name, self.layers, self.input) = (name, layers, input)
        }
        /// A list without a name.
        public init(_ layers: [LayerSpec], input: Int = 0) { self.init("", layers, input: input) }
    }
    /// In the order in which `end` reads their ends.
    public var lists: [List]
    /// Reads the ends of the lists in their order, or what its `inputs` name; it is no block itself.
    public var end: LayerSpec

    /// Lists, and the layer that joins their ends.
    public init(_ lists: [List], end: LayerSpec) { (self.lists, self.end) = (lists, end) }
}
