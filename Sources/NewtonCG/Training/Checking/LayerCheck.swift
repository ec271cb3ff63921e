/// Checks the four passes of one layer against one another, on random inputs of its shape: nothing that another
/// layer does can make it fail.
///
/// - Parameters:
///   - parameters: the layer's share of the flat vector, and how far each value moves, about.
///   - directions: how many random directions each number is the largest error of.
package func checkLayer(
    _ layer: any Layer<Double>, name: String, kind: String, inputs: [Shape], parameters: [Double], sizes: [Double],
    directions: Int = 2, from stream: RandomStream
) -> CheckResult {
    guard !layer.isReshape else {
        let same = inputs.count == 1 && inputs[0].count == layer.output.count && parameters.isEmpty
        return CheckResult(
            name: name, kind: kind,
            measurements: [Measurement("shape", same ? 0 : .infinity, tolerance: CheckTolerance.identities)],
            note: "another shape of its input: no pass has anything to do")
    }
    var stream = stream
    let widest = (inputs + [layer.output]).map(\.count).max()!
    // A layer that takes statistics of groups has two of them; of one or two samples they would hardly vary.
    let rows = min(16, max(layer.slots.tiesGroups ? 8 : 2, (1 << 16) / widest))
    let groups = layer.slots.tiesGroups ? RowGroups(sizes: [rows / 2 - 1, rows / 2 + 1]) : RowGroups(rows: rows)
    let probe = LayerProbe(layer, inputs: inputs, groups: groups)
    precondition(parameters.count == probe.parameterCount)

    // Wide enough to reach both sides of every kink.
    let inputScale = 3.0, inputCount = probe.pointCount - probe.parameterCount
    let z = stream.normals(inputCount).map { inputScale * $0 } + parameters
    let moves = [Double](repeating: inputScale, count: inputCount) + sizes

    var backward: [Double?] = [], rForward: [Double?] = [], adjoint: [Double?] = [], rBackward: [Double?] = []
    for _ in 0..<directions {
        let gy = stream.normals(probe.outputCount)
        let d = stream.normals(z.count).enumerated().map { $1 * moves[$0] }
        let g = probe.backward(z, gy: gy).value, ry = probe.rForward(z, along: d)
        adjoint.append(relativeError(inner(g, d), ofDot: gy, ry))

        let forward = Differences.alongRandom(of: probe.forward, at: z, sizes: moves, from: &stream)
        backward.append(
            forward.map {
                relativeError(inner(g, $0.direction), ofDot: gy, $0.derivative, scale: $0.scale)
            })
        rForward.append(
            forward.map {
                relativeError(probe.rForward(z, along: $0.direction), $0.derivative, scale: $0.scale)
            })

        // The cotangent is one more variable of backward, after the point.
        let n = z.count
        let second = Differences.alongRandom(
            of: { probe.backward(Array($0[..<n]), gy: Array($0[n...])) }, at: z + gy,
            sizes: moves + [Double](repeating: 1, count: gy.count), from: &stream)
        rBackward.append(
            second.map {
                let product = probe.rBackward(
                    z, along: Array($0.direction[..<n]), gy: gy, rgy: Array($0.direction[n...]))
                return relativeError(product, $0.derivative, scale: $0.scale)
            })
    }
    return CheckResult(
        name: name, kind: kind,
        measurements: [
            Measurement("backward", worst(backward), tolerance: CheckTolerance.differences),
            Measurement("rForward", worst(rForward), tolerance: CheckTolerance.differences),
            Measurement("adjoint", worst(adjoint), tolerance: CheckTolerance.identities),
            Measurement("rBackward", worst(rBackward), tolerance: CheckTolerance.differences),
        ])
}

/// The largest of the errors that were measured; nil where none was.
func worst(_ errors: [Double?]) -> Double? {
    let measured = errors.compactMap { $0 }
    return measured.isEmpty ? nil : largest(measured)
}
