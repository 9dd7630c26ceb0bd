// Fails the FAULT_NUMBER-th call that creates, writes, syncs or renames something under FAULT_UNDER,
// with the error FAULT_ERRNO. Loaded by LD_PRELOAD; fail_saves.py compiles it. Linux only.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int count;

static int is_turn(const char *path, const char *call) {
    const char *under = getenv("FAULT_UNDER"), *number = getenv("FAULT_NUMBER");
    if (!under || !number || !path || !strstr(path, under)) return 0;
    if (atomic_fetch_add(&count, 1) + 1 != atoi(number)) return 0;
    const char *log = getenv("FAULT_LOG");
    FILE *file = log ? fopen(log, "w") : NULL;
    if (file) {
        fprintf(file, "%s %s\n", call, path);
        fclose(file);
    }
    const char *code = getenv("FAULT_ERRNO");
    errno = code ? atoi(code) : EIO;
    return 1;
}

static int is_turn_at(int descriptor, const char *call) {
    char link[64], path[PATH_MAX];
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (length < 0) return 0;
    path[length] = 0;
    return is_turn(path, call);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                             \
    int name(const char *path, int flags, ...) {               \
        mode_t mode = 0;                                       \
        if (flags & O_CREAT) {                                 \
            va_list rest;                                      \
            va_start(rest, flags);                             \
            mode = va_arg(rest, mode_t);                       \
            va_end(rest);                                      \
            if (is_turn(path, "open")) return -1;              \
        }                                                      \
        return NEXT(name)(path, flags, mode);                  \
    }
OPEN(open)
OPEN(open64)

#define OPEN_AT(name)                                          \
    int name(int folder, const char *path, int flags, ...) {   \
        mode_t mode = 0;                                       \
        if (flags & O_CREAT) {                                 \
            va_list rest;                                      \
            va_start(rest, flags);                             \
            mode = va_arg(rest, mode_t);                       \
            va_end(rest);                                      \
            if (is_turn(path, "openat")) return -1;            \
        }                                                      \
        return NEXT(name)(folder, path, flags, mode);          \
    }
OPEN_AT(openat)
OPEN_AT(openat64)

ssize_t write(int descriptor, const void *bytes, size_t size) {
    if (is_turn_at(descriptor, "write")) return -1;
    return NEXT(write)(descriptor, bytes, size);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset) {
    if (is_turn_at(descriptor, "pwrite")) return -1;
    return NEXT(pwrite)(descriptor, bytes, size, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t offset) {
    if (is_turn_at(descriptor, "pwrite")) return -1;
    return NEXT(pwrite64)(descriptor, bytes, size, offset);
}

ssize_t writev(int descriptor, const struct iovec *parts, int partCount) {
    if (is_turn_at(descriptor, "writev")) return -1;
    return NEXT(writev)(descriptor, parts, partCount);
}

int fsync(int descriptor) {
    if (is_turn_at(descriptor, "fsync")) return -1;
    return NEXT(fsync)(descriptor);
}

int fdatasync(int descriptor) {
    if (is_turn_at(descriptor, "fdatasync")) return -1;
    return NEXT(fdatasync)(descriptor);
}

int rename(const char *from, const char *to) {
    if (is_turn(to, "rename")) return -1;
    return NEXT(rename)(from, to);
}

int mkdir(const char *path, mode_t mode) {
    if (is_turn(path, "mkdir")) return -1;
    return NEXT(mkdir)(path, mode);
}
