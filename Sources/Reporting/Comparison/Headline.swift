internal import Foundation
internal import Language

extension ReportText {
    /// What was found, in two sentences that claim no more than the data carry.
    var headline: String { gapSentence + " " + sharingSentence }

    private var gapSentence: String {
        guard let gap = comparison.mainContrast ?? comparison.contrasts.first else {
            return "No two of these runs can be paired, so there is no gap to report."
        }
        guard gap.gapNats.isFinite else {
            return
                "A run of the comparison has losses that are not finite, so no gap can be reported."
        }
        let subject =
            gap.kind == .direction
            ? "the backward model's loss" : "the loss of reading backward"
        let reference =
            gap.kind == .direction ? "the forward model's" : "that of reading forward"
        let amount =
            Numeral.fixed(abs(gap.gapNats), digits: 4) + " nats per token ("
            + Numeral.signed(gap.relativeGap * 100, digits: 2) + " %) "
            + (gap.gapNats < 0 ? "below" : "above")
        let interval = gap.interval.map {
            ", 95 % interval \(Numeral.interval($0, digits: 4, signed: true)) over "
                + (gap.seedCount > 1 ? "\(gap.seedCount) seeds and their documents" : "documents")
        }
        let place = gap.variant.isEmpty ? "" : " (\(gap.variant))"
        return
            "On \(Numeral.grouped(comparison.tokenCount)) matched validation tokens \(subject)\(place) is "
            + "\(amount) \(reference)\(interval ?? ""); \(standing(gap))."
    }

    /// What the sign of a contrast is worth.
    private func standing(_ contrast: Contrast) -> String {
        if contrast.seedCount == 1 {
            let within =
                contrast.interval.map {
                    $0.excludesZero
                        ? "clear within this run"
                        : "not distinguishable from zero even within this run"
                } ?? "of unknown reliability"
            return "it is \(within), and with one seed its sign is not established across seeds"
        }
        return contrast.signIsEstablishedAcrossSeeds
            ? "the sign is established across the \(contrast.seedCount) seeds"
            : "the sign is not established across the \(contrast.seedCount) seeds"
    }

    private var sharingSentence: String {
        let main = comparison.mainContrast ?? comparison.contrasts.first
        let (depth, variant) = (main?.depth, main?.variant ?? "")
        let sharing = comparison.contrasts.compactMap { contrast -> String? in
            guard case .sharing(let reading) = contrast.kind, contrast.depth == depth,
                contrast.variant == variant, contrast.gapNats.isFinite
            else { return nil }
            return Numeral.signed(contrast.gapNats, digits: 4) + " nats per token reading "
                + reading.rawValue
        }
        guard !sharing.isEmpty else {
            return "No bidirectional model was compared with a dedicated one."
        }
        let seeds = comparison.contrasts.filter { $0.depth == depth }.map(\.seedCount).max() ?? 1
        return
            "\(comparison.budget.phrase(depth: depth)), the bidirectional model differs from the dedicated ones by "
            + sharing.joined(separator: " and ")
            + (seeds == 1 ? " (one seed; above zero is worse)." : " (above zero is worse).")
    }
}
