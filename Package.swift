// swift-tools-version: 6.1
import PackageDescription

/// Which MPI is linked: `openmpi`, `mpich`, or what pkg-config calls another, as `impi` (Intel's).
let mpi = Context.environment["NEWTON_CG_MPI"] ?? "openmpi"
/// What pkg-config calls the serial HDF5: as Debian does, or what `NEWTON_CG_HDF5` says (`hdf5` elsewhere).
let hdf5 = Context.environment["NEWTON_CG_HDF5"] ?? "hdf5-serial"

let package = Package(
    name: "newton-cg",
    products: [
        .executable(name: "newton-cg", targets: ["newton-cg"]),
        .library(name: "NewtonCG", targets: ["NewtonCG"]),
        .library(name: "NewtonCGCommand", targets: ["NewtonCGCommand"]),
        .library(name: "MPI", targets: ["MPI"]),
        .library(name: "HDF5", targets: ["HDF5"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CMPI", pkgConfig: mpi == "openmpi" ? "ompi-c" : mpi,
            providers: [.apt([mpi == "mpich" ? "libmpich-dev" : "libopenmpi-dev"])]),
        .systemLibrary(
            name: "CBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(
            name: "CHDF5", pkgConfig: hdf5, providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CKernels", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "CSignals"),
        .target(name: "CSharedMemory"),
        .target(name: "MPI", dependencies: ["CMPI", "CSharedMemory"]),
        .target(name: "HDF5", dependencies: ["CHDF5"]),
        .target(
            name: "NewtonCG",
            dependencies: ["CKernels", "CSignals", "CBLAS", "CZlib", "MPI", "HDF5", "Yams"]),
        .target(
            name: "Scaling", dependencies: ["NewtonCG", "MPI"], resources: [.embedInCode("Networks")]),
        .target(
            name: "NewtonCGCommand",
            dependencies: [
                "NewtonCG", "Scaling",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "newton-cg", dependencies: ["NewtonCGCommand"]),
        .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(name: "DataTests", dependencies: ["NewtonCG", "HDF5", "CZlib", "TestSupport"]),
        .testTarget(
            name: "KernelTests", dependencies: ["NewtonCG", "CKernels", "CKernelCases", "CBLAS", "TestSupport"]),
        .target(name: "CKernelCases", dependencies: ["CKernels"], path: "Tests/CKernelCases"),
        .target(name: "TestSupport", dependencies: ["CHDF5", "HDF5"], path: "Tests/TestSupport"),
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        .executableTarget(
            name: "RankCases", dependencies: ["CMPI", "HDF5", "MPI", "NewtonCG", "TestSupport"], path: "Tests/RankCases"
        ),
        .testTarget(name: "OptimizerTests", dependencies: ["NewtonCG", "CAllocationCount", "TestSupport"]),
        .testTarget(
            name: "NetworkTests",
            dependencies: ["NewtonCG", "CKernels", "HDF5", "MPI", "CAllocationCount", "TestSupport"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["NewtonCG", "MPI"]),
        .testTarget(name: "ReportTests", dependencies: ["NewtonCG", "TestSupport"]),
        .testTarget(name: "BenchmarkTests", dependencies: ["NewtonCG", "MPI", "TestSupport"]),
        .testTarget(name: "CheckTests", dependencies: ["NewtonCG", "HDF5", "MPI", "TestSupport"]),
        .testTarget(name: "ScalingTests", dependencies: ["NewtonCG", "Scaling", "TestSupport"]),
        .testTarget(name: "MPITests", dependencies: ["MPI", "TestSupport"]),
        .testTarget(name: "DistributedTests", dependencies: ["NewtonCG", "TestSupport"]),
        .testTarget(
            name: "TrainingTests", dependencies: ["NewtonCG", "newton-cg", "HDF5", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ClusterTests", dependencies: ["newton-cg", "HDF5", "TestSupport"], exclude: ["slurm.sh"]),
        .testTarget(name: "CommandTests", dependencies: ["NewtonCG", "newton-cg", "HDF5", "TestSupport"]),
    ]
)
