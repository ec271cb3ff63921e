import Foundation
import HDF5
import MPI
import NewtonCG

/// One case of Tests/Golden: a model with its data, a point, a vector, and what JAX made of them in float64.
struct GoldenCase {
    let name: String
    /// Model, loss and regularisation, as in a configuration file: JSON is YAML too.
    let configuration: Configuration
    let text: String
    let shape: [Int]
    let inputs: [Double]
    /// In place of inputs, where a case has a vocabulary.
    let tokens: [Int32]?
    let vocabulary: Int?
    /// A label for each token.
    let isTranslation: Bool
    /// One a row, or one a token.
    let labels: [Int32]?
    let values: [Double]?
    /// What a dropout keeps, by its name: ones and zeros, for each row its values.
    let masks: [String: [Double]]
    /// Flat, in the order of the network's parameters.
    let parameters, vector: [Double]
    let expected: Values

    /// The results of a case; vectors are flat.
    struct Values {
        var loss: Double
        var gradient, hessianProduct, gaussNewtonProduct: [Double]
    }

    var rows: Int { shape[0] }
    var isClassification: Bool { labels != nil }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden").path

    /// Those whose rows may come in any order: with masks for every row they come in that of the file.
    static let namesInAnyOrder = names.filter { !$0.hasPrefix("dropout") }

    /// Every name in cases.json, sorted.
    static let names: [String] = {
        guard let cases = try? definitions() else { return [] }
        return cases.keys.sorted()
    }()

    private static func definitions() throws -> [String: [String: Any]] {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/cases.json"))
        guard let cases = try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]] else {
            throw TestError("cases.json is not a map of cases")
        }
        return cases
    }

    init(_ name: String) throws {
        self.name = name
        guard let definition = try Self.definitions()[name] else { throw TestError("no case \(name)") }
        vocabulary = definition["vocabulary"] as? Int
        let task = definition["task"] as? String
        isTranslation = task == "translation"
        var data: [String: Any] = ["file": "data.h5", "group": definition["group"] ?? 1]
        // Tokens with one class a sample are a column of one's own.
        if vocabulary != nil, !isTranslation { data["columns"] = ["input": "words"] }
        var config: [String: Any] = [
            "name": "golden", "precision": "float64", "data": data,
            "model": ["layers": definition["layers"]!], "loss": definition["loss"]!,
            "optimizer": ["sgd": ["learning_rate": 0.1]], "train": ["epochs": 1],
        ]
        config["regularisation"] = definition["regularisation"]
        text = String(decoding: try JSONSerialization.data(withJSONObject: config), as: UTF8.self)
        configuration = try Configuration(yaml: text, path: "golden.yaml")

        let file = try File(Self.folder + "/values.h5", .readOnly)
        let group = try file.group(name)
        let samples = try group.dataset("inputs")
        shape = samples.shape
        (inputs, tokens) = try vocabulary == nil ? (samples.read(), nil) : ([], samples.read())
        if task != "regression" {
            (labels, values) = (try group.dataset("targets").read(), nil)
        } else {
            (labels, values) = (nil, try group.dataset("targets").read())
        }
        let network = try Network<Double>(
            configuration.model, columns: [SmallProblem<Double>.input(Array(shape.dropFirst()), vocabulary)])
        var masks: [String: [Double]] = [:]
        for node in network.nodes where node.layer.drawsNoise {
            masks[node.name] = try group.dataset("noise/\(node.name)/mask").read()
        }
        self.masks = masks
        func flat(_ top: String) throws -> [Double] {
            try network.parameters.flatMap { entry in
                let (path, parameter) = (entry.path, entry.parameter)
                let dataset = try group.dataset("\(top)/\(path)")
                guard dataset.shape == parameter.shape else {
                    throw TestError("\(name): \(top)/\(path) has shape \(dataset.shape), wanted \(parameter.shape)")
                }
                return try dataset.read(as: Double.self)
            }
        }
        parameters = try flat("parameters")
        vector = try flat("vector")
        guard let loss = try group.attributeDouble("loss") else { throw TestError("\(name) has no loss") }
        expected = Values(
            loss: loss, gradient: try flat("gradient"), hessianProduct: try flat("hessian_product"),
            gaussNewtonProduct: try flat("gauss_newton_product"))
    }

    /// The case's samples as one batch of a problem in S. Taken `times` over, they have the same mean.
    func problem<S: TrainingScalar>(_: S.Type, times: Int = 1) throws -> SmallProblem<S> {
        func repeated<T>(_ values: [T]) -> [T] { (0..<times).flatMap { _ in values } }
        return try SmallProblem(
            configuration.model, configuration.loss, l2: configuration.l2, input: Array(shape.dropFirst()),
            rows: rows * times, inputs: repeated(inputs), tokens: tokens.map(repeated), vocabulary: vocabulary,
            labels: labels.map(repeated), values: values.map(repeated),
            group: configuration.data.group, times: times, masks: masks.mapValues(repeated))
    }
}

struct TestError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
