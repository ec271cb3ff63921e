/// A network's summed loss at a point, kept: value, gradient and exact products with curvature.
///
///     Hv = rForward, tangent of the loss's gradient, rBackward     (Pearlmutter 1994)
///     Gv = rForward, the loss's Hessian, backward                  (Schraudolph 2002)
///
/// All are sums over samples; whoever owns the batch divides. Memory is planned and allocated once, for some blocks of
/// samples (`slots`). Blocks are worked through one after the other, so that a block's tangents stay in the caches
/// and their memory is that of one block. A block holds whole groups.
package final class Linearisation<S: Scalar> {
    let network: Network<S>
    let loss: any Loss<S>
    /// The network's. Passes take single fields of them by index: a copy of a node would count references.
    private let nodes: [Network<S>.Node]
    private let plan: MemoryPlan
    private let slots: Int
    private let data: DataInputs
    private let kept: Buffer<S>
    private let workspace: Workspace<S>
    private let w: Factors<S>
    /// A block's ∇²ℓ·Ja while Jb is computed, for quadratic forms.
    private lazy var first = Buffer<S>(count: plan.block * network.outputCount)

    /// - Parameter curvature: which products will be taken: the Hessian's plan serves both.
    package static func plan(
        _ network: Network<S>, for curvature: Curvature, block: Int, groupRows: Int = 1
    ) -> MemoryPlan {
        MemoryPlan(network, for: curvature, block: block, groupRows: groupRows)
    }

    /// - Parameter w: the point; its vector has its place already.
    package init(
        _ network: Network<S>, loss: any Loss<S>, plan: MemoryPlan, slots: Int, workspace: Workspace<S>, w: Factors<S>
    ) {
        precondition(workspace.buffer.count >= plan.shared)
        (self.network, self.loss, self.plan, self.slots) = (network, loss, plan, slots)
        (nodes, self.workspace, self.w, data) = (network.nodes, workspace, w, DataInputs(network))
        kept = Buffer(count: slots * plan.perBlock)
    }

    /// Another one with the same plan and workspace, at the same point.
    convenience init(beside other: Linearisation, slots: Int) {
        self.init(
            other.network, loss: other.loss, plan: other.plan, slots: slots, workspace: other.workspace, w: other.w)
    }

    /// Groups of a full block, and samples.
    var groupsOfBlock: Int { plan.groups }
    var block: Int { plan.block }

    /// The views of a block of samples whose memory is this slot.
    func views(of rows: BatchRows<S>, slot: Int) -> BlockViews<S> {
        precondition(slot < slots && rows.samples.groups.count <= plan.groups)
        return BlockViews(
            network, plan, rows, data: data, w: w, loss: loss, kept: kept.base + slot * plan.perBlock,
            shared: workspace.buffer.base)
    }

    /// What a pass has finished: all vectors before this one, and this one from a place on.
    package typealias Finished = (_ vector: Int, _ place: Int) -> Void

    /// Moves a block to the point w: runs forward and backward and keeps them. Returns Σ ℓ.
    /// - Parameters:
    ///   - gradient: gets Σ ∇ℓ, added where `adds`.
    ///   - statistics: the statistics of every group are added to it, in the order of the network's state.
    ///   - finished: is told, after each layer, which part of the gradient got all that this block adds.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func move(
        _ block: BlockViews<S>, gradient: UnsafeMutablePointer<S>, statistics: UnsafeMutablePointer<Double>?,
        adds: Bool, finished: Finished? = nil
    ) -> Double {
        let sum = forward(block)
        if let statistics {
            for i in nodes.indices where !nodes[i].isFrozen {
                nodes[i].layer.addStatistics(at: block.points[i], to: statistics + nodes[i].stateOffset)
            }
        }
        backward(block, finished, into: gradient, adds: adds)
        return sum
    }

    /// Moves a block to the point w again, as far as a product of this kind needs it.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func rebuild(_ block: BlockViews<S>, for curvature: Curvature) {
        _ = forward(block)
        if curvature == .hessian { backward(block, nil, into: nil, adds: false) }
    }

    /// product_j = [product_j +] the block's Σ ∇²ℓ(f(x; w)) v_j, or Σ Jᵀ ∇²ℓ J v_j, for some directions; the products
    /// lie one after another. `finished` is told, after each layer, which part got all that this block adds.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func products(
        _ curvature: Curvature, _ directions: ArraySlice<Factors<S>>, _ block: BlockViews<S>,
        into products: UnsafeMutablePointer<S>, adds: Bool, finished: Finished? = nil
    ) {
        var vector = 0
        for v in directions {
            product(curvature, v, block, into: products, vector, adds: adds, finished)
            vector += 1
        }
    }

    private func product(
        _ curvature: Curvature, _ v: Factors<S>, _ block: BlockViews<S>, into products: UnsafeMutablePointer<S>,
        _ vector: Int, adds: Bool, _ finished: Finished?
    ) {
        let product = products + vector * network.parameterCount
        rForward(v, block)
        let outputs = block.outputs
        loss.hessianProduct(
            block.targets, kept: outputs.keptToRead, u: outputs.tangent, ru: outputs.tangentCotangent)
        switch curvature {
        case .hessian:
            precondition(plan.curvature == .hessian, "the memory was planned for Gauss–Newton products")
            for i in nodes.indices.reversed() where nodes[i].isActive {
                nodes[i].layer.rBackward(
                    at: block.points[i], along: Direction(inputs: block.keptRx[i], v: v.direction(ofNode: i)),
                    gy: block.keptGy[i], rgy: block.rgy[i].read, rgx: block.rgx[i],
                    rgw: targets(of: i, product, adds: adds))
                if !nodes[i].isFrozen { finished?(vector, nodes[i].offset) }
            }
        case .gaussNewton:
            for i in nodes.indices.reversed() where nodes[i].isActive {
                nodes[i].layer.backward(
                    at: block.points[i], gy: block.rgy[i].read, gx: block.rgx[i],
                    gw: targets(of: i, product, adds: adds))
                if !nodes[i].isFrozen { finished?(vector, nodes[i].offset) }
            }
        }
    }

    /// A node's share of a vector to write; what is frozen is not wanted.
    private func targets(
        of i: Int, _ vector: UnsafeMutablePointer<S>, adds: Bool
    ) -> ParameterTargets<S> {
        nodes[i].isFrozen ? .unwanted : ParameterTargets(base: vector + nodes[i].offset, adds: adds)
    }

    /// Shows the block's J·v: rows × outputs.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func outputTangents(along v: Factors<S>, _ block: BlockViews<S>, each: (Range<Int>, Matrix<S>) -> Void) {
        rForward(v, block)
        each(block.first..<block.first + block.rows, block.outputs.tangent[0])
    }

    /// The block's aᵀGa, aᵀGb and bᵀGb with G = Σ Jᵀ ∇²ℓ J: (Ja)ᵀ∇²ℓ(Jb) needs no backward pass, hence half of a
    /// product's work for each vector. Without b it is aᵀGa alone.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func gaussNewtonForms(_ a: Factors<S>, _ b: Factors<S>?, _ block: BlockViews<S>) -> QuadraticForms {
        let outputs = block.outputs, kept = outputs.keptToRead, first = block.forms(in: first.base)
        func dot(_ y: [Target<S>]) -> Double {
            var sum = 0.0
            for k in y.indices { sum += S.Kernels.dot(count: y[k].count, outputs.tangent[k].base!, y[k].base!) }
            return sum
        }
        rForward(a, block)
        loss.hessianProduct(block.targets, kept: kept, u: outputs.tangent, ru: first)
        var forms = QuadraticForms(aa: dot(first))
        guard let b else { return forms }
        rForward(b, block)
        forms.ab = dot(first)
        loss.hessianProduct(block.targets, kept: kept, u: outputs.tangent, ru: outputs.tangentCotangent)
        forms.bb = dot(outputs.tangentCotangent)
        return forms
    }

    /// Tangents along v, up to the outputs'.
    private func rForward(_ v: Factors<S>, _ block: BlockViews<S>) {
        for i in nodes.indices where nodes[i].isActive {
            nodes[i].layer.rForward(
                at: block.points[i], along: Direction(inputs: block.rx[i], v: v.direction(ofNode: i)), ry: block.ry[i])
        }
    }

    /// All values, and Σ ℓ.
    private func forward(_ block: BlockViews<S>) -> Double {
        precondition(block.vector == w.vector, "the point has another place")
        for i in nodes.indices { nodes[i].layer.forward(at: block.fresh[i], y: block.y[i]) }
        return loss.value(y: block.outputs.value, block.targets, kept: block.outputs.kept)
    }

    /// All cotangents, and the gradient where it is wanted.
    private func backward(
        _ block: BlockViews<S>, _ finished: Finished?, into gradient: UnsafeMutablePointer<S>?, adds: Bool
    ) {
        loss.gradient(block.targets, kept: block.outputs.keptToRead, gy: block.outputs.cotangent)
        for i in nodes.indices.reversed() where nodes[i].isActive {
            nodes[i].layer.backward(
                at: block.points[i], gy: block.gy[i].read, gx: block.gx[i],
                gw: gradient.map { targets(of: i, $0, adds: adds) } ?? .unwanted)
            if !nodes[i].isFrozen { finished?(0, nodes[i].offset) }
        }
    }
}
