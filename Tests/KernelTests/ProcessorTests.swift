import CKernels
import Foundation
import TestSupport
import Testing

/// The kernels of the instruction sets that this processor does not choose: the other suites, run again in a process
/// that is told to take them.
@Suite struct ProcessorTests {
    @Test(arguments: ["avx2", "portable"]) func kernelsAgree(processor: String) throws {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let suites = [
            "GEMMTests", "ConvolutionTests", "FunctionTests", "LayerNormTests", "BatchNormFixedTests", "KeepBitsTests",
            "HadamardTests", "PoolingTests", "GuardTests",
        ]
        let job = try run(
            tests, ["--testing-library", "swift-testing"] + suites.flatMap { ["--filter", "KernelTests.\($0)"] },
            environment: ["CK_PROCESSOR": processor], timeout: 600)
        #expect(job.status == 0, "\(job.output.suffix(2000))\(job.error.suffix(2000))")
        #expect(job.output.contains("Suite GEMMTests passed") || job.error.contains("Suite GEMMTests passed"))
    }

    @Test func theProcessorsBestIsChosen() {
        #expect(["avx512", "avx2", "portable"].contains(String(cString: ck_processor())))
    }
}
