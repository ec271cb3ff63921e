/// How a parameter begins: a distribution scaled by the fans, or a constant.
///
/// Sources: Glorot & Bengio 2010 (variance 2/(in + out)), He et al. 2015 (2/in), LeCun et al. 1998 (1/in). The
/// normal forms are not truncated.
public struct Initialiser: Equatable, Sendable {
    public enum Form: String, Sendable, CaseIterable {
        case heNormal = "he_normal"
        case heUniform = "he_uniform"
        case glorotNormal = "glorot_normal"
        case glorotUniform = "glorot_uniform"
        case lecunNormal = "lecun_normal"
        case lecunUniform = "lecun_uniform"
        case zeros
        case ones
    }
    public let form: Form
    /// Values that one output sums over, and outputs that one input value reaches.
    public let fanIn, fanOut: Int

    static var zeros: Initialiser { Initialiser(form: .zeros, fanIn: 1, fanOut: 1) }
    static var ones: Initialiser { Initialiser(form: .ones, fanIn: 1, fanOut: 1) }

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

extension Options {
    /// The `initial` option of a layer with weights.
    func initialiser(fanIn: Int, fanOut: Int) throws -> Initialiser {
        let name = try text("initial", among: Initialiser.Form.allCases.map(\.rawValue))
        return Initialiser(form: Initialiser.Form(rawValue: name)!, fanIn: fanIn, fanOut: fanOut)
    }

    /// `padding: valid | same | 1 | [[top, bottom], [left, right]]`.
    func padding() throws -> Padding {
        func sides(_ option: OptionValue) -> (Int, Int)? {
            guard case .list(let two) = option, two.count == 2, case .integer(let a) = two[0], a >= 0,
                case .integer(let b) = two[1], b >= 0
            else { return nil }
            return (a, b)
        }
        switch values["padding"] {
        case .text("valid")?: return .valid
        case .text("same")?: return .same
        case .integer(let n)? where n >= 0: return .sides(top: n, bottom: n, left: n, right: n)
        case .list(let axes)? where axes.count == 2:
            if let h = sides(axes[0]), let w = sides(axes[1]) {
                return .sides(top: h.0, bottom: h.1, left: w.0, right: w.1)
            }
        default: break
        }
        let given = values["padding"].map { ", not \($0)" } ?? ": it is missing"
        throw ModelError(
            "'padding' must be same, valid, a number or [[top, bottom], [left, right]]\(given)", key: "padding")
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
