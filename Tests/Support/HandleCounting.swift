internal import Tensors
public import Testing

/// Asserts that a test gives back every tensor handle it took.
///
/// The count is the process's, so tests that carry the trait take turns.
public struct HandleCounting: SuiteTrait, TestTrait, TestScoping {
    /// Suites hand the trait to each of their tests.
    public var isRecursive: Bool { true }

    /// Runs `function` alone among its kind and compares the counts.
    public func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await Turnstile.shared.enter()
        let before = Libtorch.liveHandleCount
        do {
            try await function()
        } catch {
            await Turnstile.shared.leave()
            throw error
        }
        #expect(Libtorch.liveHandleCount == before, "\(test.name) keeps handles alive")
        await Turnstile.shared.leave()
    }
}

extension Trait where Self == HandleCounting {
    /// Asserts that every tensor handle is given back.
    public static var countingHandles: Self { HandleCounting() }
}

/// Lets one test through at a time.
private actor Turnstile {
    static let shared = Turnstile()
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard !waiting.isEmpty else {
            isTaken = false
            return
        }
        waiting.removeFirst().resume()
    }
}
