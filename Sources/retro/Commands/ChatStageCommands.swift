import Arguments

/// `retro mid-train`: a base model learns conversations.
struct MidTrain: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "mid-train",
        abstract: "Teach a base model conversations, tasks and tools: every token is learnt.",
        discussion: """
            The direction and the tokenizer are the parent's. The run's folder is \
            HOME/mid_checkpoints/TAG. Stopped by a signal it saves and exits with 75; the same command \
            goes on from there.
            """,
        examples: [
            Example(
                "mid-train --model-tag d20_backward --device cuda",
                "the recipe's mixture, one epoch of about 850,000 conversations: hours on one GPU"),
            Example(
                "mid-train --model-tag d4_forward --data chat.jsonl --mixture gsm8k@2x "
                    + "spelling-bee@2000 --device-batch-size 16 --total-batch-size 8192 --num-iterations 200",
                "200 steps on conversations of your own, with some tasks"),
        ])

    @OptionGroup var stage: ChatStageOptions<MidtrainingDefaults>
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        try ChatStage(options: stage, world: world).run()
    }
}

/// `retro chat-sft`: a model learns to answer.
struct ChatSFT: RetroCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat-sft",
        abstract: "Fine-tune a model on the assistant's side of conversations.",
        discussion: """
            The direction and the tokenizer are the parent's. The run's folder is \
            HOME/chatsft_checkpoints/TAG. Stopped by a signal it saves and exits with 75; the same \
            command goes on from there.
            """,
        examples: [
            Example(
                "chat-sft --source mid --model-tag d20_backward --device cuda",
                "the recipe's mixture, one epoch of about 21,000 conversations"),
            Example(
                "chat-sft -g d4_forward --data chat.jsonl --num-iterations 300",
                "300 steps on conversations of your own"),
        ])

    @OptionGroup var stage: ChatStageOptions<FineTuningDefaults>
    @OptionGroup(title: "Fine-tuning") var fineTuning: FineTuningOptions
    @OptionGroup(title: "Output") var writing: OutputOptions

    func perform(in world: World) throws -> ExitCode {
        try ChatStage(options: stage, fineTuning: fineTuning, world: world).run()
    }
}
