import HDF5

// Whether inputs and targets are there, and have the shapes and types of their task.

/// Throws a `DataError` where there is none.
func dataset(_ path: String, of file: File) throws -> Dataset {
    try readingData {
        guard try file.isDataset(path) else { throw DataError("\(file.fileName) has no dataset \(path)") }
        return try file.dataset(path)
    }
}

func checkInputs(_ inputs: Dataset, _ task: DatasetTask) throws {
    let place = "\(inputs.path) of \(inputs.fileName)"
    if task == .translation {
        guard inputs.elementKind.isInteger, inputs.shape.count == 2 else {
            throw DataError(
                "\(place) is of type \(inputs.elementKind) and shape \(inputs.shape); the inputs of a translation are "
                    + "int32 of shape (N, S), S tokens a sentence, 0 where there is none")
        }
    } else {
        guard [.uint8, .float32, .float64].contains(inputs.elementKind) else {
            throw DataError("\(place) is of type \(inputs.elementKind); inputs are uint8, float32 or float64")
        }
        guard inputs.shape.count > 1 else {
            throw DataError(
                "\(place) has the shape \(inputs.shape); inputs have two axes or more, samples first "
                    + "(N samples of one feature are (N, 1))")
        }
    }
    guard inputs.count > 0 else { throw DataError("\(place) is empty: its shape is \(inputs.shape)") }
}

func checkTargets(_ targets: Dataset, _ task: DatasetTask, rows: Int) throws {
    let place = "\(targets.path) of \(targets.fileName)"
    guard targets.shape.first == rows else {
        throw DataError("\(place) has the shape \(targets.shape), but there are \(rows) rows of inputs")
    }
    func refuse(_ what: String) -> DataError {
        DataError("\(place) is of type \(targets.elementKind) and shape \(targets.shape); \(what)")
    }
    switch task {
    case .classification:
        guard targets.elementKind.isInteger, targets.shape.count == 1 else {
            throw refuse("the classes of a classification are int32 of shape (N)")
        }
    case .regression:
        guard targets.elementKind.isFloat, targets.shape.count == 2, targets.count > 0 else {
            throw refuse(
                "the targets of a regression are float32 or float64 of shape (N, k), with k = 1 for one number")
        }
    case .translation:
        guard targets.elementKind.isInteger, targets.shape.count == 2, targets.rowSize > 1 else {
            throw refuse(
                "the targets of a translation are int32 of shape (N, T), T ≥ 2 tokens a sentence, the first of which "
                    + "begins it")
        }
    case .autoencoding: break
    }
}
