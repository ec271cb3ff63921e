/// A block of samples at the kept point. Whoever observes it writes the cotangent of its outputs, in one of several
/// ways, before it is drawn back through the network.
package struct OutputBlock<S: Scalar> {
    /// The place of its rows in the batch, where they were not gathered.
    package let rows: Range<Int>
    /// The place in the batch of each row, where they were gathered.
    let places: UnsafePointer<Int32>?
    package let targets: Targets<S>
    /// By value that the loss reads, rows × outputs, to be written whole; it holds anything.
    package let cotangents: [Target<S>]
    /// The same, to read.
    let cotangentsToRead: [Matrix<S>]
    /// Of a loss of one value.
    package var cotangent: Target<S> { cotangents[0] }
    let loss: any Loss<S>
    let kept: [Matrix<S>]

    /// The place of its i-th row in the batch.
    package func place(_ i: Int) -> Int { places.map { Int($0[i]) } ?? rows.lowerBound + i }

    /// What the loss is a mean over: samples, or its own count.
    var terms: Int { loss.terms?(targets) ?? rows.count }

    /// The data's own: the gradient of each sample's loss in its outputs.
    package func setGradient() { loss.gradient(targets, kept: kept, gy: cotangents) }

    /// The cotangents s that were written, times a root R of the loss's curvature: for signs or other s with
    /// E[s sᵀ] = 1, the cotangent of each sample then has E[gy gyᵀ] = ∇²ℓ.
    package func multiplyByCurvatureRoot() {
        loss.curvatureRoot(targets, kept: kept, s: cotangentsToRead, gy: cotangents)
    }

    /// r̃ with R·r̃ = ∇ℓ, R that root (`Loss.whiteResidual`).
    package func setWhiteResidual() { loss.whiteResidual(targets, kept: kept, r: cotangents) }

    /// The gradient at targets drawn from the model's own distribution: E[gy gyᵀ] = ∇²ℓ.
    /// - Parameter words: by value that the loss reads, random words, `Self.words(outputs)` a row.
    package func setSampledGradient(words: [UnsafePointer<UInt32>]) {
        loss.sampledGradient(targets, kept: kept, words: words, gy: cotangents)
    }

    /// Random words that a row's draw needs.
    package static func words(_ outputs: Int) -> Int { (outputs + 1) / 2 * 2 }
}

/// What one layer with parameters shows of a block: its inputs and the cotangent of its output, in the extents in which
/// the layer sees them. Both hold until the observer returns.
package struct LayerObservation<S: Scalar> {
    /// In the network's nodes.
    package let node: Int
    package let layer: any Layer<S>
    package let point: Point<S>
    package let gy: Matrix<S>
    /// The place of the block's rows in the batch.
    package let rows: Range<Int>
}

extension Linearisation {
    /// Runs a block backward from chosen cotangents of the outputs, without gradients of parameters, and shows every
    /// layer with parameters, last layer first. What is kept stays as it is; nothing is allocated.
    ///
    /// - Parameters:
    ///   - places: of rows that were gathered from their batch.
    ///   - passes: how often the block is gone through; both closures get the pass.
    ///   - cotangent: writes the block's `cotangent`.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func observe(
        _ block: BlockViews<S>, places: UnsafePointer<Int32>? = nil, passes: Int = 1,
        cotangent: (OutputBlock<S>, Int) -> Void, each: (LayerObservation<S>, Int) -> Void
    ) {
        let rows = block.first..<block.first + block.rows
        let outputs = OutputBlock(
            rows: rows, places: places, targets: block.targets, cotangents: block.outputs.tangentCotangent,
            cotangentsToRead: block.outputs.tangentCotangentToRead, loss: loss,
            kept: block.outputs.keptToRead)
        for pass in 0..<passes {
            cotangent(outputs, pass)
            for i in network.nodes.indices.reversed() where network.nodes[i].isActive {
                let layer = network.nodes[i].layer, gy = block.rgy[i].read
                if network.nodes[i].trainedCount > 0 {
                    each(LayerObservation(node: i, layer: layer, point: block.points[i], gy: gy, rows: rows), pass)
                }
                layer.backward(at: block.points[i], gy: gy, gx: block.rgx[i], gw: .unwanted)
            }
        }
    }
}
