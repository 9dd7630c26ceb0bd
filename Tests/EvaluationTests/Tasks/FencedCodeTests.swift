import Evaluation
import Runs
import Testing

/// The code in an answer, case by case. Each answer holds a right function `f`, somewhere.
@Suite struct FencedCodeTests {
    static let code = "def f(x):\n    return x"
    /// A fence inside a docstring, indented and not.
    static let deep =
        "def f(x):\n    \"\"\"So:\n\n    ```\n    f(1)\n    ```\n    \"\"\"\n    return x"
    static let flat = "def f(x):\n    '''It's:\n```python\nf(1)\n```\n'''\n    return x"

    static let cases: [(name: String, answer: String, code: String)] = [
        ("no fence", code, code),
        ("a block", "Sure:\n```python\n\(code)\n```\nDone.", code),
        ("line ends of Windows", "```python\r\n\(code)\r\n```\r\n", code),
        // Stray fences and other blocks before it.
        ("a stray fence", "```\nHere is the code:\n```python\n\(code)\n```", code),
        ("a stray fence, an apostrophe", "```\nHere's it:\n```python\n\(code)\n```", code),
        ("bare fences", "```\nSo:\n```\n\(code)\n```", code),
        ("an empty block", "```\n```\n```python\n\(code)\n```", code),
        ("a shell block", "```bash\npip install x\n```\nthen\n```python\n\(code)\n```", code),
        ("a session", "```\n>>> f(1)\n1\n```\nand\n```\n\(code)\n```", code),
        ("a use of it", "```python\nprint(f(1))\n```\n```python\n\(code)\n```", code),
        ("a text block", "```text\nf(1) -> 1\n```\n```\n\(code)\n```", code),
        ("a use of it behind", "```python\n\(code)\n```\n```python\nprint(f(1))\n```", code),
        ("inline code", "Use ```f``` so.\n```python\n\(code)\n```", code),
        // Inside it.
        ("a fence in the docstring", "```python\n\(deep)\n```", deep),
        ("a flush fence in the docstring", "```python\n\(flat)\n```", flat),
        ("docstring, no block", deep, deep),
        ("flush docstring, no block", flat, flat),
        ("ticks in a string", "```python\n\(code) + '```'\n```", code + " + '```'"),
        ("ticks in a comment", "```python\n\(code)  # ```\n```", code + "  # ```"),
        // Partners that are missing, or at the end of a line.
        ("no closing fence", "Sure:\n```python\n\(code)", code),
        ("no opening fence", "\(code)\n```\nThat is all.", code),
        ("opened in a line", "Here: ```python\n\(code)\n```", code),
        ("closed in a line", "```python\n\(code)```\nDone.", code),
        // CommonMark's fences.
        ("tildes", "~~~python\n\(code)\n~~~", code),
        ("tildes around ticks", "~~~\n\(code)\n# ```\n~~~", code + "\n# ```"),
        ("tildes are not closed by ticks", "~~~\n```\n~~~\n```python\n\(code)\n```", code),
        ("longer fences", "````python\n\(flat)\n````", flat),
        ("a block in a block", "````markdown\n```python\n\(code)\n```\n````", code),
        (
            "in a list", "1. So:\n   ```python\n   def f(x):\n       return x\n   ```", code
        ),
        (
            "deep in a list", "1. So:\n\n    ```python\n    def f(x):\n        return x\n    ```",
            code
        ),
        ("attributes", "```{.python .numberLines}\n\(code)\n```", code),
        ("a version", "```python3 title=f\n\(code)\n```", code),
        ("a capital", "``` Python\n\(code)\n```", code),
        // Other ways to define a function.
        ("a name", "```sh\nf\n```\n```\nf = lambda x: x\n```", "f = lambda x: x"),
        ("async", "```sh\nf\n```\n~~~\nasync def f(x): ...\n~~~", "async def f(x): ..."),
        ("another's beginning", "```\ndef f2(x): ...\n```\n```\n\(code)\n```", code),
        // Nothing to find.
        ("words", "I do not know.", "I do not know."), ("nothing", "", ""),
    ]

    @Test(arguments: cases)
    func isFound(name: String, answer: String, code: String) {
        let found = FencedCode.python(in: answer, defining: "f")
        // Python reads line ends of every kind.
        let lines = found.replacing("\r\n", with: "\n")
        #expect(lines == code, "\(name)")
    }

    @Test func anythingAtAllIsSurvived() {
        let pieces = [
            "```", "~~~", "````", "python", "\n", "\r\n", " ", "    ", "\t", "def f(x):", "\"\"\"",
            "'",
            "\\", "(", "]", "#", "é", "🙂",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0...40)).map { _ in pieces.randomElement() ?? "" }
                .joined()
            _ = FencedCode.python(in: text, defining: "f")
        }
        _ = FencedCode.python(in: String(repeating: "```\ndef f(x):\n", count: 2000), defining: "f")
    }
}
