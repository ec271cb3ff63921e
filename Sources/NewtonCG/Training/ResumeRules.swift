/// What may change between a run and its resumption: how long it goes on, what is written and when. All else would
/// make another run of it.
///
/// Of phases that may be the length of the one under way, and all of those after it.
enum ResumeRules {
    static let mayChange = [
        "name", "memory", "threads", "reduction", "train.epochs", "train.steps", "train.evaluate_every",
        "train.checkpoint_every",
        "train.keep", "train.target", "train.replica_check_every", "compare", "optimizer.newton_cg.cg.split_vectors",
    ]

    /// - Parameter current: the phase that is under way; nil: not known yet, and phases are not looked at.
    static func check(_ new: Configuration, against old: Configuration, inPhase current: Int?) throws {
        let refused = new.difference(from: old).filter { key in
            !mayChange.contains { key == $0 || key.hasPrefix($0 + ".") || key.hasPrefix($0 + "[") }
                && !mayChangeInPhases(key, current)
        }
        guard refused.isEmpty else {
            throw RunError(
                "this run was begun with another \(refused.joined(separator: ", ")): resume it with the configuration in its "
                    + "folder, or begin a new one in another folder", exitStatus: 2)
        }
    }

    /// Of a key as `phases[1].optimizer.adam.beta1`.
    private static func mayChangeInPhases(_ key: String, _ current: Int?) -> Bool {
        guard key.hasPrefix("phases["), let end = key.firstIndex(of: "]"),
            let phase = Int(key[key.index(key.startIndex, offsetBy: 7)..<end])
        else { return false }
        guard let current, phase <= current else { return true }
        let rest = key[end...].dropFirst(2)
        return rest == "optimizer.newton_cg.cg.split_vectors" || phase == current && ["epochs", "steps"].contains(rest)
    }
}
