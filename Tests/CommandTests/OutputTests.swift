import Foundation
import TestSupport
import Testing

/// What becomes of a command whose output can't be written, or whom the system refuses threads or memory.
@Suite(.serialized) struct OutputTests {
    private static let configuration = """
        data: {file: data.h5}
        model: {layers: [dense: {units: 8}, tanh, dense: {units: 3}]}
        loss: cross_entropy
        optimizer: {sgd: {learning_rate: 0.1}}
        train: {epochs: 40, evaluate_every: 20}
        """

    /// Runs a command line of the shell in which `newton-cg` is the program.
    private func shell(_ bench: Workbench, _ line: String) throws -> Finished {
        try run(
            "/bin/bash", ["-c", "newton-cg() { '\(try program("newton-cg"))' \"$@\"; }; \(line)"],
            environment: ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"],
            directory: bench.folder.path)
    }

    @Test(arguments: [
        ("inspect data.h5", "> /dev/full", "No space left on device"),
        ("inspect data.h5", ">&-", "Bad file descriptor"),
        ("info", "> /dev/full", "No space left on device"),
        ("train config.yaml --print-config", "> /dev/full", "No space left on device"),
        ("train config.yaml --print-config", ">&-", "Bad file descriptor"),
        ("--help", "> /dev/full", "No space left on device"),
        ("data shuffle data.h5 other.h5", "> /dev/full", "No space left on device"),
    ]) func aReportThatCantBeWrittenIsAnError(arguments: String, to: String, reason: String) throws {
        let bench = try Workbench(Self.configuration)
        let command = try shell(bench, "newton-cg \(arguments) \(to)")
        #expect(command.status == 1 && command.output == "")
        #expect(command.messages == ["error: standard output can't be written: \(reason)"], "\(command.error)")
    }

    /// Hours of computing do not end because a terminal went or a disk is full.
    @Test(arguments: [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
    func aRunGoesOnWithoutItsOutput(to: String, reason: String) throws {
        let bench = try Workbench(Self.configuration)
        let command = try shell(bench, "newton-cg train config.yaml --run-dir run \(to)")
        #expect(command.status == 0, "\(command.error)")
        let warnings = command.error.split(separator: "\n").filter { $0.hasPrefix("warning: standard output") }
        #expect(warnings.count == 1 && warnings[0].contains("\(reason); the run goes on"), "\(command.error)")
        #expect(try bench.metrics("run").filter { $0["part"] == "train" }.count == 40)
        #expect(try bench.text("run/log.txt").contains("step 40"))
        #expect(try bench.checkpoints("run").contains("step-00000040.h5"))
    }

    /// A reader that goes ends a run in order: with a checkpoint, to be resumed.
    @Test func aReaderThatGoesAsksARunToStop() throws {
        let bench = try Workbench(Self.configuration.replacing("epochs: 40", with: "epochs: 100000000"))
        let command = try shell(
            bench,
            "{ newton-cg train config.yaml --run-dir run; echo $? > status; } | head -n 3 > /dev/null; cat status")
        #expect(command.output == "75\n" && command.error.contains("the run is asked to stop"), "\(command.error)")
        let last = try #require(bench.checkpoints("run").last { $0.hasPrefix("step-") })
        #expect(try bench.newtonCG(["inspect", "run/checkpoints/\(last)"]).status == 0)
    }

    /// A pipe that is full and does not block is waited for.
    @Test func aSlowReaderGetsEverything() throws {
        let bench = try Workbench(Self.configuration)
        let pipe = Pipe(), process = Process(), writing = pipe.fileHandleForWriting.fileDescriptor
        _ = fcntl(writing, F_SETFL, fcntl(writing, F_GETFL) | O_NONBLOCK)
        let setPipeSize: Int32 = 1031
        _ = fcntl(writing, setPipeSize, 4096)
        process.executableURL = URL(fileURLWithPath: try program("newton-cg"))
        process.arguments = ["train", "config.yaml", "--run-dir", "run"]
        process.currentDirectoryURL = URL(fileURLWithPath: bench.folder.path)
        process.standardOutput = pipe
        try process.run()
        pipe.fileHandleForWriting.closeFile()
        sleep(2)
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && output.utf8.count > 4096)
        for step in 1...40 { #expect(output.contains("step \(step) ")) }
    }

    @Test func refusedThreadsAreASentence() throws {
        let bench = try Workbench(Self.configuration)
        let command = try shell(
            bench, "ulimit -v 6000000; newton-cg train config.yaml --run-dir run --set threads=1000")
        #expect(command.status == 1, "\(command.output)")
        #expect(
            command.error.contains("error: the system gave ") && command.error.contains(" of 1000 threads: "),
            "\(command.error)")
        #expect(!command.error.contains("crashed"))
    }

    @Test func refusedMemoryIsASentence() throws {
        let bench = try Workbench(Self.configuration)
        let command = try shell(
            bench,
            "ulimit -v 3000000; newton-cg train config.yaml --run-dir run --set "
                + "'model={layers: [dense: {units: 16000}, tanh, dense: {units: 16000}, tanh, dense: {units: 3}]}'")
        #expect(command.status == 1, "\(command.output)")
        #expect(
            command.error.contains("error: the system gave no memory: ") && !command.error.contains("crashed"),
            "\(command.error)")
    }
}
