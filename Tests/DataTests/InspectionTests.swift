import HDF5
import NewtonCG
import TestSupport
import Testing

@Suite struct InspectionTests {
    let folder: TemporaryFolder
    var path: String { folder.file("a.h5") }

    init() throws { folder = try TemporaryFolder() }

    @Test func aDatasetIsDescribed() throws {
        try File.writeWhole(path) { file in
            try file.setAttribute("format", "newton-cg dataset")
            try file.setAttribute("version", 1)
            try file.setAttribute("name", "flowers")
            try file.setAttribute("task", "classification")
            try file.writeStrings("class_names", ["rose", "tulip"])
            try file.write("train/inputs", [Float](repeating: 0.5, count: 24), shape: [6, 2, 2, 1])
            try file.write("train/targets", [0, 0, 0, 0, 1, 1] as [Int32], shape: [6])
            try file.dataset("train/inputs").setAttribute("mean", 1.0 / 3)
        }
        #expect(
            try Inspection(path).text == """
                \(path): newton-cg dataset, version 1
                name: flowers
                task: classification
                inputs: standardised by one mean and std
                classes: 2 (rose, tulip)
                train: 6 samples, inputs (2, 2, 1), by class: 4 2
                note: the training samples are sorted by class; 'newton-cg data shuffle' mends it

                /  format = 'newton-cg dataset'  name = 'flowers'  task = 'classification'  version = 1
                  class_names  (2) string
                  train/
                    inputs  (6, 2, 2, 1) float32  mean = 0.333333
                    targets  (6) int32

                """)
    }

    @Test func aCheckpointIsDescribed() throws {
        try File.writeWhole(path) { file in
            try file.setAttribute("format", "newton-cg checkpoint")
            try file.setAttribute("version", 1)
            try file.setAttribute("step", 120)
            try file.setAttribute("epoch", 2.5)
            try file.setAttribute("config", "name: x\nseed: 1\n")
            try file.write(
                "parameters/dense_1/weight", [Float](repeating: 0, count: 6), shape: [2, 3], checksum: true)
            try file.write("parameters/dense_1/bias", [0, 0, 0] as [Float], shape: [3], checksum: true)
            try file.write("parameters/residual_1/main/dense_1/weight", [1] as [Float], shape: [1, 1])
        }
        #expect(
            try Inspection(path).text == """
                \(path): newton-cg checkpoint, version 1
                step: 120
                epoch: 2.5
                parameters: 10 parameters in 2 layers
                  dense_1: bias (3), weight (2, 3), 9
                  residual_1/main/dense_1: weight (1, 1), 1

                /  config = text of 2 lines  epoch = 2.5  format = 'newton-cg checkpoint'  step = 120  version = 1
                  parameters/
                    dense_1/
                      bias  (3) float32, with checksum
                      weight  (2, 3) float32, with checksum
                    residual_1/
                      main/
                        dense_1/
                          weight  (1, 1) float32

                """)
    }

    @Test func anyOtherFileShowsItsTree() throws {
        try File.writeWhole(path) { try $0.write("a/b", [1, 2] as [UInt8], shape: [2]) }
        #expect(
            try Inspection(path).text == """
                \(path): an HDF5 file of no known format

                /
                  a/
                    b  (2) uint8

                """)
        try write("no HDF5", to: path)
        #expect(sentence { _ = try Inspection(path) }.contains("cannot open \(path)"))
    }
}
