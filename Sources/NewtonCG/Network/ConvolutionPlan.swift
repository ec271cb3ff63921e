import CKernels

extension Network {
    /// By which algorithm each convolution is computed, a line for each algorithm in use; equal ones together:
    /// `conv2d_1 3×3 1→32 on 26×26`, `4 of 3×3 64→64 on 32×32` (outputs).
    public var convolutionPlan: [String] {
        var groups: [(algorithm: String, what: String, names: [String])] = []
        for node in nodes {
            guard let convolution = node.layer.convolution else { continue }
            let (algorithm, what) = (convolution.algorithm, convolution.description)
            if let i = groups.firstIndex(where: { $0.algorithm == algorithm && $0.what == what }) {
                groups[i].names.append(node.name)
            } else {
                groups.append((algorithm, what, [node.name]))
            }
        }
        var algorithms: [String] = []
        for group in groups where !algorithms.contains(group.algorithm) { algorithms.append(group.algorithm) }
        return algorithms.map { algorithm in
            let parts = groups.filter { $0.algorithm == algorithm }.map {
                ($0.names.count == 1 ? $0.names[0] : "\($0.names.count) of") + " " + $0.what
            }
            return "convolutions \(algorithm): " + parts.joined(separator: "; ")
        }
    }

    /// Bytes that each thread keeps for the largest convolution's inner values.
    package var convolutionBytes: Int {
        nodes.compactMap { $0.layer.convolution }.map { convolution in
            withUnsafePointer(to: convolution.geometry) { S.Kernels.convolutionWorkspace($0) }
        }.max() ?? 0
    }
}

extension Convolution: CustomStringConvertible {
    /// `by Winograd F(4×4, 3×3)`, for the plan.
    var algorithm: String {
        switch geometry.algorithm {
        case ck_winograd4: "by Winograd F(4×4)"
        case ck_winograd2: "by Winograd F(2×2)"
        case ck_winograd_mixed: "by Winograd F(4×4), values by F(2×2)"
        case ck_winograd_strided: "by Winograd F(4×4) in phases"
        case ck_pointwise: "as matrix products"
        default: "done directly"
        }
    }

    /// `3×3 64→128, stride 2, on 16×16`: the output's size.
    public var description: String {
        let g = geometry
        func pair(_ height: Int, _ width: Int) -> String { height == width ? "\(height)" : "\(height)×\(width)" }
        var text = "\(g.kernel_height)×\(g.kernel_width) \(g.channels)→\(g.filters)"
        if (g.stride_height, g.stride_width) != (1, 1) { text += ", stride \(pair(g.stride_height, g.stride_width))" }
        if (g.dilation_height, g.dilation_width) != (1, 1) {
            text += ", dilation \(pair(g.dilation_height, g.dilation_width))"
        }
        if g.groups > 1 { text += ", \(g.groups) groups" }
        return text + ", on \(g.out_height)×\(g.out_width)"
    }
}
