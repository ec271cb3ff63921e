import NewtonCG
import Testing

/// The algebra of elementwise products against loops.
@Suite struct HadamardTests {
    /// One value, strips of vectors and what is left of them, both sides of a panel of 64 columns.
    static let sizes = [(1, 1), (1, 40), (5, 3), (9, 16), (4, 17), (33, 64), (7, 130)]

    /// Two pairs of factors, of whole matrices or of a row that is repeated, a bias, and what lies in the target.
    private struct Case<S: Scalar> {
        let m, n: Int
        let a, b, a2, b2, row, row2, bias, start: [S]

        init(_ m: Int, _ n: Int) {
            var samples = Samples(seed: UInt64(100 * m + n))
            func values(_ count: Int) -> [S] { S.of(samples.normal(count)) }
            (self.m, self.n) = (m, n)
            (a, b, a2, b2) = (values(m * n), values(m * n), values(m * n), values(m * n))
            (row, row2, bias, start) = (values(n), values(n), values(n), values(m * n))
        }

        func matrix(_ values: [S], _ body: (Matrix<S>) -> Void) {
            values.withUnsafeBufferPointer { body(Matrix($0.baseAddress, values.count / n, n)) }
        }
        /// What `write` leaves in a target of so many rows.
        func result(rows: Int, adds: Bool, _ write: (Target<S>) -> Void) -> [S] {
            var o = adds ? Array(start[..<(rows * n)]) : [S](repeating: .nan, count: rows * n)
            o.withUnsafeMutableBufferPointer { write(Target($0.baseAddress, rows, n, adds: adds)) }
            return o
        }
        func wanted(rows: Int, adds: Bool, _ value: (Int) -> Double) -> [Double] {
            (0..<rows * n).map { (adds ? Double(start[$0]) : 0) + value($0) }
        }
    }

    private func check<S: Scalar>(_ c: Case<S>) {
        let (m, n) = (c.m, c.n), tolerance = 8 * S.roundoff, absent = Matrix<S>.absent
        func d(_ values: [S], _ i: Int) -> Double { Double(values[i % values.count]) }
        for adds in [false, true] {
            func expect(
                _ what: Comment, _ value: @escaping (Int) -> Double, location: SourceLocation = #_sourceLocation,
                _ write: (Target<S>) -> Void
            ) {
                let got = c.result(rows: m, adds: adds, write)
                #expect(
                    relativeError(got, c.wanted(rows: m, adds: adds, value)) < tolerance, what, sourceLocation: location
                )
            }
            c.matrix(c.a) { a in
                c.matrix(c.b) { b in
                    c.matrix(c.a2) { a2 in
                        c.matrix(c.b2) { b2 in
                            expect("a∘b", { d(c.a, $0) * d(c.b, $0) }) { $0 <- hadamard(a, b) }
                            expect("a∘b + a₂∘b₂", { d(c.a, $0) * d(c.b, $0) + d(c.a2, $0) * d(c.b2, $0) }) {
                                $0 <- hadamard(a, b) + hadamard(a2, b2)
                            }
                            expect("an absent term", { d(c.a2, $0) * d(c.b2, $0) }) {
                                $0 <- hadamard(a, absent) + hadamard(a2, b2)
                            }
                            expect("nothing", { _ in 0 }) { $0 <- hadamard(absent, b) + hadamard(a2, absent) }
                            c.matrix(c.row) { row in
                                c.matrix(c.row2) { row2 in
                                    c.matrix(c.bias) { bias in
                                        expect("a row and a bias", { d(c.a, $0) * d(c.row, $0) + d(c.bias, $0) }) {
                                            $0 <- hadamard(a, row) + bias
                                        }
                                        expect(
                                            "two rows and a bias",
                                            { d(c.a, $0) * d(c.row, $0) + d(c.a2, $0) * d(c.row2, $0) + d(c.bias, $0) }
                                        ) { $0 <- hadamard(a, row) + hadamard(a2, row2) + bias }
                                        expect("one row", { d(c.a, $0) * d(c.row, $0) + d(c.a2, $0) * d(c.b2, $0) }) {
                                            $0 <- hadamard(a, row) + hadamard(a2, b2)
                                        }
                                    }
                                }
                            }
                            let sums = c.result(rows: 1, adds: adds) {
                                $0 <- columnSums(hadamard(a, b)) + columnSums(hadamard(a2, b2))
                            }
                            let one = c.result(rows: 1, adds: adds) {
                                $0 <- columnSums(hadamard(absent, b)) + columnSums(hadamard(a2, b2))
                            }
                            func column(_ j: Int, _ value: (Int) -> Double) -> Double {
                                (0..<m).reduce(0) { $0 + value($1 * n + j) }
                            }
                            #expect(
                                relativeError(
                                    sums,
                                    c.wanted(rows: 1, adds: adds) {
                                        column($0) { d(c.a, $0) * d(c.b, $0) + d(c.a2, $0) * d(c.b2, $0) }
                                    }) < 8 * tolerance)
                            #expect(
                                relativeError(
                                    one,
                                    c.wanted(rows: 1, adds: adds) { column($0) { d(c.a2, $0) * d(c.b2, $0) } })
                                    < 8 * tolerance)
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: sizes) func agreesWithLoops(rows: Int, columns: Int) {
        check(Case<Double>(rows, columns))
        check(Case<Float>(rows, columns))
    }

    /// In the memory of a factor.
    @Test func worksInPlace() {
        var x: [Float] = (0..<101).map { Float($0) }
        let s = x
        x.withUnsafeMutableBufferPointer { memory in
            s.withUnsafeBufferPointer { s in
                let place = Target(memory.baseAddress, 1, 101)
                place <- hadamard(place.read, Matrix(s.baseAddress, 1, 101))
            }
        }
        #expect(x == s.map { $0 * $0 })
    }
}
