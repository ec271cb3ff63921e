import ArgumentParser
import HDF5
import MPI
import NewtonCG

extension Curvature: ExpressibleByArgument {
    public init?(argument: String) {
        switch argument {
        case "hessian": self = .hessian
        case "gauss-newton": self = .gaussNewton
        default: return nil
        }
    }
    public static var allValueStrings: [String] { ["hessian", "gauss-newton"] }
}

struct ProductCommand<Program: NewtonCGProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "product",
            abstract: "Loss, gradient and a curvature product over all training samples, at a given point.",
            discussion: "One batch in file order, in training mode, undamped, regularisation included.")
    }

    @OptionGroup var input: ConfigurationArguments<Program>

    @ArgumentParser.Option(help: "The point: a file with parameters/<layer>/<name>.")
    var checkpoint: String

    @ArgumentParser.Option(help: "The vector: a file with vector/<layer>/<name>.")
    var vector: String

    @ArgumentParser.Option(help: "hessian or gauss-newton.")
    var curvature: Curvature

    @ArgumentParser.Option(name: [.short, .long], help: "The file to write.")
    var output: String

    func run() throws {
        runOnRanks { world in
            let configuration = try input.load(world)
            try world.agree {
                try readingData {
                    try checkOutput(output, over: [input.config])
                    for file in [checkpoint, vector, configuration.data.path] {
                        try checkOutput(output, overAllOf: try File(file, .readOnly))
                    }
                }
            }
            switch configuration.precision {
            case .float32: try product(configuration, world, Float.self)
            case .float64: try product(configuration, world, Double.self)
            }
            return 0
        }
    }

    private func product<S: TrainingScalar>(_ configuration: Configuration, _ world: Communicator, _: S.Type) throws {
        let problem = try Problem<S>(
            configuration, batch: .full, needs: ObjectiveNeeds(curvatureBatch: 1, curvature: curvature),
            communicator: world)
        let network = problem.network
        let (w, frozen, state, v, noise) = try world.agree {
            try readingData {
                let file = try File(checkpoint, .readOnly)
                try checkCheckpointFormat(file)
                let point: (trained: [S], frozen: [S]) = try readAllParameters(file, network)
                let hasFrozenState = network.state.contains(where: \.isFrozen), directions = try File(vector, .readOnly)
                return (
                    Buffer<S>(point.trained), Buffer<S>(point.frozen),
                    Buffer<S>(hasFrozenState ? try readState(file, network) : network.initialState),
                    Buffer<S>(try readParameters(directions, "vector", network)),
                    try GivenNoise(directions, network, rows: problem.rows)
                )
            }
        }
        problem.freeze(frozen, state: state)
        problem.objective.noise = noise?.key(seed: configuration.seed) ?? NoiseKey(seed: configuration.seed)
        let gradient = Buffer<S>(count: w.count), product = Buffer<S>(count: w.count)
        try problem.objective.load(
            problem.lanes.shares(of: world.rank, of: world.size, seed: 0, epoch: 0).batch(0, curvature: 1, step: 0))
        // The objective reads w again where it recomputes.
        let loss = try withExtendedLifetime((w, v, noise)) {
            let loss = try problem.objective.linearize(at: w.vector, gradient: gradient.mutable)
            try problem.objective.product(curvature, v.vector, into: product.mutable)
            return loss
        }
        try world.agree {
            guard loss.isFinite, gradient.values.allSatisfy(\.isFinite), product.values.allSatisfy(\.isFinite) else {
                throw RunError("the loss, the gradient or the product is not finite at \(checkpoint)")
            }
            guard world.rank == 0 else { return }
            try File.writeWhole(output) { file in
                try file.setAttribute("loss", loss)
                try writeParameters(product.base, "product", network, to: file)
                try writeParameters(gradient.base, "gradient", network, to: file)
            }
            try StandardOutput.line("loss \(loss), \(network.parameterCount) parameters: \(output)")
        }
    }
}
