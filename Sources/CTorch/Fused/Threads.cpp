#include "Threads.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <exception>

#if defined(__APPLE__)
#include <dispatch/dispatch.h>
#else
#include <dlfcn.h>
#endif

#include "KernelSupport.hpp"

namespace retrograde {

namespace {

struct Split {
  RangeBody body;
  void *context;
  int64_t count;
  int64_t parts;
  /// The caller's limit on kernels holds for what others do for it.
  KernelLevel level;
  std::atomic<int64_t> next;
  std::atomic<bool> failed;
  std::exception_ptr failure;

  /// An exception must not cross the runtime's frames; the first one waits for the caller.
  void run(int64_t part) noexcept {
    const int64_t begin = count * part / parts, end = count * (part + 1) / parts;
    const auto own = exchangeThreadLimit(level);
    try {
      if (begin < end) body(context, begin, end);
    } catch (...) {
      if (!failed.exchange(true)) failure = std::current_exception();
    }
    exchangeThreadLimit(own);
  }

  void rethrow() const {
    if (failure) std::rethrow_exception(failure);
  }
};

#if !defined(__APPLE__)
// `at::parallel_for` is a template that runs in order unless the includer is compiled with
// OpenMP, which clang would link against a second runtime whose idle threads compete with
// libtorch's. The entry point below is how gcc-compiled code, libtorch's included, enters its pool.
using ParallelRegion = void (*)(void (*)(void *), void *, unsigned, unsigned);

ParallelRegion parallelRegion() {
  static const auto found =
      reinterpret_cast<ParallelRegion>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  return found;
}
#endif

}  // namespace

void parallelRanges(int64_t count, int64_t grain, RangeBody body, void *context) {
  if (count <= 0) return;
  const int64_t useful = std::max<int64_t>(1, count / std::max<int64_t>(1, grain));
  const int64_t parts = std::min<int64_t>(at::get_num_threads(), useful);
  Split split{body, context, count, parts, support().level, 0, false, nullptr};
  if (parts > 1) {
#if defined(__APPLE__)
    dispatch_apply_f(parts, DISPATCH_APPLY_AUTO, &split,
                     [](void *raw, size_t part) { static_cast<Split *>(raw)->run(part); });
    return split.rethrow();
#else
    if (auto region = parallelRegion()) {
      // Parts are handed out by ticket: the region may get fewer threads than it asked for.
      region(
          [](void *raw) {
            auto *split = static_cast<Split *>(raw);
            for (int64_t part = split->next++; part < split->parts; part = split->next++)
              split->run(part);
          },
          &split, static_cast<unsigned>(parts), 0);
      return split.rethrow();
    }
#endif
  }
  for (int64_t part = 0; part < parts; part++) split.run(part);
  split.rethrow();
}

}  // namespace retrograde
