// Loops over rows on libtorch's own threads.
#pragma once

#include <cstdint>
#include <type_traits>

namespace retrograde {

using RangeBody = void (*)(void *context, int64_t begin, int64_t end);

/// Splits [0, count) into one contiguous range a thread, none shorter than `grain`.
/// Which range falls to whom depends on the counts alone, so sums repeat bit for bit.
void parallelRanges(int64_t count, int64_t grain, RangeBody body, void *context);

template <class F>
void parallelFor(int64_t count, int64_t grain, F &&body) {
  using Body = std::remove_reference_t<F>;
  parallelRanges(
      count, grain,
      [](void *context, int64_t begin, int64_t end) { (*static_cast<Body *>(context))(begin, end); },
      const_cast<std::remove_const_t<Body> *>(&body));
}

}  // namespace retrograde
