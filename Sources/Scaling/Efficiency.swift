import NewtonCG

/// The POP metrics of one run's steps, by the definitions of the POP Centre of Excellence (Wagner, Mohr, Giménez,
/// Labarta 2019; pop-coe.eu), with TALP's treatment of threads (López, Ramirez Miranda, Garcia-Gasulla 2021).
///
/// Of rank r of P, with T threads on as many cores: Sᵣ its seconds in steps, Wᵣ those of waiting for the last rank, Xᵣ
/// those of reductions, Uᵣ = Sᵣ − Wᵣ − Xᵣ useful, Cᵣ the core seconds that its threads worked in Uᵣ (Uᵣ ≤ Cᵣ ≤ T·Uᵣ).
///
///     R  = max Sᵣ                    runtime
///     R₀ = max (Uᵣ + Wᵣ)             on an ideal network, where reductions take no time
///     load balance          LB = mean Uᵣ / max Uᵣ
///     serialisation         SE = max Uᵣ / R₀
///     transfer              TE = R₀ / R
///     communication         CE = max Uᵣ / R           = SE · TE
///     ranks                 RE = mean Uᵣ / R          = LB · CE
///     threads               HE = Σ Cᵣ / (T · Σ Uᵣ)
///     parallel efficiency   PE = Σ Cᵣ / (P · T · R)   = RE · HE
///
/// All of them lie between 0 and 1, and the products hold exactly.
package struct Efficiency: Equatable, Sendable {
    package let ranks, threads: Int
    package let loadBalance, serialisation, transfer: Double
    /// 1 where a rank has one thread.
    package let threadEfficiency: Double
    /// Whether the threads' own seconds were measured; where not they count as busy while their rank is.
    package let threadsMeasured: Bool
    /// Σ Cᵣ over the samples that went through the steps.
    package let coreSecondsPerSample: Double
    /// Seconds of R in steps, and by rank Uᵣ.
    package let runtime: Double
    package let useful: [Double]

    package var communication: Double { serialisation * transfer }
    package var rankEfficiency: Double { loadBalance * communication }
    package var parallel: Double { rankEfficiency * threadEfficiency }

    /// - Parameter batch: samples of a step.
    package init(_ profile: RunProfile, batch: Int) {
        (ranks, threads) = (profile.ranks, profile.threads)
        let all = profile.seconds("steps"), waiting = profile.seconds("steps", ["waiting"])
        let reduction = profile.seconds("steps", ["reduction"])
        let useful = all.indices.map { all[$0] - waiting[$0] - reduction[$0] }
        let mean = useful.reduce(0, +) / Double(ranks), most = useful.max()!
        runtime = all.max()!
        let ideal = zip(useful, waiting).map { $0 + $1 }.max()!
        (loadBalance, serialisation, transfer) = (mean / most, most / ideal, ideal / runtime)
        self.useful = useful
        let usefulSum = useful.reduce(0, +)
        let phases = Set(profile.rows.map(\.phase)).subtracting(["waiting", "reduction"])
        let cores = threads == 1 ? useful : profile.coreSeconds("steps", Array(phases))
        threadsMeasured = cores != nil
        let coreSum = cores?.reduce(0, +) ?? Double(threads) * usefulSum
        threadEfficiency = coreSum / (Double(threads) * usefulSum)
        coreSecondsPerSample = coreSum / (Double(profile.steps) * Double(batch))
    }

    package init(_ run: MeasuredRun) { self.init(run.profile, batch: run.batch) }

    /// Σ C(reference) / Σ C(this), each for as many samples: in weak scaling too the same work is compared.
    package func computationScalability(to reference: Efficiency) -> Double {
        reference.coreSecondsPerSample / coreSecondsPerSample
    }

    /// Of the parallel efficiency and the computation scalability.
    package func global(to reference: Efficiency) -> Double { parallel * computationScalability(to: reference) }
}

extension RunProfile {
    /// The phase of steps on which the busiest rank spends most more than the mean; nil where all are even to 1 %.
    package var unevenPhase: (phase: String, most: Double, mean: Double)? {
        let own = rows.filter { $0.stage == "steps" && $0.phase != "waiting" && $0.phase != "reduction" }
        let uneven = own.map { row in
            (phase: row.phase, most: row.seconds.max()!, mean: row.seconds.reduce(0, +) / Double(ranks))
        }.max { $0.most - $0.mean < $1.most - $1.mean }
        return uneven.flatMap { $0.most - $0.mean > 0.01 * seconds("steps").max()! ? $0 : nil }
    }
}
