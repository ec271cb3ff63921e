import Dispatch
import Foundation
import NewtonCG
import Testing

/// Elementwise functions of one's own: their three sweeps against the definition, and how fast they are.
@Suite struct ElementFunctionTests {
    /// x/√(1 + αx²)
    struct InverseSquareRoot: ElementFunction {
        let alpha: Double
        private func scale<S: Scalar>(_ x: S) -> S { 1 / (1 + S(alpha) * x * x).root() }
        func value<S: Scalar>(_ x: S) -> S { x * scale(x) }
        func first<S: Scalar>(_ x: S) -> S {
            let s = scale(x)
            return s * s * s
        }
        func second<S: Scalar>(_ x: S) -> S {
            let s = scale(x)
            return -3 * S(alpha) * x * s * s * s * s * s
        }
    }

    private func check<S: Scalar>(_: S.Type) {
        let φ = InverseSquareRoot(alpha: 0.7), n = 77
        var samples = Samples(seed: 5)
        let (x, a, r, g) = (samples.normal(n), samples.normal(n), samples.normal(n), samples.normal(n))
        func matrix(_ values: [S], _ body: (Matrix<S>) -> Void) {
            values.withUnsafeBufferPointer { body(Matrix($0.baseAddress, 7, 11)) }
        }
        matrix(S.of(x)) { x0 in
            matrix(S.of(a)) { a0 in
                matrix(S.of(r)) { r0 in
                    matrix(S.of(g)) { g0 in
                        for adds in [false, true] {
                            func expect(_ wanted: (Int) -> Double, _ write: (Target<S>) -> Void) {
                                var o = [S](repeating: adds ? 2 : .nan, count: n)
                                o.withUnsafeMutableBufferPointer { write(Target($0.baseAddress, 7, 11, adds: adds)) }
                                let all = (0..<n).map { wanted($0) + (adds ? 2 : 0) }
                                #expect(relativeError(o, all) < 8 * S.roundoff)
                            }
                            let none = Matrix<S>.absent
                            expect({ φ.value(x[$0]) }) { $0 <- apply(φ, x0) }
                            expect({ φ.first(x[$0]) * a[$0] }) { $0 <- first(φ, x0, a0) }
                            expect({ φ.first(x[$0]) * a[$0] + φ.second(x[$0]) * r[$0] * g[$0] }) {
                                $0 <- first(φ, x0, a0) + second(φ, x0, r0, g0)
                            }
                            expect({ φ.second(x[$0]) * r[$0] * g[$0] }) {
                                $0 <- first(φ, x0, none) + second(φ, x0, r0, g0)
                            }
                            expect({ φ.first(x[$0]) * a[$0] }) { $0 <- first(φ, x0, a0) + second(φ, x0, none, g0) }
                            expect({ _ in 0 }) { $0 <- first(φ, x0, none) + second(φ, x0, none, g0) }
                        }
                    }
                }
            }
        }
    }

    @Test func agreesWithTheDefinition() {
        check(Float.self)
        check(Double.self)
    }

    /// The three sweeps as a layer has them that is called by its protocol: compiled for a scalar type that is not known.
    private struct Sweeps<S: Scalar> {
        let φ: InverseSquareRoot
        @_semantics("optimize.sil.specialize.generic.never")
        @inline(never) func value(_ x: Matrix<S>, _ o: Target<S>) { o <- apply(φ, x) }
        @_semantics("optimize.sil.specialize.generic.never")
        @inline(never) func slope(_ x: Matrix<S>, _ a: Matrix<S>, _ o: Target<S>) {
            o <- first(φ, x, a)
        }
        @_semantics("optimize.sil.specialize.generic.never")
        @inline(never)
        func slopes(_ x: Matrix<S>, _ a: Matrix<S>, _ r: Matrix<S>, _ g: Matrix<S>, _ o: Target<S>) {
            o <- first(φ, x, a) + second(φ, x, r, g)
        }
    }

    /// Prints nanoseconds a value of an own function, of one of the library and of a sum of two arrays, in the caches and
    /// beyond them. It judges nothing: a debug build is many times slower.
    @Test func printsItsSpeed() {
        for n in [1 << 14, 1 << 22] {
            let x = Buffer<Float>((0..<n).map { Float($0 % 200) / 50 - 2 }), y = Buffer<Float>(count: n)
            let a = Buffer<Float>(x.values), r = Buffer<Float>(x.values), g = Buffer<Float>(x.values)
            func matrix(_ b: Buffer<Float>) -> Matrix<Float> { Matrix(b.base, 1, n) }
            let own = Sweeps<Float>(φ: InverseSquareRoot(alpha: 1)), o = Target(y.base, 1, n)
            let sweeps: [(String, () -> Void)] = [
                ("own φ", { own.value(matrix(x), o) }),
                ("swish", { o <- apply(Function.swish, matrix(x)) }),
                ("own φ'", { own.slope(matrix(x), matrix(a), o) }),
                ("swish'", { o <- first(Function.swish, matrix(x), matrix(a)) }),
                ("own φ''", { own.slopes(matrix(x), matrix(a), matrix(r), matrix(g), o) }),
                (
                    "swish''",
                    {
                        o <- first(Function.swish, matrix(x), matrix(a))
                            + second(Function.swish, matrix(x), matrix(r), matrix(g))
                    }
                ),
                ("a∘b", { o <- hadamard(matrix(x), matrix(a)) }),
                ("a∘b + c∘d", { o <- hadamard(matrix(x), matrix(a)) + hadamard(matrix(r), matrix(g)) }),
                ("a + b", { o <- matrix(x) + matrix(a) }),
            ]
            let figures = sweeps.map { name, sweep in
                let times = (0..<7).map { _ in
                    let start = DispatchTime.now().uptimeNanoseconds
                    let rounds = max(1, (1 << 20) / n)
                    for _ in 0..<rounds { sweep() }
                    return Double(DispatchTime.now().uptimeNanoseconds - start) / Double(rounds * n)
                }
                return "\(name) \(String(format: "%.2f", times.min()!))"
            }
            print("\(n) float32, ns a value: \(figures.joined(separator: ", "))")
            #expect(y.values.allSatisfy { $0.isFinite })
        }
    }
}
