// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "own-layer",
    dependencies: [
        .package(name: "newton-cg", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .executableTarget(
            name: "own-layer",
            dependencies: [
                .product(name: "NewtonCG", package: "newton-cg"),
                .product(name: "NewtonCGCommand", package: "newton-cg"),
                .product(name: "HDF5", package: "newton-cg"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ])
    ]
)
