import MPI

/// Where the parts of the Jacobian of a batch lie for a solve in the space of its residuals, and what that needs:
/// known, and checked, before anything is allocated.
struct SampleSpacePlan<S: Scalar & MPIDatatype>: Sendable {
    /// How a layer's part of the Jacobian is held.
    enum Form: Sendable {
        /// y = x·W + b on one row a sample: by inputs and cotangents, whose outer products are never made.
        case affine(input: Int, inputs: Int, cotangent: Int, outputs: Int, hasBias: Bool)
        /// Row by row: a sample's gradient of the layer's parameters.
        case rows(offset: Int, parameters: Int)
    }
    /// By node; nil: it has no parameters.
    let forms: [Form?]
    /// Values of a sample's inputs, of the cotangents for one of its outputs, and of the parts held as rows.
    private(set) var inputWidth = 0, cotangentWidth = 0, rowWidth = 0
    /// The most samples of a batch over all ranks, and of this rank; the outputs of each.
    let samples, ownSamples, outputs: Int
    /// Samples of a tile of the Gram matrix.
    let tile: Int
    /// Of one rank.
    let bytes: Int

    /// The most residuals of a batch.
    var residuals: Int { samples * outputs }

    /// - Throws: a `ModelError` where loss or model has no such space, or where it does not fit.
    init(of batch: any ResidualBatch<S>) throws {
        let network = batch.network, threads = batch.team.count, limit = batch.memoryLimit
        let samples = batch.mostSamples, ownSamples = batch.mostRows
        guard type(of: batch.sampleLoss).hasWhiteResidual else {
            throw ModelError(
                "'solve: sample_space' needs a loss with residuals for each sample, which mean_squared_error, "
                    + "cross_entropy and binary_cross_entropy have: take one of these, or 'solve: cg'", key: "loss")
        }
        guard network.outputs.count == 1 else {
            throw ModelError(
                "'solve: sample_space' needs a loss that reads one value of the model, but this one reads "
                    + "\(network.outputs.count): take another loss, or 'solve: cg'", key: "loss")
        }
        (self.samples, self.ownSamples, outputs) = (samples, ownSamples, network.output.count)
        tile = max(1, 64 / outputs)
        var forms: [Form?] = []
        for node in network.nodes {
            let layer = node.layer, count = node.trainedCount
            guard node.isFrozen || !layer.slots.tiesGroups else {
                throw ModelError(
                    "layer '\(node.name)' (\(node.kind)) ties the samples of a group together, but "
                        + "'solve: sample_space' needs residuals of each sample alone: leave the layer out, or take "
                        + "'solve: cg'", key: "model")
            }
            if count == 0 {
                forms.append(nil)
            } else if layer.isAffine, layer.output.positions == 1 {
                let inputs = layer.parameters[0].shape[0], outputs = layer.output.count
                forms.append(
                    .affine(
                        input: inputWidth, inputs: inputs, cotangent: cotangentWidth, outputs: outputs,
                        hasBias: layer.parameters.count == 2))
                (inputWidth, cotangentWidth) = (inputWidth + inputs, cotangentWidth + outputs)
            } else {
                forms.append(.rows(offset: rowWidth, parameters: count))
                rowWidth += count
            }
        }
        self.forms = forms
        let residuals = Double(samples) * Double(outputs), stride = Double(MemoryLayout<S>.stride)
        let matrices = 16 * residuals * residuals
        let rows = stride * (Double(samples) * Double(inputWidth) + residuals * Double(cotangentWidth + rowWidth))
        let roots = stride * Double(ownSamples * outputs * (outputs + 2))
        let tiles = stride * Double(threads * tile * tile * (1 + outputs * outputs))
        let needed = matrices + rows + roots + tiles
        func text(_ bytes: Double) -> String { readable(Int(min(bytes, 0x1p62))) }
        guard needed <= Double(limit) else {
            throw ModelError(
                "'solve: sample_space' needs \(text(needed)) for the \(samples) × \(outputs) residuals of a batch "
                    + "(their matrix \(text(matrices)), the layers' inputs and cotangents \(text(rows))), but "
                    + "'memory' allows \(readable(limit)): take a smaller data.batch, more memory, or "
                    + "'solve: cg'", key: "memory")
        }
        bytes = Int(needed)
    }

}

extension SampleSpacePlan: CustomStringConvertible {
    var description: String {
        "sample space of \(samples) × \(outputs) residuals, \(readable(bytes))"
    }
}
