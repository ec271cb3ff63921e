import Foundation
import NewtonCG

/// What is put in on purpose.
enum Fault: Sendable {
    case none
    /// A wrong sign in one pass.
    case backwardInput(Int), backwardParameter(Int), rForward, rBackwardInput(Int), rBackwardParameter(Int)
    /// A wrong sign of the second term, R{Jᵀ}·gy, alone.
    case secondTermInput, secondTermParameter(Int)
    /// It reads what it does not declare.
    case keepsNothing
    /// Its forward pass waves so fast that no difference tells its slope.
    case rough
    case notANumber
}

/// A layer that does as another one does, but for a fault that is put in on purpose.
struct Faulty<Base: Layer>: Layer where Base.S == Double {
    let base: Base
    let fault: Fault
    init(_ base: Base, _ fault: Fault) { (self.base, self.fault) = (base, fault) }

    var output: Shape { base.output }
    var parameters: [NamedParameter] { base.parameters }
    var reads: Reads {
        if case .keepsNothing = fault { base.reads.subtracting([.input, .output]) } else { base.reads }
    }
    var actsOnLastAxis: Bool { base.actsOnLastAxis }
    var isReshape: Bool { base.isReshape }
    var slots: [SlotSpec] { base.slots }

    func forward(at p: Point<Double>, y: Target<Double>) {
        base.forward(at: p, y: y)
        switch fault {
        case .rough: for i in 0..<y.rows * y.columns { y.base![i] += 0.01 * sin(1e9 * y.base![i]) }
        case .notANumber: y.base![0] = .nan
        default: break
        }
    }

    func backward(at p: Point<Double>, gy: Matrix<Double>, gx: [Target<Double>], gw: ParameterTargets<Double>) {
        base.backward(at: p, gy: gy, gx: gx, gw: gw)
        switch fault {
        case .backwardInput(let i): negate(gx[i])
        case .backwardParameter(let i): negate(gw[parameters[i].place])
        default: break
        }
    }

    func rForward(at p: Point<Double>, along d: Direction<Double>, ry: Target<Double>) {
        base.rForward(at: p, along: d, ry: ry)
        if case .rForward = fault { negate(ry) }
    }

    func rBackward(
        at p: Point<Double>, along d: Direction<Double>, gy: Matrix<Double>, rgy: Matrix<Double>, rgx: [Target<Double>],
        rgw: ParameterTargets<Double>
    ) {
        // The first term is a backward pass of rgy: first − second = 2·first − (first + second).
        func reflect(_ target: Target<Double>) {
            base.backward(at: p, gy: rgy, gx: rgx, gw: rgw)
            let first = target.read.values
            base.rBackward(at: p, along: d, gy: gy, rgy: rgy, rgx: rgx, rgw: rgw)
            for (i, value) in first.enumerated() { target.base![i] = 2 * value - target.base![i] }
        }
        base.rBackward(at: p, along: d, gy: gy, rgy: rgy, rgx: rgx, rgw: rgw)
        switch fault {
        case .rBackwardInput(let i): negate(rgx[i])
        case .rBackwardParameter(let i): negate(rgw[parameters[i].place])
        case .secondTermInput: reflect(rgx[0])
        case .secondTermParameter(let i): reflect(rgw[parameters[i].place])
        default: break
        }
    }

    private func negate(_ target: Target<Double>) {
        for i in 0..<target.rows * target.columns { target.base![i].negate() }
    }
}
