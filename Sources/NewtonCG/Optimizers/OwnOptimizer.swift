import MPI

/// Makes optimizers of a kind that is not part of the library.
public protocol OptimizerMaker: Sendable {
    /// - Parameter options: checked against the kind's declaration, every default filled in.
    /// - Throws: a `ModelError` where the objective cannot do what the optimizer needs.
    func make<S: Scalar & MPIDatatype>(
        _ options: Options, minimising objective: any Objective<S>
    ) throws -> any Optimizer<S>
    /// What it asks of the objective; default: no products.
    func needs(_ options: Options) -> ObjectiveNeeds
    /// Vectors of the parameters' size that it holds, about; default: 3.
    func vectors(_ options: Options) -> Int
}

extension OptimizerMaker {
    public func needs(_ options: Options) -> ObjectiveNeeds {
        ObjectiveNeeds(curvatureBatch: 0, curvature: .gaussNewton)
    }
    public func vectors(_ options: Options) -> Int { 3 }
}

/// An optimizer that is not part of the library, with its options.
public struct OwnOptimizer: Equatable, Sendable {
    public let name: String
    /// Every option that it has, defaults filled in.
    public let options: Options
    let maker: any OptimizerMaker

    /// The optimizer of this name, with all its options.
    public init(_ name: String, options: Options, _ maker: any OptimizerMaker) {
        (self.name, self.options, self.maker) = (name, options, maker)
    }

    /// A registry has one kind of a name.
    public static func == (a: OwnOptimizer, b: OwnOptimizer) -> Bool { a.name == b.name && a.options == b.options }
}
