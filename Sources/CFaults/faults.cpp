#include "cfaults.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <exception>
#include <typeinfo>

#if defined(__linux__)
#include <link.h>
#include <ucontext.h>
#endif

namespace {

/// The signals of a process that cannot go on.
constexpr int caught[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};

/// Bytes that one writer changes and a signal handler reads whole: of two rooms, the one not in use is
/// written.
template <size_t size>
class Note {
 public:
  void set(const char *text) {
    // Who comes second while another writes is left out: a note is not worth waiting for.
    if (busy.test_and_set(std::memory_order_acquire)) return;
    const unsigned next = 1 - current.load(std::memory_order_relaxed);
    size_t length = strnlen(text, size - 1);
    // Not in the middle of a character.
    while (length > 0 && text[length] != 0 && (text[length] & 0xC0) == 0x80) length--;
    memcpy(rooms[next], text, length);
    rooms[next][length] = 0;
    current.store(next, std::memory_order_release);
    busy.clear(std::memory_order_release);
  }
  const char *get() const { return rooms[current.load(std::memory_order_acquire)]; }

 private:
  char rooms[2][size] = {};
  std::atomic<unsigned> current{0};
  std::atomic_flag busy = ATOMIC_FLAG_INIT;
};

Note<128> program, activity, progress;
Note<PATH_MAX> folder, spareFolder;
Note<2048> commandLine;

/// What the Swift runtime or C++ said before it trapped.
char message[4096];
std::atomic<size_t> messageLength{0};

void remember(const char *text, size_t length) {
  size_t used = messageLength.load();
  const size_t room = sizeof message - 1 - used;
  if (length > room) length = room;
  memcpy(message + used, text, length);
  messageLength.store(used + length);
}

/// Text gathered without allocating.
template <size_t size>
struct Line {
  char text[size];
  size_t length = 0;

  Line &operator<<(const char *part) {
    while (*part && length < size) text[length++] = *part++;
    return *this;
  }
  Line &operator<<(long number) {
    char digits[24];
    size_t count = 0;
    unsigned long rest = number < 0 ? 0ul - static_cast<unsigned long>(number)
                                    : static_cast<unsigned long>(number);
    do digits[count++] = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number < 0) digits[count++] = '-';
    while (count > 0 && length < size) text[length++] = digits[--count];
    return *this;
  }
  Line &hex(uintptr_t number) {
    *this << "0x";
    for (int shift = sizeof number * 8 - 4; shift >= 0; shift -= 4)
      if (length < size) text[length++] = "0123456789abcdef"[number >> shift & 15];
    return *this;
  }
};

void writeAll(int file, const char *text, size_t length) {
  while (length > 0) {
    const ssize_t written = write(file, text, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text += written;
    length -= static_cast<size_t>(written);
  }
}

template <size_t size>
void writeLine(int file, const Line<size> &line) {
  writeAll(file, line.text, line.length);
}

const char *name(int signal) {
  switch (signal) {
    case SIGILL: return "SIGILL";
    case SIGTRAP: return "SIGTRAP";
    case SIGABRT: return "SIGABRT";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGSEGV: return "SIGSEGV";
    case SIGSYS: return "SIGSYS";
    default: return "a signal";
  }
}

/// Whether another process, and no fault of this one, sent the signal.
bool isFromOutside(const siginfo_t *info) {
  return info->si_code == SI_USER && info->si_pid != getpid();
}

void describeDoing(Line<PATH_MAX + 1024> &line) {
  const char *doing = activity.get(), *far = progress.get();
  line << (*doing ? doing : "the start");
  if (*far) line << ", " << far;
}

Line<PATH_MAX + 64> recordPath;

/// A new file in `place`; −1 where there cannot be one.
int opened(const char *place) {
  for (long number = 1; number < 100; number++) {
    recordPath.length = 0;
    recordPath << place << "/" << program.get() << "-fault-" << static_cast<long>(getpid());
    if (number > 1) recordPath << "-" << number;
    recordPath << ".txt";
    if (recordPath.length >= sizeof recordPath.text) return -1;
    recordPath.text[recordPath.length] = 0;
    const int file = open(recordPath.text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0 || errno != EEXIST) return file;
  }
  return -1;
}

void writeHead(int file, int signal, const siginfo_t *info) {
  Line<PATH_MAX + 1024> line;
  line << program.get() << " was ended by " << name(signal);
  if (isFromOutside(info)) line << " from process " << static_cast<long>(info->si_pid);
  line << ", code " << static_cast<long>(info->si_code);
  if (info->si_code > 0) (line << ", at address ").hex(reinterpret_cast<uintptr_t>(info->si_addr));
  line << "\nwhile:   ";
  describeDoing(line);
  struct timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  line << "\nat:      " << static_cast<long>(now.tv_sec) << " s since 1970\ncommand: ";
  writeLine(file, line);
  writeAll(file, commandLine.get(), strlen(commandLine.get()));
  writeAll(file, "\n", 1);
  if (const size_t length = messageLength.load()) {
    writeAll(file, "message: ", 9);
    writeAll(file, message, length);
    if (message[length - 1] != '\n') writeAll(file, "\n", 1);
  }
}

void writeRegisters(int file, void *context) {
  Line<2048> line;
  line << "\nregisters\n";
#if defined(__linux__) && defined(__x86_64__)
  static const char *const names[] = {"r8 ", "r9 ", "r10", "r11", "r12", "r13", "r14", "r15", "rdi",
                                      "rsi", "rbp", "rbx", "rdx", "rax", "rcx", "rsp", "rip"};
  const auto &values = static_cast<const ucontext_t *>(context)->uc_mcontext.gregs;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    (line << names[i] << " ").hex(static_cast<uintptr_t>(values[i])) << "\n";
#elif defined(__linux__) && defined(__aarch64__)
  const auto &values = static_cast<const ucontext_t *>(context)->uc_mcontext;
  for (int i = 0; i < 31; i++) (line << "x" << static_cast<long>(i) << " ").hex(values.regs[i]) << "\n";
  (line << "sp ").hex(values.sp) << "\n";
  (line << "pc ").hex(values.pc) << "\n";
#else
  (void)context;
#endif
  writeLine(file, line);
}

#if defined(__linux__)

/// The program's own table of symbols, which only its file holds.
class Symbols {
 public:
  explicit Symbols(uintptr_t base) : base(base) {
    const int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat facts;
    if (program < 0 || fstat(program, &facts) != 0) return;
    size = static_cast<size_t>(facts.st_size);
    void *mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, program, 0);
    close(program);
    if (mapped == MAP_FAILED) return;
    bytes = static_cast<const char *>(mapped);
    if (size < sizeof(ElfW(Ehdr))) return;
    const auto *header = reinterpret_cast<const ElfW(Ehdr) *>(bytes);
    const auto *sections = at<ElfW(Shdr)>(header->e_shoff, header->e_shnum);
    for (unsigned i = 0; sections && i < header->e_shnum; i++) {
      if (sections[i].sh_type != SHT_SYMTAB || sections[i].sh_link >= header->e_shnum) continue;
      const auto &strings = sections[sections[i].sh_link];
      count = sections[i].sh_size / sizeof(ElfW(Sym));
      table = at<ElfW(Sym)>(sections[i].sh_offset, count);
      names = at<char>(strings.sh_offset, strings.sh_size);
      namesSize = strings.sh_size;
    }
  }

  /// The mangled name of the function that holds `address`; null where none is known to.
  const char *name(uintptr_t address) const {
    if (!table || !names) return nullptr;
    for (size_t i = 0; i < count; i++) {
      const auto &symbol = table[i];
      if (address - base >= symbol.st_value && address - base < symbol.st_value + symbol.st_size &&
          symbol.st_name < namesSize)
        return names + symbol.st_name;
    }
    return nullptr;
  }

 private:
  template <class T>
  const T *at(size_t offset, size_t number) const {
    const bool fits = offset <= size && number <= (size - offset) / sizeof(T);
    return fits ? reinterpret_cast<const T *>(bytes + offset) : nullptr;
  }

  uintptr_t base;
  size_t size = 0, count = 0, namesSize = 0;
  const char *bytes = nullptr, *names = nullptr;
  const ElfW(Sym) *table = nullptr;
};

/// Where the program lies in memory.
uintptr_t programBase = 0;

#endif

void writeTrace(int file) {
  writeAll(file, "\nbacktrace (swift demangle < this file)\n", 40);
  void *frames[128];
  const int count = backtrace(frames, sizeof frames / sizeof *frames);
#if defined(__linux__)
  const Symbols symbols(programBase);
#endif
  for (int i = 0; i < count; i++) {
    backtrace_symbols_fd(frames + i, 1, file);
#if defined(__linux__)
    // The address is the one to return to, behind the call.
    if (const char *name = symbols.name(reinterpret_cast<uintptr_t>(frames[i]) - 1)) {
      writeAll(file, "    ", 4);
      writeAll(file, name, strlen(name));
      writeAll(file, "\n", 1);
    }
#endif
  }
}

/// What addresses of the backtrace are relative to.
void writeMappings(int file) {
  const int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0) return;
  writeAll(file, "\nmappings\n", 10);
  char part[4096];
  for (ssize_t count; (count = read(maps, part, sizeof part)) > 0;)
    writeAll(file, part, static_cast<size_t>(count));
  close(maps);
}

struct termios terminalAtStart;
bool knowsTerminal = false;

void writeSentence(int signal, const siginfo_t *info, bool hasRecord) {
  // Keys may be read one by one without an echo (the chat), and a progress line may stand half written.
  if (knowsTerminal) tcsetattr(STDIN_FILENO, TCSANOW, &terminalAtStart);
  Line<PATH_MAX * 2 + 1024> line;
  if (isatty(STDERR_FILENO)) line << "\r\033[K";
  line << program.get() << ": ";
  Line<PATH_MAX + 1024> doing;
  describeDoing(doing);
  doing.text[doing.length < sizeof doing.text ? doing.length : sizeof doing.text - 1] = 0;
  if (isFromOutside(info)) {
    line << name(signal) << " from process " << static_cast<long>(info->si_pid) << " ended "
         << doing.text;
  } else {
    line << "a fault of the program (" << name(signal) << "), not of what you gave it, ended "
         << doing.text << "; please report it";
  }
  if (hasRecord) line << ": the record is in " << recordPath.text;
  else line << "; no record could be written";
  line << ".\n";
  writeLine(STDERR_FILENO, line);
}

int endingSignal = 0;

/// The record could not be finished; the status says what its signal would have said.
void giveUp(int) { _exit(128 + endingSignal); }

void endByDefault(int signal) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  // Blocked until this handler returns, and then final.
  raise(signal);
}

/// The thread that writes the record.
std::atomic<pthread_t> recorder{};
std::atomic<bool> isRecording{false};

void record(int signal, siginfo_t *info, void *context) {
  if (isRecording.exchange(true)) {
    // A fault within the record ends it; one of another thread waits for the end.
    if (pthread_equal(recorder.load(), pthread_self())) return endByDefault(signal);
    for (;;) pause();
  }
  recorder.store(pthread_self());
  endingSignal = signal;
  struct sigaction late = {};
  late.sa_handler = giveUp;
  sigaction(SIGALRM, &late, nullptr);

  int file = -1;
  for (const char *place : {folder.get(), spareFolder.get(), "/tmp", "."})
    if (file < 0) file = opened(place);
  if (file >= 0) writeHead(file, signal, info);
  writeSentence(signal, info, file >= 0);
  if (file >= 0) {
    // What follows reads a process that may be damaged, and may not come to an end.
    alarm(10);
    writeRegisters(file, context);
    writeTrace(file);
    writeMappings(file);
    close(file);
    alarm(0);
  }
  endByDefault(signal);
}

/// What C++ threw and nobody caught.
[[noreturn]] void terminated() {
  if (const auto *type = abi::__cxa_current_exception_type()) {
    remember("uncaught C++ exception ", 23);
    remember(type->name(), strlen(type->name()));
    try {
      std::rethrow_exception(std::current_exception());
    } catch (const std::exception &error) {
      remember(": ", 2);
      remember(error.what(), strlen(error.what()));
    } catch (...) {
    }
  }
  abort();
}

#if defined(__GLIBC__)

/// Where the Swift runtime's `swift_reportError` lies: it prints what a fatal error has to say.
uintptr_t reporterBegin = 0, reporterEnd = 0;

bool isSwiftReporting() {
  if (reporterBegin == 0) return false;
  void *frames[16];
  const int count = backtrace(frames, 16);
  for (int i = 0; i < count; i++) {
    const auto address = reinterpret_cast<uintptr_t>(frames[i]);
    if (address > reporterBegin && address <= reporterEnd) return true;
  }
  return false;
}

/// Standard error of C's streams: what the Swift runtime says of a fatal error waits for the record.
ssize_t writeStandardError(void *, const char *text, size_t size) {
  if (isSwiftReporting()) remember(text, size);
  else writeAll(STDERR_FILENO, text, size);
  return static_cast<ssize_t>(size);
}

/// An error that was reported and not fatal after all.
void showUnused() { writeAll(STDERR_FILENO, message, messageLength.load()); }

void holdSwiftMessages() {
  void *reporter = dlsym(RTLD_DEFAULT, "swift_reportError");
  Dl_info info;
  ElfW(Sym) *symbol = nullptr;
  if (!reporter ||
      !dladdr1(reporter, &info, reinterpret_cast<void **>(&symbol), RTLD_DL_SYMENT) || !symbol)
    return;
  reporterBegin = reinterpret_cast<uintptr_t>(reporter);
  reporterEnd = reporterBegin + symbol->st_size;
  cookie_io_functions_t functions = {};
  functions.write = writeStandardError;
  FILE *stream = fopencookie(nullptr, "w", functions);
  if (!stream) return;
  setvbuf(stream, nullptr, _IONBF, 0);
  fflush(stderr);
  // glibc lets its standard streams be assigned; the Swift runtime reads the variable when it writes.
  stderr = stream;
  atexit(showUnused);
}

#endif

}  // namespace

void cf_install(const char *name, const char *place, const char *words) {
  program.set(name);
  folder.set(place);
  spareFolder.set(place);
  commandLine.set(words);
  knowsTerminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &terminalAtStart) == 0;

  // The first call loads what it needs.
  void *frame[1];
  backtrace(frame, 1);
#if defined(__linux__)
  Dl_info info;
  if (dladdr(reinterpret_cast<void *>(&cf_install), &info))
    programBase = reinterpret_cast<uintptr_t>(info.dli_fbase);
#endif
  std::set_terminate(terminated);
#if defined(__GLIBC__)
  holdSwiftMessages();
#endif

  // Room for the handler where the fault is that the stack is full.
  static char room[128 * 1024];
  stack_t stack = {};
  stack.ss_sp = room;
  stack.ss_size = sizeof room;
  sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = record;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : caught) sigaction(signal, &action, nullptr);
}

void cf_set_folder(const char *place) { folder.set(place ? place : spareFolder.get()); }
void cf_set_activity(const char *text) {
  progress.set("");
  activity.set(text);
}
void cf_set_progress(const char *text) { progress.set(text); }
