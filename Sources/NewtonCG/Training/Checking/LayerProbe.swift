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
    /// By slot of the layer; the pieces that it chose are in those that outlive `forward`.
    private let slots: [Buffer<Double>]
    private let numbers: Buffer<Int32>, tokens: Buffer<Int32>
    private let noise: Buffer<NoiseKey>
    private let node: Int
    /// Running statistics, in place of those of the groups.
    private let statistics: UnsafePointer<Double>?
    private let nothing: Buffer<Double>

    /// - Parameters:
    ///   - noise, node: what its noise is keyed by, beside the rows.
    ///   - given: tokens of the samples; nil: random ones.
    ///   - statistics: running ones, to be used in place of those of the groups; they must live as long.
    init(
        _ layer: any Layer<Double>, inputs: [Shape], groups: RowGroups, tokens given: Buffer<Int32>? = nil,
        noise: NoiseKey = NoiseKey(seed: 1), node: Int = 0, statistics: UnsafePointer<Double>? = nil
    ) {
        (self.layer, self.inputs, self.groups) = (layer, inputs, groups)
        (self.noise, self.node, self.statistics) = (Buffer([noise]), node, statistics)
        let rows = groups.rows
        // Tokens are no numbers that could be moved.
        let counts = inputs.map { layer.vocabulary == nil ? rows * $0.count : 0 }, outputs = rows * layer.output.count
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
        slots = layer.slots.map { buffer((layer.bytes(of: $0, samples: rows, groups: groups.count) + 7) / 8) }
        numbers = Buffer((0..<Int32(rows)).map { $0 })
        var random = RandomStream(seed: 1, stream: RandomPurpose.check.stream(0))
        tokens =
            given
            ?? Buffer(
                layer.vocabulary.map { most in
                    (0..<rows * inputs[0].count).map { _ in Int32(random.below(UInt64(most))) }
                } ?? [])
        nothing = buffer((counts + [outputs]).max()!)
        nothing.base.update(repeating: .nan, count: nothing.count)
    }

    /// y = f(z), and the pieces that a piecewise linear layer chose: what it keeps of its own.
    func forward(_ z: [Double]) -> (value: [Double], choices: [UInt64]) {
        put(z, x, w)
        if layer.isReshape { return (Array(z.prefix(outputCount)), []) }
        layer.forward(at: point(zip(x, inputs).map { matrix($0, $1) }, .notKept), y: target(y, layer.output))
        let chosen = zip(slots, layer.slots).filter { $1.life == .linearisation }.flatMap { $0.0.values }
        return (take(y, outputCount), layer.isPiecewiseLinear ? chosen.map(\.bitPattern) : [])
    }

    private func point(_ inputs: [Matrix<Double>], _ y: Matrix<Double>) -> Point<Double> {
        let read = Tokens(base: tokens.base, positions: self.inputs[0].count, padding: nil)
        return Point(
            inputs: inputs, tokens: inputs.map { _ in layer.vocabulary == nil ? .absent : read }, y: y, w: share(w),
            samples: Samples(
                groups: groups, numbers: UnsafePointer(numbers.base), noise: UnsafePointer(noise.base)),
            statistics: statistics, slots: slots.map { UnsafeMutableRawPointer($0.base) }, node: node)
    }

    /// Jᵀ gy
    func backward(_ z: [Double], gy cotangent: [Double]) -> (value: [Double], choices: [UInt64]) {
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
        // A product goes forward first.
        _ = rForward(z, along: d)
        put(cotangent, gy)
        put(tangent, rgy)
        let reads = layer.reads, readsCotangent = !layer.isPiecewiseLinear
        layer.rBackward(
            at: kept,
            along: Direction(
                inputs: zip(rx, inputs).map { matrix(reads.contains(.tangents) ? $0 : nothing, $1) }, v: share(v)),
            gy: matrix(readsCotangent ? gy : nothing, layer.output), rgy: matrix(rgy, layer.output), rgx: inputTargets,
            rgw: parameterTargets)
        return cotangents
    }

    /// What the later passes see of the point.
    private var kept: Point<Double> {
        let reads = layer.reads
        return point(
            zip(x, inputs).map { matrix(reads.contains(.input) ? $0 : nothing, $1) },
            matrix(reads.contains(.output) ? y : nothing, layer.output))
    }

    // MARK: Views

    private func matrix(_ memory: Buffer<Double>, _ shape: Shape) -> Matrix<Double> { target(memory, shape).read }
    private func target(_ memory: Buffer<Double>, _ shape: Shape) -> Target<Double> {
        Target(memory.base, samples: rows, of: shape, lastAxis: layer.actsOnLastAxis)
    }
    private var inputTargets: [Target<Double>] {
        zip(gx, inputs).map { layer.vocabulary == nil ? target($0, $1) : .absent }
    }
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
    private let held: [Double]
    private let frozen: FrozenValues<Double>?
    private let probes: [LayerProbe]
    /// By column of the network.
    private let x: [[Double]]

    /// - Parameters:
    ///   - held: the values of layers that are not trained, which lie in `frozen` too.
    ///   - noise: that of the objective whose pieces these are.
    init(
        _ network: Network<Double>, _ samples: Shard<Double>, groups: RowGroups, held: [Double],
        frozen: FrozenValues<Double>?, noise: NoiseKey = NoiseKey()
    ) {
        (self.network, self.held, self.frozen) = (network, held, frozen)
        probes = network.nodes.map { node in
            var tokens: Buffer<Int32>?
            if node.layer.vocabulary != nil, case .tokens(let read) = samples.memory[node.inputs[0]] { tokens = read }
            return LayerProbe(
                node.layer, inputs: node.inputs.map { network.shapes[$0] }, groups: groups, tokens: tokens,
                noise: noise, node: node.number, statistics: node.isFrozen ? frozen?.statistics(of: node) : nil)
        }
        x = zip(samples.columns, samples.memory).prefix(network.columns.count).map { column, memory in
            guard case .numbers(let values) = memory else { return [] }
            return Array(UnsafeBufferPointer(start: values.base, count: groups.rows * column.shape.count))
        }
    }

    func chosen(at w: [Double]) -> [UInt64] {
        var values = x, choices: [UInt64] = []
        for (node, probe) in zip(network.nodes, probes) {
            let share = (node.isFrozen ? held : w)[node.offset..<node.offset + probe.parameterCount]
            let (y, pieces) = probe.forward(node.inputs.flatMap { values[$0] } + share)
            values.append(y)
            choices += pieces
        }
        return choices
    }
}
