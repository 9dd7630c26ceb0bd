/// What the split pattern can tell about one character.
enum CharacterClass {
    /// None of the below: punctuation, marks, symbols, controls, broken UTF-8.
    static let other: UInt8 = 0
    /// `\p{L}`
    static let letter: UInt8 = 1
    /// `\p{N}`
    static let number: UInt8 = 2
    /// `\s` without line ends.
    static let space: UInt8 = 3
    /// `[\r\n]`
    static let newline: UInt8 = 4
    /// A byte that is not ASCII: decode before asking.
    static let wide: UInt8 = 5
}

/// The class of every Unicode scalar in a two-stage table, and of every ASCII byte in a flat one.
///
/// Built once from the generated ranges and never freed or changed, so its pointers may be shared
/// by all threads.
struct CharacterClasses: @unchecked Sendable {
    /// The one table; immutable.
    static let table = CharacterClasses()

    /// Class by byte; `wide` from 0x80 on.
    let bytes: UnsafePointer<UInt8>
    /// Block number by `scalar >> 7`.
    private let blockOf: UnsafePointer<UInt16>
    /// Classes of 128 scalars a block.
    private let blocks: UnsafePointer<UInt8>

    private init() {
        var classes = [UInt8](repeating: CharacterClass.other, count: 0x110000)
        func fill(_ ranges: [UInt32], _ kind: UInt8) {
            for run in stride(from: 0, to: ranges.count, by: 2) {
                for scalar in ranges[run]...ranges[run + 1] { classes[Int(scalar)] = kind }
            }
        }
        fill(SplitClasses.letters, CharacterClass.letter)
        fill(SplitClasses.numbers, CharacterClass.number)
        fill(SplitClasses.spaces, CharacterClass.space)
        classes[0x0A] = CharacterClass.newline
        classes[0x0D] = CharacterClass.newline

        var known: [ArraySlice<UInt8>: UInt16] = [:]
        var unique: [UInt8] = []
        var stage: [UInt16] = []
        for start in stride(from: 0, to: classes.count, by: 128) {
            let block = classes[start..<start + 128]
            if let number = known[block] {
                stage.append(number)
            } else {
                let number = UInt16(unique.count / 128)
                known[block] = number
                stage.append(number)
                unique += block
            }
        }
        blockOf = Self.frozen(stage)
        blocks = Self.frozen(unique)
        bytes = Self.frozen((0..<256).map { $0 < 128 ? classes[$0] : CharacterClass.wide })
    }

    private static func frozen<Element>(_ values: [Element]) -> UnsafePointer<Element> {
        let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: values.count)
        _ = copy.initialize(from: values)
        guard let base = copy.baseAddress else { preconditionFailure("an empty table") }
        return UnsafePointer(base)
    }

    /// The class of a scalar value below 0x110000.
    @inline(__always)
    func kind(ofScalar scalar: UInt32) -> UInt8 {
        let block = Int(blockOf[Int(scalar >> 7)])
        return blocks[block << 7 | Int(scalar & 127)]
    }

    /// Class and byte length of the character at `start`; broken UTF-8 counts byte by byte as `other`.
    @inline(__always)
    func character(
        at start: Int, in text: UnsafePointer<UInt8>, end: Int
    ) -> (kind: UInt8, length: Int) {
        let kind = bytes[Int(text[start])]
        return kind == CharacterClass.wide
            ? wideCharacter(at: start, in: text, end: end) : (kind, 1)
    }

    /// As `character`, for a byte known not to be ASCII.
    @inline(never)
    func wideCharacter(
        at start: Int, in text: UnsafePointer<UInt8>, end: Int
    ) -> (kind: UInt8, length: Int) {
        let length = UTF8Shape.length(at: start, in: text, end: end)
        let lead = UInt32(text[start])
        switch length {
        case 2:
            return (kind(ofScalar: (lead & 0x1F) << 6 | UInt32(text[start + 1] & 0x3F)), 2)
        case 3:
            let scalar =
                (lead & 0x0F) << 12 | UInt32(text[start + 1] & 0x3F) << 6
                | UInt32(text[start + 2] & 0x3F)
            return (kind(ofScalar: scalar), 3)
        case 4:
            let scalar =
                (lead & 0x07) << 18 | UInt32(text[start + 1] & 0x3F) << 12
                | UInt32(text[start + 2] & 0x3F) << 6 | UInt32(text[start + 3] & 0x3F)
            return (kind(ofScalar: scalar), 4)
        default:
            return (CharacterClass.other, 1)
        }
    }
}

/// The byte patterns of well-formed UTF-8 (Unicode 16, table 3-7).
enum UTF8Shape {
    /// Length of the well-formed character at `start`, or 0 where there is none.
    @inline(__always)
    static func length(at start: Int, in text: UnsafePointer<UInt8>, end: Int) -> Int {
        let lead = text[start]
        if lead < 0x80 { return 1 }
        if lead < 0xC2 { return 0 }
        guard start + 1 < end else { return 0 }
        let second = text[start + 1]
        if lead < 0xE0 { return isContinuation(second) ? 2 : 0 }
        guard isSecond(second, of: lead), start + 2 < end, isContinuation(text[start + 2]) else {
            return 0
        }
        if lead < 0xF0 { return 3 }
        return start + 3 < end && isContinuation(text[start + 3]) ? 4 : 0
    }

    /// Whether `byte` can stand inside a character.
    @inline(__always)
    static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// Whether `second` may follow `lead` in a character of three or four bytes.
    @inline(__always)
    static func isSecond(_ second: UInt8, of lead: UInt8) -> Bool {
        switch lead {
        case 0xE0: second >= 0xA0 && second <= 0xBF
        case 0xED: second >= 0x80 && second <= 0x9F
        case 0xF0: second >= 0x90 && second <= 0xBF
        case 0xF4: second >= 0x80 && second <= 0x8F
        case 0xE1...0xF3: isContinuation(second)
        default: false
        }
    }
}
