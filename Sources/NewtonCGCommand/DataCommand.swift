import ArgumentParser
import NewtonCG

struct DataCommand<Program: NewtonCGProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "data",
            abstract: "Makes dataset files from other formats.",
            subcommands: [IDXCommand.self, CSVCommand.self, ShuffleCommand.self] + Program.importers)
    }
}

struct IDXCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idx",
        abstract: "A dataset of images from files in the IDX format of MNIST, plain or gzip.",
        discussion: """
            Without files of classes the images are to be learnt themselves: a dataset for autoencoding.
            """)

    @Option(help: "Images to learn from.") var trainImages: String
    @Option(help: "Their classes.") var trainLabels: String?
    @Option(help: "Images to test with.") var testImages: String
    @Option(help: "Their classes.") var testLabels: String?
    @Option(help: "Take so many images to learn from, the first of the random order (default: all).")
    var trainRows: Int?
    @Option(
        help:
            "Names of the classes 0, 1, …, separated by commas (in quotes where they have some); may be given several times."
    )
    var classNames: [String] = []
    @Option(help: "Name of the dataset (default: the stem of the output).") var name: String?
    @Option(help: "Seed of the random order of the rows.") var seed: UInt64 = 1
    @Option(name: .shortAndLong, help: "The file to write.") var output: String

    func validate() throws {
        guard (trainLabels == nil) == (testLabels == nil) else {
            throw ValidationError("--train-labels and --test-labels are given both, or neither for autoencoding")
        }
        guard classNames.isEmpty || trainLabels != nil else {
            throw ValidationError("--class-names needs --train-labels and --test-labels")
        }
    }

    func run() throws {
        let labels = trainLabels.flatMap { train in testLabels.map { (train: train, test: $0) } }
        try StandardOutput.line(
            IDXImporter(
                trainImages: trainImages, testImages: testImages, labels: labels,
                classNames: try classNames.flatMap(CSVTable.list), trainRows: trainRows, name: name, seed: seed,
                output: output
            ).run())
    }
}

struct CSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "A dataset from a table of comma-separated values with a header.",
        discussion: """
            All columns but the targets and the dropped ones become inputs, normalised by the mean and \
            standard deviation of the training rows. Missing values are empty fields and the usual words for them, as \
            NA, NaN, null, None and ? (docs/data-format.md).
            """)

    @Argument(help: "The table.") var input: String
    @Option(help: "A column to learn; may be given several times in a regression.") var target: [String]
    @Option(help: "What is learnt (default: by whether the target is text or numbers).")
    var task: CSVImporter.Task?
    @Option(
        help: ArgumentHelp(
            "A column to leave out, or several separated by commas ('' for those without a name); may be given several times.",
            valueName: "columns"))
    var dropColumns: [String] = []
    @Option(help: "What becomes of rows with missing values.")
    var missing: CSVImporter.Missing = .refuse
    @Option(help: ArgumentHelp("A further text for a missing value; may be given several times.", valueName: "text"))
    var missingValue: [String] = []
    @Option(help: ArgumentHelp("A text that is a value, as 'none'; may be given several times.", valueName: "text"))
    var notMissing: [String] = []
    @Option(help: "Fraction of the rows that become the test part.") var testFraction = 0.2
    @Option(help: "Seed of the random order and division of the rows.") var seed: UInt64 = 1
    @Flag(help: "Write the targets of a regression standardised by their training mean and deviation.")
    var standardiseTarget = false
    @Option(help: "Name of the dataset (default: the stem of the output).") var name: String?
    @Option(name: .shortAndLong, help: "The file to write.") var output: String

    func validate() throws {
        guard testFraction >= 0, testFraction < 1 else {
            throw ValidationError("--test-fraction lies in 0 ..< 1, not at \(testFraction)")
        }
    }

    func run() throws {
        var importer = CSVImporter(
            input: input, targets: target, task: task, dropColumns: dropColumns, missing: missing,
            testFraction: testFraction, seed: seed, standardiseTarget: standardiseTarget, name: name, output: output)
        (importer.missingValues, importer.notMissing) = (missingValue, notMissing)
        var table: [String] = []
        let summary = try importer.run { table.append($0) }
        for line in table + [summary] { try StandardOutput.line(line) }
    }
}

struct ShuffleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shuffle",
        abstract: "A copy of a dataset with the rows of each part in a random order.")

    @Argument(help: "The dataset.") var input: String
    @Argument(help: "The file to write.") var output: String
    @Option(help: "Seed of the random order.") var seed: UInt64 = 1

    func run() throws { try StandardOutput.line(Shuffle(input: input, output: output, seed: seed).run()) }
}

extension CSVImporter.Task: ExpressibleByArgument {}
extension CSVImporter.Missing: ExpressibleByArgument {}
