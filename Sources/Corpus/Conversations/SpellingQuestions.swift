/// Ways to ask how often a letter is in a word, in seven languages: `{l}` for the letter, `{w}` for the word.
enum SpellingQuestions {
    static let all = [
        "How many {l} are in the word {w}", "How many {l} are in {w}",
        "How many {l} are there in {w}", "How many {l} does {w} have",
        "How many {l} does the word {w} contain", "Count the number of {l} in {w}",
        "Count the {l} in {w}", "Count how often {l} appears in {w}",
        "How often does {l} appear in {w}", "How often is {l} used in {w}",
        "How many times does {l} appear in {w}", "How many times does the letter {l} occur in {w}",
        "How many times do you see {l} in {w}", "Find the number of {l} in {w}",
        "Tell me how many {l} are in {w}", "Tell me the number of {l} in the word {w}",
        "Can you count the {l} in {w}", "Can you tell me how many {l} {w} has",
        "What is the number of {l} in {w}", "What is the count of {l} in {w}",
        "In {w}, how many {l} are there", "In the word {w}, how often does {l} occur",
        "If I spell {w}, how many {l} do I write", "Look at {w} and count the {l}",
        "Give me the number of {l} in {w}", "Please count the letter {l} in {w}",
        "Number of {l} in {w}", "{w}: how many {l}", "Does {w} have {l}, and how many",
        "I need to know how many {l} are in {w}",
        "¿Cuántas {l} hay en {w}", "¿Cuántas veces aparece {l} en {w}",
        "Cuenta las {l} en la palabra {w}", "¿Cuántas letras {l} tiene {w}",
        "{w}中有多少个{l}", "{w}里有几个{l}", "数一数{w}中的{l}", "单词{w}中{l}出现了几次",
        "{w}에 {l}이 몇 개 있나요", "{w}에서 {l}의 개수를 세어 주세요", "단어 {w}에 {l}이 몇 번 나오나요",
        "{w}에는 {l}이 얼마나 있나요",
        "Combien de {l} y a-t-il dans {w}", "Combien de fois {l} apparaît-il dans {w}",
        "Compte les {l} dans le mot {w}",
        "Wie viele {l} sind in {w}", "Wie oft kommt {l} in {w} vor", "Zähle die {l} im Wort {w}",
        "{w}に{l}はいくつありますか", "{w}の中の{l}を数えてください", "単語{w}に{l}は何回出てきますか",
    ]
}
