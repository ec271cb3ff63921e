import CKernels
import Foundation
import NewtonCG
import Testing

/// Memory that kernels take by themselves.
@Suite struct WorkspaceTests {
    /// What a thread keeps for its products goes with it: a thousand threads of over 2 MiB each, and not their sum.
    @Test func endsWithItsThread() throws {
        let n = 1024, k = 512
        let a = [Float](repeating: 1, count: k), b = [Float](repeating: 1, count: k * n)
        func resident() throws -> Int {
            let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
            return Int(pages)! * sysconf(Int32(_SC_PAGESIZE)) >> 20
        }
        let before = try resident()
        for _ in 0..<1000 {
            let done = DispatchSemaphore(value: 0)
            Thread {
                var c = [Float](repeating: 0, count: n)
                Float.Kernels.gemm(
                    m: 1, n: n, k: k, a: a, rowStride: k, columnStride: 1, b: b, rowStride: n, columnStride: 1,
                    bias: nil,
                    adds: 0, c: &c, rowStride: n)
                done.signal()
            }.start()
            done.wait()
        }
        #expect(try resident() - before < 1000)
    }

    /// More than there are addresses: a sentence with what was asked for, and no other end than that.
    @Test func memoryThatIsNotThereIsNamed() async throws {
        let end = await #expect(processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]) {
            let side = 1 << 23
            var g = ck_convolution(
                height: side, width: side, channels: 1, out_height: side, out_width: side, filters: 1, kernel_height: 2,
                kernel_width: 2, stride_height: 1, stride_width: 1, dilation_height: 1, dilation_width: 1, groups: 1,
                top: 1, left: 1, algorithm: ck_direct)
            let value = UnsafeMutablePointer<Float>.allocate(capacity: 1)
            Float.Kernels.convolve(
                &g, samples: 1, x: value, w: value, and: nil, w: nil, bias: nil, adds: 0, y: value)
        }
        let said = String(decoding: end?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains("error: out of memory: ") && said.contains(" bytes could not be had"), "\(said)")
    }
}
