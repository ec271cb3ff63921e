import NewtonCG
import Testing

/// Which algorithm a convolution gets, by its shape and by the configuration's `convolution`; results agree.
@Suite struct ConvolutionPlanTests {
    private func plan(_ layers: [LayerSpec], _ input: Shape, _ choice: ConvolutionChoice = .fast) throws -> [String] {
        try Network<Float>(ModelSpec(layers: layers), input: input, convolution: choice).convolutionPlan
    }

    @Test func largeImagesOfManyChannelsGoByLargeTiles() throws {
        #expect(
            try plan([Conv2D(64, kernel: 3, padding: .same)], [32, 32, 64]) == [
                "convolutions by Winograd F(4×4), values by F(2×2): conv2d_1 3×3 64→64, on 32×32"
            ])
        #expect(
            try plan([Conv2D(256, kernel: 3, padding: .same)], [8, 8, 256]) == [
                "convolutions by Winograd F(4×4): conv2d_1 3×3 256→256, on 8×8"
            ])
    }

    @Test func strideTwoGoesInPhases() throws {
        let padding = Padding.sides(top: 1, bottom: 1, left: 1, right: 1)
        #expect(
            try plan([Conv2D(128, kernel: 3, stride: 2, padding: padding)], [32, 32, 64]) == [
                "convolutions by Winograd F(4×4) in phases: conv2d_1 3×3 64→128, stride 2, on 16×16"
            ])
    }

    /// For 6×6 pixels 4 tiles of 36 products are as many as 9 of 16, and smaller tiles round less.
    @Test func smallImagesGoBySmallTiles() throws {
        #expect(
            try plan([Conv2D(64, kernel: 3, padding: .same)], [6, 6, 64]) == [
                "convolutions by Winograd F(2×2): conv2d_1 3×3 64→64, on 6×6"
            ])
    }

    @Test func matrixProductsForSinglePixels() throws {
        for choice in ConvolutionChoice.allCases {
            #expect(
                try plan([Conv2D(8, kernel: 1, stride: 2)], [9, 9, 16], choice) == [
                    "convolutions as matrix products: conv2d_1 1×1 16→8, stride 2, on 5×5"
                ])
        }
    }

    @Test func theRestIsDoneDirectly() throws {
        func isDirect(_ layer: LayerSpec, _ input: Shape) throws -> Bool {
            let lines = try plan([layer], input)
            return lines.count == 1 && lines[0].hasPrefix("convolutions done directly: ")
        }
        #expect(try isDirect(Conv2D(32, kernel: 3), [28, 28, 1]))
        #expect(try isDirect(Conv2D(64, kernel: 3, padding: .same), [32, 32, 3]))
        #expect(try isDirect(Conv2D(64, kernel: 3, stride: 3), [32, 32, 64]))
        #expect(try isDirect(Conv2D(64, kernel: 3, dilation: 2), [32, 32, 64]))
        #expect(try isDirect(Conv2D(64, kernel: 3, groups: 2), [32, 32, 64]))
        #expect(try isDirect(Conv2D(64, kernel: 5), [32, 32, 64]))
        #expect(try isDirect(Conv2D(8, kernel: 1, padding: .sides(top: 1, bottom: 0, left: 0, right: 0)), [9, 9, 16]))
    }

    @Test func equalOnesStandTogether() throws {
        let layers = [
            Conv2D(32, kernel: 3, padding: .same), Conv2D(32, kernel: 3, padding: .same), Conv2D(32, kernel: 5),
        ]
        #expect(
            try plan(layers, [16, 16, 32]) == [
                "convolutions by Winograd F(4×4), values by F(2×2): 2 of 3×3 32→32, on 16×16",
                "convolutions done directly: conv2d_3 5×5 32→32, on 12×12",
            ])
        #expect(
            try plan(layers, [16, 16, 32], .direct) == [
                "convolutions done directly: 2 of 3×3 32→32, on 16×16; conv2d_3 5×5 32→32, on 12×12"
            ])
        #expect(try plan([Flatten(), Dense(3)], [4, 4, 2]).isEmpty)
    }

    /// Filters of 256 × 128 and more are not kept transformed, which would take four times their memory, and twice.
    @Test func manyChannelsKeepNoTransformedFilters() throws {
        func bytes(_ channels: Int) throws -> Int {
            let network = try Network<Float>(
                ModelSpec(layers: [Conv2D(channels, kernel: 3, padding: .same)]), input: [8, 8, channels])
            #expect(network.convolutionPlan[0].contains("Winograd"))
            return Factors(network, transposes: true).bytes
        }
        #expect(try bytes(128) >= 4 * 9 * 128 * 128)
        #expect(try bytes(256) == 0)
    }

    /// The same loss, gradient and products by both choices, in float64 to rounding.
    @Test func choicesAgree() throws {
        let spec = try Sequential {
            Conv2D(20, kernel: 3, padding: .same); Tanh(); Conv2D(24, kernel: 3); Softplus()
            Conv2D(32, kernel: 3, stride: 2, padding: .sides(top: 1, bottom: 2, left: 1, right: 1)); Tanh()
            Conv2D(7, kernel: 1)
            Flatten(); Dense(3)
        }
        var random = Numbers(seed: 11)
        let inputs = random.normal(3 * 9 * 7 * 8)
        func values(_ choice: ConvolutionChoice) throws -> GoldenCase.Values {
            let problem = try SmallProblem<Double>(
                spec, .crossEntropy, input: [9, 7, 8], rows: 3, inputs: inputs, labels: [0, 1, 2], convolution: choice)
            var numbers = Numbers(seed: 12)
            let w = numbers.normal(problem.count).map { 0.2 * $0 }
            return try problem.objective().values(at: w, along: numbers.normal(problem.count))
        }
        let fast = try values(.fast), direct = try values(.direct)
        #expect(relativeError([fast.loss], [direct.loss]) <= 1e-12)
        #expect(relativeError(fast.gradient, direct.gradient) <= 1e-12)
        #expect(relativeError(fast.hessianProduct, direct.hessianProduct) <= 1e-12)
        #expect(relativeError(fast.gaussNewtonProduct, direct.gaussNewtonProduct) <= 1e-12)
        // The comparison is one of different algorithms.
        let network = try Network<Double>(spec, input: [9, 7, 8])
        #expect(network.convolutionPlan.contains { $0.contains("Winograd") })
    }
}
