import NewtonCG

// Arrays in the place of vectors.

extension Array where Element: BitwiseCopyable {
    func withVector<R>(_ body: (Vector<Element>) throws -> R) rethrows -> R {
        try withUnsafeBufferPointer { try body(Vector($0.baseAddress!, count: $0.count)) }
    }
    mutating func withMutableVector<R>(_ body: (MutableVector<Element>) throws -> R) rethrows -> R {
        try withUnsafeMutableBufferPointer { try body(MutableVector($0.baseAddress!, count: $0.count)) }
    }
}

extension Optimizer {
    /// One step from an array, as an array.
    func step(from w: inout [S], epoch: Double = 0) throws -> StepReport {
        try w.withMutableVector { try step(from: $0, at: Progress(step: 0, epoch: epoch)) }
    }
}

extension ConjugateGradient {
    func solve(
        _ A: Operator, b: [S], x: inout [S], startsFromZero: Bool, preconditioner: (any Preconditioner<S>)? = nil,
        options: Options, reduce: Reduction = { _ in }, observe: Observer = { _, _ in }
    ) throws -> Result {
        try b.withVector { b in
            try x.withMutableVector { x in
                try solve(
                    A, b: b, x: x, startsFromZero: startsFromZero, preconditioner: preconditioner, options: options,
                    reduce: reduce, observe: observe)
            }
        }
    }
}

extension LimitedMemoryBFGS {
    func apply(_ r: [S], into z: inout [S]) -> Double {
        r.withVector { r in z.withMutableVector { z in apply(r, into: z) } }
    }
    func add(s: [S], y: [S]) -> Bool { s.withVector { s in y.withVector { y in add(s: s, y: y) } } }
}

extension Nystrom {
    func apply(_ r: [S], into z: inout [S]) -> Double {
        r.withVector { r in z.withMutableVector { z in apply(r, into: z) } }
    }
}

extension SolvePairs {
    func add(_ p: [S], product: [S]) { p.withVector { p in product.withVector { add(p, product: $0) } } }
}

extension GradientSquares {
    func update(gradient: [S], samples: Int, damping: Double) {
        gradient.withVector { update(gradient: $0, samples: samples, damping: damping) }
    }
    func apply(_ r: [S], into z: inout [S]) -> Double {
        r.withVector { r in z.withMutableVector { z in apply(r, into: z) } }
    }
}
