/// Which rows are trained on, and which are evaluated.
struct DatasetSplit {
    let trainRows: Int
    let evaluated: [(name: String, part: DatasetPart, rows: Range<Int>)]

    /// - Parameter validation: the fraction of `train`, its last rows, that is the validation part of a file without.
    init(file: DatasetFile, validation: Double) {
        let train = try! file.part("train")
        var evaluated: [(name: String, part: DatasetPart, rows: Range<Int>)] = [], rows = train.rows
        if let part = try? file.part("validation") {
            evaluated.append(("validation", part, 0..<part.rows))
        } else {
            rows -= Int(validation * Double(train.rows))
            if rows < train.rows { evaluated.append(("validation", train, rows..<train.rows)) }
        }
        if let part = try? file.part("test") { evaluated.append(("test", part, 0..<part.rows)) }
        trainRows = rows
        self.evaluated = evaluated.filter { !$0.rows.isEmpty }
    }
}
