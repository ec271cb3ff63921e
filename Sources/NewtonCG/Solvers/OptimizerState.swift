/// What an optimizer carries from step to step, for checkpoints.
public struct OptimizerState<S: Scalar> {
    /// Most have the layout of the parameters.
    public var vectors: [String: [S]] = [:]
    /// By name.
    public var numbers: [String: Double] = [:]

    /// Nothing yet.
    public init() {}
}

/// A state that does not fit the optimizer it is given to.
public struct OptimizerStateError: Error, CustomStringConvertible, Sendable {
    public let description: String
    init(_ description: String) { self.description = description }
}

extension OptimizerState {
    mutating func write(_ name: String, _ buffer: Buffer<S>) {
        vectors[name] = Array(UnsafeBufferPointer(start: buffer.base, count: buffer.count))
    }

    /// This rank's part of the vectors; those of another size are left, for `read` to refuse.
    func part(of space: any VectorSpace<S>) -> OptimizerState {
        guard space.isDivided else { return self }
        var state = self
        state.vectors = vectors.mapValues { vector in
            guard vector.count == space.count else { return vector }
            let own = Buffer<S>(count: space.ownCount)
            vector.withUnsafeBufferPointer {
                space.take(Vector($0.baseAddress!, count: $0.count), into: own.mutable)
            }
            return own.values
        }
        return state
    }

    /// Throws where there is no vector of this name or it has another size.
    func read(_ name: String, into buffer: Buffer<S>) throws {
        guard let values = vectors[name] else { throw missing("vector", name) }
        guard values.count == buffer.count else {
            throw OptimizerStateError(
                "the optimizer's vector '\(name)' holds \(values.count) values, but the model has "
                    + "\(buffer.count) parameters: resume with the model that wrote the checkpoint")
        }
        buffer.base.update(from: values, count: values.count)
    }

    /// Throws where there is no number of this name.
    func number(_ name: String) throws -> Double {
        guard let number = numbers[name] else { throw missing("number", name) }
        return number
    }

    /// Throws where there is no number of this name, or it counts nothing.
    func count(_ name: String) throws -> Int {
        let value = try number(name)
        guard (0...0x1p53).contains(value) else {
            throw OptimizerStateError("the optimizer's number '\(name)' is \(value), which is no count")
        }
        return Int(value)
    }

    private func missing(_ kind: String, _ name: String) -> OptimizerStateError {
        OptimizerStateError(
            "the optimizer's state has no \(kind) '\(name)': it was written by another optimizer or with other "
                + "settings; resume with the configuration that wrote it")
    }
}
