/// The four passes of one layer as functions of plain arrays, on memory of their own: no other layer takes part.
///
/// A point z is all inputs, one after the other, then all parameters; directions and cotangents of it are laid out
/// likewise. What a layer does not declare to keep, and what it promises not to read, is not a number here: a layer
/// that reads it all the same gives results that fail.
final class LayerProbe {
    let layer: any Layer<Double>
    let groups: RowGroups
    private var rows: Int { groups.rows }
    let inputCounts: [Int]
    let parameterCount: Int
    var outputCount: Int { rows * layer.output.count }
    var pointCount: Int { inputCounts.reduce(0, +) + parameterCount }

    private let inputs: [Shape]
    private let x, rx, gx: [Buffer<Double>]
    private let y, gy, ry, rgy, gw: Buffer<Double>
    private let w, v: (vector: Buffer<Double>, packed: Buffer<Double>)
    private let own: Buffer<Double>
    private let nothing: Buffer<Double>

    init(_ layer: any Layer<Double>, inputs: [Shape], groups: RowGroups) {
        (self.layer, self.inputs, self.groups) = (layer, inputs, groups)
        let rows = groups.rows
        let counts = inputs.map { rows * $0.count }, outputs = rows * layer.output.count
        inputCounts = counts
        parameterCount = layer.parameters.reduce(0) { $0 + $1.place.count }
        let packed = layer.parameters.reduce(0) { $0 + $1.place.packedCount + $1.place.packedCountT }
        // As in the memory plan every value has whole cache lines.
        func buffer(_ count: Int) -> Buffer<Double> { Buffer(count: (count + 15) / 16 * 16) }
        func buffers() -> [Buffer<Double>] { counts.map(buffer) }
        (x, rx, gx) = (buffers(), buffers(), buffers())
        (y, gy, ry, rgy) = (buffer(outputs), buffer(outputs), buffer(outputs), buffer(outputs))
        gw = buffer(parameterCount)
        w = (buffer(parameterCount), buffer(packed))
        v = (buffer(parameterCount), buffer(packed))
        own = buffer((rows * layer.keptBytes + groups.count * layer.keptBytesOfGroup + 7) / 8)
        nothing = buffer((counts + [outputs]).max()!)
        nothing.base.update(repeating: .nan, count: nothing.count)
    }

    /// y = f(z), and the pieces that a piecewise linear layer chose: what it keeps of its own.
    func forward(_ z: [Double]) -> (value: [Double], choices: [UInt8]) {
        put(z, x, w)
        if layer.isReshape { return (Array(z.prefix(outputCount)), []) }
        let point = Point(
            inputs: zip(x, inputs).map { matrix($0, $1) }, y: .notKept, w: share(w), mode: .training(groups),
            own: UnsafeMutableRawPointer(own.base))
        layer.forward(at: point, y: target(y, layer.output))
        let bytes = UnsafeRawBufferPointer(start: own.base, count: rows * layer.keptBytes)
        return (take(y, outputCount), layer.isPiecewiseLinear ? Array(bytes) : [])
    }

    /// Jᵀ gy
    func backward(_ z: [Double], gy cotangent: [Double]) -> (value: [Double], choices: [UInt8]) {
        let choices = forward(z).choices
        put(cotangent, gy)
        layer.backward(at: kept, gy: matrix(gy, layer.output), gx: inputTargets, gw: parameterTargets)
        return (cotangents, choices)
    }

    /// J d
    func rForward(_ z: [Double], along d: [Double]) -> [Double] {
        _ = forward(z)
        put(d, rx, v)
        layer.rForward(
            at: kept, along: Direction(inputs: zip(rx, inputs).map { matrix($0, $1) }, v: share(v)),
            ry: target(ry, layer.output))
        return take(ry, outputCount)
    }

    /// Jᵀ rgy + R{Jᵀ} gy, the tangent of backward along (d, rgy).
    func rBackward(_ z: [Double], along d: [Double], gy cotangent: [Double], rgy tangent: [Double]) -> [Double] {
        _ = forward(z)
        put(d, rx, v)
        put(cotangent, gy)
        put(tangent, rgy)
        let linear = layer.isPiecewiseLinear
        layer.rBackward(
            at: kept,
            along: Direction(inputs: zip(rx, inputs).map { matrix(linear ? nothing : $0, $1) }, v: share(v)),
            gy: matrix(linear ? nothing : gy, layer.output), rgy: matrix(rgy, layer.output), rgx: inputTargets,
            rgw: parameterTargets)
        return cotangents
    }

    /// What the later passes see of the point.
    private var kept: Point<Double> {
        let keeps = layer.keeps
        return Point(
            inputs: zip(x, inputs).map { matrix(keeps.contains(.input) ? $0 : nothing, $1) },
            y: matrix(keeps.contains(.output) ? y : nothing, layer.output), w: share(w),
            mode: .training(groups), own: UnsafeMutableRawPointer(own.base))
    }

    // MARK: Views

    private func matrix(_ memory: Buffer<Double>, _ shape: Shape) -> Matrix<Double> { target(memory, shape).read }
    private func target(_ memory: Buffer<Double>, _ shape: Shape) -> Target<Double> {
        layer.actsOnLastAxis
            ? Target(memory.base, rows * shape.positions, shape.features) : Target(memory.base, rows, shape.count)
    }
    private var inputTargets: [Target<Double>] { zip(gx, inputs).map { target($0, $1) } }
    private var parameterTargets: ParameterTargets<Double> { ParameterTargets(base: gw.base, adds: false) }
    private func share(_ p: (vector: Buffer<Double>, packed: Buffer<Double>)) -> Parameters<Double> {
        Parameters(base: UnsafePointer(p.vector.base), packed: UnsafePointer(p.packed.base))
    }

    // MARK: Copies

    private func put(_ values: some Collection<Double>, _ memory: Buffer<Double>) {
        for (i, value) in values.enumerated() { memory.base[i] = value }
    }
    private func take(_ memory: Buffer<Double>, _ count: Int) -> [Double] {
        Array(UnsafeBufferPointer(start: memory.base, count: count))
    }
    private func put(_ z: [Double], _ values: [Buffer<Double>], _ p: (vector: Buffer<Double>, packed: Buffer<Double>)) {
        var start = 0
        for (memory, count) in zip(values, inputCounts) {
            put(z[start..<start + count], memory)
            start += count
        }
        put(z[start...], p.vector)
        for parameter in layer.parameters { parameter.place.pack(p.vector.base, transposed: true, into: p.packed.base) }
    }
    private var cotangents: [Double] { zip(gx, inputCounts).flatMap(take) + take(gw, parameterCount) }
}

/// Which pieces the piecewise linear layers of a network choose on a few samples.
struct Pieces {
    private let network: Network<Double>
    private let probes: [LayerProbe]
    private let x: [Double]

    init(_ network: Network<Double>, _ samples: Shard<Double>, groups: RowGroups) {
        self.network = network
        probes = network.nodes.map { node in
            LayerProbe(node.layer, inputs: node.inputs.map { network.shapes[$0] }, groups: groups)
        }
        x = Array(UnsafeBufferPointer(start: samples.inputs.base, count: groups.rows * samples.inputCount))
    }

    func chosen(at w: [Double]) -> [UInt8] {
        var values = [x], choices: [UInt8] = []
        for (node, probe) in zip(network.nodes, probes) {
            let share = w[node.offset..<node.offset + probe.parameterCount]
            let (y, pieces) = probe.forward(node.inputs.flatMap { values[$0] } + share)
            values.append(y)
            choices += pieces
        }
        return choices
    }
}
