/// How a parameter begins: a distribution scaled by the fans, or a constant.
///
/// Sources: Glorot & Bengio 2010 (variance 2/(in + out)), He et al. 2015 (2/in), LeCun et al. 1998 (1/in). The
/// normal forms are not truncated.
public struct Initialiser: Equatable, Sendable {
    /// The distribution, or the constant.
    public enum Form: String, Sendable, CaseIterable {
        /// Normal, variance 2/in.
        case heNormal = "he_normal"
        /// Uniform about 0, variance 2/in.
        case heUniform = "he_uniform"
        /// Normal, variance 2/(in + out).
        case glorotNormal = "glorot_normal"
        /// Uniform about 0, variance 2/(in + out).
        case glorotUniform = "glorot_uniform"
        /// Normal, variance 1/in.
        case lecunNormal = "lecun_normal"
        /// Uniform about 0, variance 1/in.
        case lecunUniform = "lecun_uniform"
        /// All 0.
        case zeros
        /// All 1.
        case ones
    }
    public let form: Form
    /// Values that one output sums over, and outputs that one input value reaches.
    public let fanIn, fanOut: Int

    /// A form with the fans that scale it.
    public init(form: Form, fanIn: Int, fanOut: Int) {
        (self.form, self.fanIn, self.fanOut) = (form, fanIn, fanOut)
    }

    /// All 0.
    public static var zeros: Initialiser { Initialiser(form: .zeros, fanIn: 1, fanOut: 1) }
    /// All 1.
    public static var ones: Initialiser { Initialiser(form: .ones, fanIn: 1, fanOut: 1) }

    /// Fills `count` values from a stream of random numbers.
    func fill<S: Scalar>(_ values: UnsafeMutablePointer<S>, count: Int, from stream: inout RandomStream) {
        let variance =
            switch form {
            case .heNormal, .heUniform: 2 / Double(fanIn)
            case .glorotNormal, .glorotUniform: 2 / Double(fanIn + fanOut)
            case .lecunNormal, .lecunUniform: 1 / Double(fanIn)
            case .zeros, .ones: 0.0
            }
        for i in 0..<count {
            switch form {
            case .zeros: values[i] = 0
            case .ones: values[i] = 1
            case .heNormal, .glorotNormal, .lecunNormal: values[i] = S(stream.normal() * variance.squareRoot())
            case .heUniform, .glorotUniform, .lecunUniform:
                values[i] = S((2 * stream.uniform() - 1) * (3 * variance).squareRoot())
            }
        }
    }
}

extension OptionSpec {
    /// How the weights of a layer begin, as an option.
    public static let initial = OptionSpec(
        "initial", .name(Initialiser.Form.allCases.map(\.rawValue)), default: "glorot_uniform",
        "How the weights begin.")
}

extension Options {
    /// The option `initial` of a layer with weights.
    /// - Parameters:
    ///   - fanIn: values that one output sums over.
    ///   - fanOut: outputs that one input value reaches.
    public func initialiser(fanIn: Int, fanOut: Int) -> Initialiser {
        Initialiser(form: Initialiser.Form(rawValue: name("initial"))!, fanIn: fanIn, fanOut: fanOut)
    }
}

extension Padding {
    /// As an option.
    var option: OptionValue {
        switch self {
        case .valid: "valid"
        case .same: "same"
        case .sides(let t, let b, let l, let r):
            [[.integer(t), .integer(b)], [.integer(l), .integer(r)]]
        }
    }
}
