import Foundation
import TestSupport
import Testing

private let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../scripts/network.sh").standardizedFileURL.path

/// Two hosts on this machine: root, `ip` and `tc`.
private let hosts: Need = {
    let end = try? run(script, ["run", "1gbit", "true"])
    return Need("hosts", lack: end?.status == 77 ? end!.output.trimmingCharacters(in: .whitespacesAndNewlines) : nil)
}()

/// Two hosts that share no memory, in network namespaces with a limited link between them.
@Suite(.serialized, .needs(hosts)) struct LinkTests {
    private let bench: Workbench
    init() throws {
        bench = try Workbench(
            """
            name: wide
            seed: 3
            precision: float64
            data: {file: data.h5, batch: 40}
            model: {layers: [dense: {units: 400}, tanh, dense: {units: 400}, tanh, dense: {units: 3}]}
            loss: cross_entropy
            optimizer: {newton_cg: {cg: {max_iterations: 4}}}
            train: {steps: 5}

            """)
    }

    /// Trains over the link, with all its traffic; `bits` a second. Returns the bytes that the link carried, each way.
    private func train(_ name: String, rate: String, reduction: String) throws -> [Double] {
        let end = try run(
            script,
            [
                "run", rate, try program("newton-cg"), "train", bench.file("config.yaml"), "--run-dir",
                bench.file(name), "--set", "reduction=\(reduction)",
            ])
        #expect(end.status == 0, "\(end.output)\(end.error)")
        #expect(end.output.contains("host-a") && end.output.contains("host-b"), "\(end.output)")
        let carried = try #require(end.output.split(separator: "\n").last { $0.hasPrefix("the link carried ") })
        return carried.split(separator: " ").compactMap { Double($0) }
    }

    /// The bits are those of two ranks of one host that share memory, and the sums went over the link.
    @Test(arguments: ["10gbit", "1gbit"], ["overlapped", "at_end"])
    func sameBitsAsOverSharedMemory(rate: String, reduction: String) throws {
        let carried = try train("link", rate: rate, reduction: reduction)
        try bench.train("memory", ["--set", "reduction=at_end"], ranks: 2)
        #expect(try bench.parameters("link") == bench.parameters("memory"))
        #expect(try bench.metricsWithoutTimes("link") == bench.metricsWithoutTimes("memory"))
        #expect(try bench.parameters("link").count == 6)

        struct Profile: Decodable {
            struct Row: Decodable {
                let phase: String
                let bytes: [Double]
            }
            let rows: [Row]
        }
        let profile = try JSONDecoder().decode(
            Profile.self, from: Data(contentsOf: URL(fileURLWithPath: bench.file("link/profile.json"))))
        let sums = profile.rows.filter { $0.phase == "reduction" }.reduce(0) { $0 + $1.bytes[0] }
        #expect(sums > 20 * 1.3e6 && carried.count == 2)
        for bytes in carried { #expect(bytes >= sums && bytes < 1.2 * sums, "\(bytes) for \(sums)") }
    }
}
