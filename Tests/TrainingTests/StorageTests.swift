import Foundation
import TestSupport
import Testing

/// A run folder that can't be written, or is written by another run.
@Suite(.serialized) struct StorageTests {
    private let bench: Workbench
    init() throws { bench = try Workbench(configuration(ResumeTests.optimizers[0])) }

    /// Files may not grow beyond 16 MiB, which the checkpoint does: the write fails as on a full disk.
    @Test func aFileThatMayNotGrow() throws {
        let bench = try Workbench(
            configuration("sgd: {learning_rate: 0.001}", layers: "dense: {units: 200000}, tanh")
                .replacing("evaluate_every: 1 steps", with: "evaluate_every: 100 steps"))
        let command = "ulimit -f 16384; exec \"$0\" train config.yaml --run-dir full"
        let end = try run("/bin/bash", ["-c", command, try program("newton-cg")], directory: bench.folder.path)
        #expect(end.status == 1 && end.messages.count == 1, "\(end.status): \(end.error)")
        #expect(
            end.error.contains("File too large") && end.error.contains("no checkpoint was written yet"), "\(end.error)")
    }

    /// Real: a file system of a few hundred KiB in memory. It is full in the middle of a run.
    @Test(.needs(mounting)) func aFullDisk() throws {
        let disk = try Disk(bench.file("disk"), "size=400k")
        let run = ["train", "config.yaml", "--run-dir", "disk/run"] + often
        let more = ["--set", "train.keep=1000", "--set", "train.steps=1000"]
        for ranks in [nil, 2] {
            let end = try bench.newtonCG(run + more + ["--overwrite"], ranks: ranks)
            #expect(end.status == 1 && end.messages.count == 1, "\(end.status): \(end.error)")
            let message = try #require(end.messages.first)
            #expect(message.contains("No space left on device"), "\(message)")
            #expect(message.contains("the last good checkpoint is disk/run/checkpoints/step-"), "\(message)")
            #expect(!(try bench.checkpoints("disk/run").contains { $0.hasSuffix(".partial") }))
            // With room the run goes on from there.
            try disk.remount("size=4m")
            try bench.expectResumedAsUnbroken("disk/run", often, ranks: ranks)
            try remove(bench.file("disk/run"))
            try disk.remount("size=400k")
        }
    }

    @Test func aFolderThatIsReadOnly() throws {
        let disk = try Disk(bench.file("disk"), "size=4m")
        try bench.train("disk/run", ["--set", "train.steps=7"])
        try disk.makeReadOnly()
        for (folder, flag) in [("disk/new", "--overwrite"), ("disk/run", "--resume"), ("disk/run", "--overwrite")] {
            for ranks in [nil, 2] {
                let end = try bench.newtonCG(["train", "config.yaml", "--run-dir", folder, flag], ranks: ranks)
                #expect(end.status == 1 && end.messages.count == 1, "\(end.status): \(end.error)")
                #expect(end.error.hasPrefix("error: the run folder \(folder) can't be written: "), "\(end.error)")
                // Said by the system, or by Foundation.
                let reasons = disk.isMounted ? ["Read-only file system", "read only"] : ["ermission"]
                #expect(reasons.contains { end.error.contains($0) }, "\(end.error)")
            }
        }
        try disk.makeWritable()
        try bench.expectResumedAsUnbroken("disk/run", often, ranks: nil)
    }

    /// The same happens in the middle of a run.
    @Test(.needs(mounting)) func aFolderThatBecomesReadOnly() throws {
        let disk = try Disk(bench.file("disk"), "size=40m")
        let job = bench.start("disk/run", endless + often)
        try waitUntil("a checkpoint beyond step 3") { bench.newestStep("disk/run") > 3 }
        // A file system with an open file can't be made read-only; a read-only one mounted over it hides it as well.
        let cover = try Disk(bench.file("disk/run/checkpoints"), "size=4m,ro")
        let end = try job.wait()
        cover.unmount()
        #expect(end.status == 1 && end.messages.count == 1, "\(end.status): \(end.error)")
        // A file that was begun under the cover can't be renamed: it is out of sight.
        let reasons = ["Read-only file system", "No such file or directory"]
        #expect(reasons.contains { end.error.contains($0) }, "\(end.error)")
        try bench.expectResumedAsUnbroken("disk/run", often)
        withExtendedLifetime(disk) {}
    }

    /// The second run is refused, however it is begun; the first one does not notice.
    @Test(arguments: [nil, 2] as [Int?]) func twoRunsInOneFolder(ranks: Int?) throws {
        let job = bench.start("run", endless + often)
        try waitUntil("a checkpoint beyond step 3") { bench.newestStep("run") > 3 }
        let first = processes(with: bench.file("run"))
        for flag in ["--resume", "--overwrite"] {
            let command = ["train", "config.yaml", "--run-dir", "run", flag]
            let second =
                ranks == nil
                ? try bench.newtonCG(command)
                : try mpirun(
                    ranks: 2, "newton-cg", command, directory: bench.folder.path, besideAnother: true)
            #expect(second.status == 2 && second.messages.count == 1, "\(second.status): \(second.error)")
            let message = try #require(second.messages.first)
            #expect(
                message.hasPrefix("error: the run folder run is in use by another newton-cg (process "), "\(message)")
            #expect(first.contains { message.contains("(process \($0) on ") }, "\(message)")
        }
        #expect(kill(try #require(processes(with: bench.file("run"), of: "mpirun").first), SIGUSR1) == 0)
        #expect(try job.wait().status == 75)
        try bench.expectResumedAsUnbroken("run", often)
    }
}

/// File systems may be mounted here.
private let mounting: Need = {
    let folder = try? TemporaryFolder()
    let disk = getuid() == 0 ? folder.flatMap { try? Disk($0.path + "/try", "size=64k") } : nil
    return Need(
        "mount", lack: disk?.isMounted == true ? nil : "a file system can be mounted by root alone, and not here")
}()

/// A folder: a small file system of its own where that is allowed.
private final class Disk {
    let path: String
    private(set) var isMounted = false

    init(_ path: String, _ options: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if getuid() == 0 {
            isMounted =
                try run("/usr/bin/mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]).status == 0
        }
    }
    deinit { unmount() }

    func unmount() {
        if isMounted { _ = try? run("/usr/bin/umount", ["-l", path]) }
        isMounted = false
    }

    func remount(_ options: String) throws {
        let end = try run("/usr/bin/mount", ["-o", "remount,\(options)", path])
        try #require(end.status == 0, "\(end.error)")
    }

    func makeReadOnly() throws { try isMounted ? remount("ro") : change(0o555) }
    func makeWritable() throws { try isMounted ? remount("rw") : change(0o755) }

    private func change(_ mode: Int) throws {
        for folder in [path] + (FileManager.default.subpaths(atPath: path) ?? []).map({ "\(path)/\($0)" }) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                continue
            }
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
        }
    }
}
