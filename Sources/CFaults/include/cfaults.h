// What the process does when a fault of its own ends it: one sentence on standard error, the rest into a
// record, and the exit status that the signal would have given.
//
// Everything that runs after a fault calls only what POSIX allows in a signal handler, and glibc's
// `backtrace`, which is prepared beforehand.
#ifndef RETROGRADE_CFAULTS_H
#define RETROGRADE_CFAULTS_H

#pragma clang assume_nonnull begin

#ifdef __cplusplus
extern "C" {
#endif

/// From now on, faults of `program` are recorded in `folder`; called once, at the start.
/// - Parameter commandLine: goes into the record.
void cf_install(const char *program, const char *folder, const char *commandLine);

/// Where the record goes from now on; null for where it went at first.
void cf_set_folder(const char *_Nullable folder);

/// What the process does, such as `base-train`.
void cf_set_activity(const char *activity);

/// How far that is, such as `step 12`; empty for not known.
void cf_set_progress(const char *progress);

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end

#endif
