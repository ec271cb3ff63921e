import Foundation
import NewtonCG
import TestSupport
import Testing

/// What a profile and the memory say of a process of its own: other tests of this one would count too.
@Suite struct ProfileTests {
    /// Convolutions by Winograd switch between transforms and products: were one counted within the other, the parts
    /// would be more than the whole.
    @Test func partsAreExclusive() throws {
        let job = try run("newton-cg", ["bench", "--workload", "W3", "--json"])
        #expect(job.status == 0, "\(job.error)")
        let object = try JSONSerialization.jsonObject(with: Data(job.output.utf8)) as! [String: Any]
        for operation in ["gradient_time", "hessian_time", "gauss_newton_time"] {
            let parts = try #require(object[operation] as? [String: Double])
            #expect(Set(parts.keys) == ["gemm", "transforms", "elementwise", "reductions", "other"])
            #expect(parts.values.allSatisfy { $0 > 0 && $0 < 1 } && abs(parts.values.reduce(0, +) - 1) < 1e-9)
            #expect(parts["gemm"]! > 0.1 && parts["transforms"]! > 0.02)
        }
        // All that is kept of 256 samples was touched.
        let kept = try #require(object["kept_bytes_per_sample"] as? Double) * 256 / 0x1p20
        let idle = try #require(object["idle_rss_mb"] as? Double)
        #expect(try #require(object["peak_rss_mb"] as? Double) > idle + kept)
        #expect(object["vhv"] == nil)
    }
}
