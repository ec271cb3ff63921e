import Foundation

/// Adds to each position of a sequence what tells it from the others (Vaswani et al. 2017, section 3.5).
public func PositionalEncoding() -> LayerSpec { LayerSpec(.positionalEncoding) }

extension LayerKind {
    static let positionalEncoding = LayerKind("positional_encoding", PositionalEncodingMaker())
}
private struct PositionalEncodingMaker: LayerMaker {
    func make<S: Scalar>(_ options: Options, _ context: LayerContext, as: S.Type) throws -> any Layer<S> {
        try PositionalEncodingLayer<S>(context)
    }
}

/// y = x + e, e(t, 2i) = sin(t / 10000^(2i/d)), e(t, 2i + 1) = cos(t / 10000^(2i/d)) at position t, d features.
///
/// x, y: a row a sample, positions × features in it.
public struct PositionalEncodingLayer<S: Scalar>: UnaryLayer {
    public let output: Shape
    public let reads: Reads = []
    public let worksInPlace = true
    private let encoding: [S]

    init(_ context: LayerContext) throws {
        output = try context.input()
        guard output.extents.count == 2 else {
            throw ModelError("it needs a sequence (positions, features), it got \(output)")
        }
        let d = output.features
        var encoding: [S] = []
        for t in 0..<output.positions {
            for j in 0..<d {
                let angle = Double(t) / pow(10000, Double(j / 2 * 2) / Double(d))
                encoding.append(S(j % 2 == 0 ? sin(angle) : cos(angle)))
            }
        }
        self.encoding = encoding
    }

    public func forward(at p: Point<S>, y: Target<S>) {
        encoding.withUnsafeBufferPointer { y <- p.x + repeated(Matrix($0.baseAddress, 1, output.count)) }
    }

    public func backward(at p: Point<S>, gy: Matrix<S>, gx: Target<S>, gw: ParameterTargets<S>) {
        gx <- gy
    }

    public func rForward(at p: Point<S>, along d: Direction<S>, ry: Target<S>) {
        ry <- d.rx
    }

    public func rBackward(
        at p: Point<S>, along d: Direction<S>, gy: Matrix<S>, rgy: Matrix<S>, rgx: Target<S>, rgw: ParameterTargets<S>
    ) {
        rgx <- rgy
    }
}
