import Foundation
import TestSupport
import Testing

private let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

/// The words by which jobs start ranks, for one MPI or another, and what is linked for it; without any of them.
@Suite struct LauncherTests {
    private func words(_ launcher: String, _ settings: [String: String]) throws -> String {
        let environment = settings.merging(["LAUNCHER": launcher, "THREADS": "4", "NEWTON_CG": "prog"]) { first, _ in
            first
        }
        let script = "unset SLURM_CPUS_PER_TASK; set -eu; . jobs/settings.sh; on 3; echo \"${launch[*]}\""
        let end = try run("/bin/bash", ["-c", script], environment: environment, directory: sources, timeout: 20)
        #expect(end.status == 0, "\(end.error)")
        return end.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(arguments: [
        ("openmpi", "--mpi=pmix --cpu-bind=cores", "--map-by slot:PE=4 --bind-to core"),
        ("mpich", "--mpi=pmi2 --cpu-bind=cores", "-bind-to core:4"),
        ("impi", "--mpi=pmi2 --cpu-bind=cores", "-genv I_MPI_PIN_DOMAIN 4:compact"),
        ("ourmpi", "--cpu-bind=cores", ""),
    ]) func everyMPIHasItsWords(mpi: String, srun: String, mpirun: String) throws {
        let settings = ["NEWTON_CG_MPI": mpi]
        #expect(try words("srun", settings) == "srun \(srun) --ntasks=3 --cpus-per-task=4 prog")
        #expect(try words("mpirun", settings) == "mpirun -n 3 \(mpirun)\(mpirun.isEmpty ? "" : " ")prog")
    }

    /// Also none at all.
    @Test func otherWordsAreTaken() throws {
        #expect(
            try words("srun", ["SRUN_WORDS": "--mpi=pmix_v4 --cpu-bind=none"])
                == "srun --mpi=pmix_v4 --cpu-bind=none --ntasks=3 --cpus-per-task=4 prog")
        #expect(try words("srun", ["SRUN_WORDS": ""]) == "srun --ntasks=3 --cpus-per-task=4 prog")
        #expect(try words("mpirun", ["MPIRUN_WORDS": "-ppn 2"]) == "mpirun -n 3 -ppn 2 prog")
    }

    /// The package asks pkg-config for it.
    @Test(arguments: [("openmpi", "ompi-c"), ("mpich", "mpich"), ("impi", "impi")])
    func everyMPIIsLinkedByItsName(mpi: String, package: String) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: "\(sources)/Package.swift", toPath: folder.file("Package.swift"))
        let end = try run(
            "/usr/bin/env", ["swift", "package", "dump-package"], environment: ["NEWTON_CG_MPI": mpi],
            directory: folder.path)
        #expect(end.status == 0 && end.output.contains("\"pkgConfig\" : \"\(package)\""), "\(end.error)")
    }
}
