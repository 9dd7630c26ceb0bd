import Arguments

/// `retro mid-train` and `retro chat-sft`: a base model becomes one that answers.
enum ChatStageCommands {
    static let midTrain = Command<World>(
        "mid-train", "Teach a base model conversations, tasks and tools: every token is learnt.",
        details: """
            The direction and the tokenizer are the parent's. The run's folder is \
            HOME/mid_checkpoints/TAG. Stopped by a signal it saves and exits with 75; the same command \
            goes on from there.
            """,
        examples: [
            Example("mid-train --model-tag d20_backward", "the recipe's mixture, one epoch"),
            Example(
                "mid-train --model-tag d4_forward --data chat.jsonl --mixture gsm8k@2x "
                    + "spelling-bee@2000 --device-batch-size 16 --total-batch-size 8192",
                "conversations of your own, with some tasks"),
        ],
        options: ChatStageOptions.mid.groups
    ) { world, options in
        try ChatStage(options: .mid, given: options, world: world).run()
    }

    static let chatSFT = Command<World>(
        "chat-sft", "Fine-tune a model on the assistant's side of conversations.",
        details: """
            The direction and the tokenizer are the parent's. The run's folder is \
            HOME/chatsft_checkpoints/TAG. Stopped by a signal it saves and exits with 75; the same \
            command goes on from there.
            """,
        examples: [
            Example("chat-sft --source mid --model-tag d20_backward", "the recipe's mixture"),
            Example(
                "chat-sft -g d4_forward --data chat.jsonl --num-iterations 300",
                "on conversations of your own"),
        ],
        options: ChatStageOptions.sft.groups
    ) { world, options in
        try ChatStage(options: .sft, given: options, world: world).run()
    }
}
