/// A network with a batch that `newton-cg bench` measures.
public struct Workload: Sendable {
    /// As the command line calls it, in capitals or not.
    public let name: String
    /// For people.
    public let summary: String
    package let model: ModelSpec
    package let input: Shape
    /// Samples over all ranks.
    package let batch: Int
    /// Samples that batch normalisation takes its statistics of, on one thread; with more threads and ranks, each has one
    /// group.
    package let group: Int
    package let classes = 10

    /// In the order of the table.
    public static let all: [Workload] = [mlp, wideMLP, cnn, resNet18]
    /// The workload of a name, in capitals or not; nil: there is none.
    public static func named(_ name: String) -> Workload? { all.first { $0.name == name.uppercased() } }

    private init(
        _ name: String, _ summary: String, input: Shape, batch: Int, group: Int = 1,
        @LayersBuilder _ layers: () -> [LayerSpec]
    ) {
        (self.name, self.summary, self.input, self.batch, self.group) = (name, summary, input, batch, group)
        do {
            model = try ModelSpec(layers: layers())
        } catch {
            fatalError("the model of \(name): \(error)")
        }
    }

    private static let mlp = Workload("W1", "MLP 784-512-512-10, tanh", input: [784], batch: 4096) {
        Dense(512)
        Tanh()
        Dense(512)
        Tanh()
        Dense(10)
    }

    private static let wideMLP = Workload("W2", "MLP 784-2048-2048-10, ReLU", input: [784], batch: 1024) {
        Dense(2048)
        ReLU()
        Dense(2048)
        ReLU()
        Dense(10)
    }

    private static let cnn = Workload(
        "W3", "CNN 28×28×1: 3×3 32, 3×3 64, max-pool 2, dense 128, 10, ReLU", input: [28, 28, 1], batch: 256
    ) {
        Conv2D(32, kernel: 3)
        ReLU()
        Conv2D(64, kernel: 3)
        ReLU()
        MaxPool2D(2)
        Flatten()
        Dense(128)
        ReLU()
        Dense(10)
    }

    private static let resNet18 = Workload(
        "W4", "ResNet-18 for 32×32×3, batch normalisation in training mode", input: [32, 32, 3], batch: 32, group: 32
    ) {
        conv(64, kernel: 3)
        ReLU()
        for width in [64, 128, 256, 512] {
            block(width, stride: width == 64 ? 1 : 2)
            block(width, stride: 1)
        }
        GlobalAveragePool2D()
        Dense(10)
    }

    private static func conv(_ filters: Int, kernel: Int, stride: Int = 1) -> [LayerSpec] {
        let zeros = (kernel - 1) / 2
        let padding = Padding.sides(top: zeros, bottom: zeros, left: zeros, right: zeros)
        return [Conv2D(filters, kernel: kernel, stride: stride, padding: padding, bias: false), BatchNorm()]
    }

    private static func block(_ width: Int, stride: Int) -> [LayerSpec] {
        let residual = Residual {
            conv(width, kernel: 3, stride: stride)
            ReLU()
            conv(width, kernel: 3)
        } shortcut: {
            if stride > 1 { conv(width, kernel: 1, stride: stride) }
        }
        return [residual, ReLU()]
    }
}
