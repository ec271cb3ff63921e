/// A network's summed loss at a point, kept: value, gradient and exact products with curvature.
///
///     Hv = rForward, tangent of the loss's gradient, rBackward     (Pearlmutter 1994)
///     Gv = rForward, the loss's Hessian, backward                  (Schraudolph 2002)
///
/// All are sums over samples; whoever owns the batch divides. Memory is planned and allocated once, for `capacity`
/// blocks of samples. Blocks are worked through one after the other, so that a block's tangents stay in the caches
/// and their memory is that of one block. A block holds whole groups.
package final class Linearisation<S: Scalar> {
    package let capacity: Int
    let network: Network<S>
    let loss: any Loss<S>
    private let plan: MemoryPlan
    private let kept: Buffer<S>
    private let workspace: Workspace<S>
    private(set) var blocks: [BlockViews<S>] = []

    package static func plan(_ network: Network<S>, block: Int, groupRows: Int = 1) -> MemoryPlan {
        MemoryPlan(network, block: block, groupRows: groupRows)
    }

    package init(
        _ network: Network<S>, loss: any Loss<S>, capacity: Int, plan: MemoryPlan, workspace: Workspace<S>
    ) {
        precondition(workspace.buffer.count >= plan.shared)
        (self.network, self.loss, self.capacity, self.plan, self.workspace) = (network, loss, capacity, plan, workspace)
        kept = Buffer(count: capacity * plan.perBlock)
    }

    /// Moves to the point `w` on these samples: runs forward and backward and keeps them. Returns Σ ℓ.
    /// - Parameters:
    ///   - groups: those of the rows of x.
    ///   - gradient: gets Σ ∇ℓ, added where `adds`; nil where it is known already (recomputation).
    ///   - statistics: the statistics of every group are added to it, in the order of the network's state.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func move(
        to w: Factors<S>, x: Matrix<S>, _ targets: Targets<S>, groups: RowGroups, gradient: UnsafeMutablePointer<S>?,
        statistics: UnsafeMutablePointer<Double>? = nil, adds: Bool
    ) -> Double {
        let ranges = groups.blocks(of: plan.groups)
        precondition(groups.rows == x.rows && ranges.count <= capacity)
        blocks = ranges.enumerated().map { i, range in
            BlockViews(
                network, plan, groups: groups[range], first: groups.rows(of: range).lowerBound, x: x, targets, w: w,
                kept: kept.base + i * plan.perBlock, shared: workspace.buffer.base)
        }
        var sum = 0.0, adds = adds
        for views in blocks {
            for (i, node) in network.nodes.enumerated() { node.layer.forward(at: views.fresh[i], y: views.y[i]) }
            if let statistics {
                for (i, node) in network.nodes.enumerated() {
                    node.layer.addStatistics(at: views.fresh[i], to: statistics + node.stateOffset)
                }
            }
            sum += loss.value(y: views.output, views.targets, kept: views.lossKept)
            loss.gradient(views.targets, kept: views.lossKept.read, gy: views.outputCotangent)
            for (i, node) in network.nodes.enumerated().reversed() where node.isActive {
                let gw = gradient.map { ParameterTargets(base: $0 + node.offset, adds: adds) } ?? .unwanted
                node.layer.backward(at: views.points[i], gy: views.gy[i].read, gx: views.gx[i], gw: gw)
            }
            adds = true
        }
        return sum
    }

    /// product_j = [product_j +] Σ ∇²ℓ(f(x; w)) v_j for some directions; the products lie one after another.
    ///
    /// All directions go through a block before the next one, so that what is kept of it is read from the caches.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func hessianProducts(
        _ directions: ArraySlice<Factors<S>>, into products: UnsafeMutablePointer<S>, adds: Bool
    ) {
        var adds = adds
        for views in blocks {
            var product = products
            for v in directions {
                tangents(along: v, views)
                for (i, node) in network.nodes.enumerated().reversed() where node.isActive {
                    node.layer.rBackward(
                        at: views.points[i], along: Direction(inputs: views.rx[i], v: v.share(of: node)),
                        gy: views.gy[i].read, rgy: views.rgy[i].read, rgx: views.rgx[i],
                        rgw: ParameterTargets(base: product + node.offset, adds: adds))
                }
                product += network.parameterCount
            }
            adds = true
        }
    }

    /// product_j = [product_j +] Σ Jᵀ ∇²ℓ J v_j for some directions, as `hessianProducts`.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func gaussNewtonProducts(
        _ directions: ArraySlice<Factors<S>>, into products: UnsafeMutablePointer<S>, adds: Bool
    ) {
        var adds = adds
        for views in blocks {
            var product = products
            for v in directions {
                tangents(along: v, views)
                for (i, node) in network.nodes.enumerated().reversed() where node.isActive {
                    node.layer.backward(
                        at: views.points[i], gy: views.rgy[i].read, gx: views.rgx[i],
                        gw: ParameterTargets(base: product + node.offset, adds: adds))
                }
                product += network.parameterCount
            }
            adds = true
        }
    }

    /// Shows J·v, block after block: rows × outputs, with the place of the rows among those observed.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func outputTangents(first: Int = 0, along v: Factors<S>, each: (Range<Int>, Matrix<S>) -> Void) {
        for views in blocks {
            rForward(along: v, views)
            each(first + views.rows.lowerBound..<first + views.rows.upperBound, views.outputTangent)
        }
    }

    /// R-forward and the loss's Hessian: the part that both products share.
    private func tangents(along v: Factors<S>, _ views: BlockViews<S>) {
        rForward(along: v, views)
        lossHessian(views)
    }

    private func rForward(along v: Factors<S>, _ views: BlockViews<S>) {
        for (i, node) in network.nodes.enumerated() where node.isActive {
            node.layer.rForward(
                at: views.points[i], along: Direction(inputs: views.rx[i], v: v.share(of: node)), ry: views.ry[i])
        }
    }

    private func lossHessian(_ views: BlockViews<S>) {
        loss.hessianProduct(kept: views.lossKept.read, u: views.outputTangent, ru: views.outputTangentCotangent)
    }
}
