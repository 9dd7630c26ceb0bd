/// Short texts of several kinds on which every tokenizer can be compared.
///
/// Written for this program, so that no corpus can hold them.
enum TokenizerSamples {
    static let all: [(name: String, text: String)] = [
        (
            "English",
            """
            The ferry was late again, and nobody on the pier seemed surprised. Two fishermen argued \
            about the weather while a girl with a yellow umbrella counted the gulls: seventeen, she \
            said, although one of them might have been a plastic bag. When the horn finally sounded, \
            the whole crowd turned toward the harbour as if someone had called their names. "It will \
            be full," said the older man. "It is always full when it is late." They went aboard, and \
            the town behind them became a row of small lights, then a line, then nothing at all.
            """
        ),
        (
            "code",
            """
            def merge_intervals(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
                \"\"\"Joins intervals that touch or overlap.\"\"\"
                result: list[tuple[int, int]] = []
                for start, end in sorted(intervals):
                    if result and start <= result[-1][1]:
                        result[-1] = (result[-1][0], max(end, result[-1][1]))
                    else:
                        result.append((start, end))
                return result

            if __name__ == "__main__":
                print(merge_intervals([(1, 3), (8, 10), (2, 6), (15, 18)]))  # [(1, 6), (8, 10), (15, 18)]
            """
        ),
        (
            "mathematics",
            """
            Let $f\\colon [0,1]\\to\\mathbb{R}$ be continuous with $f(0)=f(1)=0$. For every $n\\ge 1$ there \
            is an $x\\in[0,1-\\tfrac1n]$ such that $f(x)=f(x+\\tfrac1n)$. Put $g(x)=f(x+\\tfrac1n)-f(x)$; \
            then $\\sum_{k=0}^{n-1} g(k/n)=f(1)-f(0)=0$, so that $g$ takes both signs or vanishes, and \
            the claim follows from the intermediate value theorem. For $1/3+1/7=10/21\\approx 0.476190$.
            """
        ),
        (
            "German",
            """
            Die Fähre hatte wieder Verspätung, und auf dem Steg wunderte sich niemand. Zwei Fischer \
            stritten über das Wetter, während ein Mädchen mit gelbem Regenschirm die Möwen zählte: \
            siebzehn, sagte sie, obwohl eine davon auch eine Plastiktüte sein konnte. Als das \
            Schiffshorn endlich ertönte, drehten sich alle zum Hafen um.
            """
        ),
        (
            "Korean",
            """
            배는 또 늦었고, 부두에 있던 사람들은 아무도 놀라지 않았다. 어부 두 명이 날씨를 두고 다투는 \
            동안 노란 우산을 든 소녀는 갈매기를 세었다. 마침내 뱃고동이 울리자 모두가 항구 쪽으로 \
            고개를 돌렸다.
            """
        ),
        (
            "signs",
            "🚢🌧️ 17 × 3 = 51; −40 °C = −40 °F; “naïve” – café; ∑ᵢ xᵢ² ≤ ‖x‖²; 日本語と中文; а б в; 👩‍👩‍👧‍👦!"
        ),
    ]
}
