/// A block of samples at the kept point. Whoever observes it writes the cotangent of its outputs, in one of several
/// ways, before it is drawn back through the network.
package struct OutputBlock<S: Scalar> {
    /// The place of its rows among those observed.
    package let rows: Range<Int>
    /// Rows × outputs.
    package let y: Matrix<S>
    package let targets: Targets<S>
    /// Rows × outputs, to be written whole; it holds anything.
    package let cotangent: Target<S>
    let loss: any Loss<S>
    let lossKept: Matrix<S>

    /// The data's own: the gradient of each sample's loss in its outputs.
    package func setGradient() { loss.gradient(targets, kept: lossKept, gy: cotangent) }

    /// A root of the loss's curvature times `s` (rows × outputs): for signs or other s with E[s sᵀ] = 1, the cotangent
    /// of each sample has E[gy gyᵀ] = ∇²ℓ.
    package func setCurvatureRoot(times s: Matrix<S>) { loss.curvatureRoot(kept: lossKept, s: s, gy: cotangent) }

    /// r̃ with R·r̃ = ∇ℓ, R that root (`Loss.whiteResidual`); rows × outputs.
    package func whiteResidual(into r: UnsafeMutablePointer<S>) {
        loss.whiteResidual(targets, kept: lossKept, r: Target(r, y.rows, y.columns))
    }

    /// The gradient at targets drawn from the model's own distribution: E[gy gyᵀ] = ∇²ℓ.
    /// - Parameter words: random words, `Self.words(outputs)` a row.
    package func setSampledGradient(words: UnsafePointer<UInt32>) {
        loss.sampledGradient(kept: lossKept, words: words, gy: cotangent)
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
    /// The place of the block's rows among those observed.
    package let rows: Range<Int>
}

extension Linearisation {
    /// Runs backward from chosen cotangents of the outputs over the kept blocks, without gradients of parameters, and
    /// shows every layer with parameters, last layer first, block after block. What is kept stays as it is; nothing is
    /// allocated.
    ///
    /// - Parameters:
    ///   - first: the place of the first row among those observed.
    ///   - passes: how often each block is gone through; both closures get the pass.
    ///   - cotangent: writes a block's `cotangent`.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func observe(
        first: Int = 0, passes: Int = 1, cotangent: (OutputBlock<S>, Int) -> Void,
        each: (LayerObservation<S>, Int) -> Void
    ) {
        for views in blocks {
            let rows = first + views.rows.lowerBound..<first + views.rows.upperBound
            let block = OutputBlock(
                rows: rows, y: views.output, targets: views.targets, cotangent: views.outputTangentCotangent,
                loss: loss, lossKept: views.lossKept.read)
            for pass in 0..<passes {
                cotangent(block, pass)
                for i in network.nodes.indices.reversed() where network.nodes[i].isActive {
                    let layer = network.nodes[i].layer, gy = views.rgy[i].read
                    if !layer.parameters.isEmpty {
                        each(LayerObservation(node: i, layer: layer, point: views.points[i], gy: gy, rows: rows), pass)
                    }
                    layer.backward(at: views.points[i], gy: gy, gx: views.rgx[i], gw: .unwanted)
                }
            }
        }
    }
}
