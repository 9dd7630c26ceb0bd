internal import CFaults

/// What is left of a process that a fault of its own ended: one sentence on standard error, and a record
/// of what it was doing, the message, the registers and the backtrace.
///
/// A fault happens to the process as a whole, so what it was doing is the process's too, and the one place
/// where this program keeps something for everybody.
public enum FaultRecord {
    /// From now on faults end in a record.
    /// - Parameter program: its name, the beginning of the sentence and of the record's file name.
    /// - Parameter folder: where the record goes until a run has a folder of its own.
    /// - Parameter commandLine: as typed.
    public static func install(program: String, folder: String, commandLine: [String]) {
        cf_install(program, folder, commandLine.joined(separator: " "))
    }

    /// Where the record goes from now on; nil for where it went at first.
    public static func use(folder: String?) { cf_set_folder(folder) }

    /// What the process is doing, such as `base-train`; how far it has got is then unknown.
    public static func begin(_ activity: String) { cf_set_activity(activity) }

    /// How far that is, such as `step 12`.
    public static func note(_ progress: String) { cf_set_progress(progress) }
}
