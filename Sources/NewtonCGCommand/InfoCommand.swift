import ArgumentParser
import MPI
import NewtonCG

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "What was found: MPI, BLAS and its kernel, HDF5, cores, version.")

    func run() throws {
        runOnRanks { world in
            let places = try Machine.places(world)
            guard world.rank == 0 else { return 0 }
            print("newton-cg \(Machine.version)")
            print("MPI       \(Machine.mpi)")
            print("BLAS      \(Machine.blas)")
            print("kernels   \(Machine.kernels) (products, convolutions, elementwise)")
            print("HDF5      \(Machine.hdf5)")
            print("layers    \(layerKinds.joined(separator: ", "))")
            print("losses    \(lossKinds.joined(separator: ", "))")
            for place in places ?? [] { print(place) }
            return 0
        }
    }
}
