import Foundation

/// Refuses what this node has no memory for, before it is asked for: the parameters with the vectors of their
/// size that training needs, Kronecker factors with their inverses, and the rank's own samples.
func checkMemory<S: TrainingScalar>(
    _ configuration: Configuration, _ network: Network<S>, rows: Int, vectorShare: Double
) throws {
    let compared = configuration.compare?.optimizers.flatMap { $0.candidates.flatMap(\.phases) } ?? []
    let optimizers = (configuration.course + compared).map(\.optimizer)
    let own = optimizers.map(\.vectors).max() ?? 0
    // The optimizer's; parameters, average and kept point; three packed copies with their transposes.
    let vectors = Double(network.parameterCount) * (Double(own) * vectorShare + 3 + 6)
    let samples = Double(rows) * Double(network.input.count)
    let factors =
        optimizers.contains(where: \.hasKroneckerFactors)
        ? Double(KroneckerLayout(network).values(threads: configuration.threads)) : 0
    let needed = (vectors + factors + samples) * Double(MemoryLayout<S>.stride)
    let installed = Double(ProcessInfo.processInfo.physicalMemory)
    guard needed > installed else { return }
    func gibibytes(_ bytes: Double) -> String { "\(short(bytes / 0x1p30)) GiB" }
    throw RunError(
        "\(network.parameterCount) parameters\(factors > 0 ? " with Kronecker factors" : "") and \(rows) samples need "
            + "about \(gibibytes(needed)) of memory on each rank, this node has \(gibibytes(installed)): take a smaller model, or more ranks on more nodes"
    )
}
