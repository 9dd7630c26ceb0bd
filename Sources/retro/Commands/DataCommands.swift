import Arguments

/// `retro data …`: what is read.
enum DataCommands {
    static let all = Command<World>(
        "data", "Look at shards, and write synthetic ones.",
        subcommands: [Command(DataInspect.self), Command(DataSynth.self)])
}
