/// What definitions are written in, to be computed on numbers and on numbers with a tangent.
protocol Number {
    init(_ value: Double)
    static func + (a: Self, b: Self) -> Self
    static func - (a: Self, b: Self) -> Self
    static func * (a: Self, b: Self) -> Self
    static func / (a: Self, b: Self) -> Self
    func squareRoot() -> Self
}
extension Double: Number {}

/// a + b·ε with ε² = 0: what is computed of a is computed of its tangent b too, to rounding.
struct Dual: Number {
    var a, b: Double
    init(_ a: Double, _ b: Double) { (self.a, self.b) = (a, b) }
    init(_ value: Double) { self.init(value, 0) }
    static func + (x: Dual, y: Dual) -> Dual { Dual(x.a + y.a, x.b + y.b) }
    static func - (x: Dual, y: Dual) -> Dual { Dual(x.a - y.a, x.b - y.b) }
    static func * (x: Dual, y: Dual) -> Dual { Dual(x.a * y.a, x.a * y.b + x.b * y.a) }
    static func / (x: Dual, y: Dual) -> Dual { Dual(x.a / y.a, (x.b - x.a / y.a * y.b) / y.a) }
    func squareRoot() -> Dual { Dual(a.squareRoot(), b / (2 * a.squareRoot())) }
}

/// Values with their tangents; nil: zero.
func dual(_ values: [Double], _ tangents: [Double]?) -> [Dual] {
    values.enumerated().map { Dual($1, tangents?[$0] ?? 0) }
}

extension Sequence where Element: Number {
    func sum() -> Element { reduce(Element(0)) { $0 + $1 } }
}
