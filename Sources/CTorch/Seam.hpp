// How C++ crosses into C: handles, borrowed inputs, owned results, caught errors.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Allocator.h>
#include <c10/util/Exception.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include "ctorch.h"

namespace retrograde {

static_assert(sizeof(at::Tensor) == sizeof(void *), "a handle is the tensor's one pointer");
static_assert((int)c10::ScalarType::Byte == 0 && (int)c10::ScalarType::Int == 3);
static_assert((int)c10::ScalarType::Long == 4 && (int)c10::ScalarType::Half == 5);
static_assert((int)c10::ScalarType::Float == 6 && (int)c10::ScalarType::Double == 7);
static_assert((int)c10::ScalarType::Bool == 11 && (int)c10::ScalarType::BFloat16 == 15);
static_assert((int)c10::DeviceType::CPU == 0 && (int)c10::DeviceType::CUDA == 1);
static_assert((int)c10::DeviceType::MPS == 13);

inline std::atomic<int64_t> liveHandles{0};

/// Gives a result away: the handle owns one reference.
inline CTTensorRef out(at::Tensor tensor) {
  liveHandles.fetch_add(1, std::memory_order_relaxed);
  return reinterpret_cast<CTTensorRef>(tensor.unsafeReleaseTensorImpl());
}

/// Borrows an input for the length of a call, without touching its reference count.
inline const at::Tensor &in(const CTTensorRef &ref) {
  return reinterpret_cast<const at::Tensor &>(ref);
}

/// An input that may be absent.
inline at::Tensor optionalIn(const CTTensorRef &ref) { return ref ? in(ref) : at::Tensor(); }

inline c10::Device device(CTDevice d) {
  return c10::Device(static_cast<c10::DeviceType>(d.type), d.index);
}

inline c10::ScalarType dtype(int8_t raw) { return static_cast<c10::ScalarType>(raw); }

inline at::TensorOptions options(int8_t raw, CTDevice d) {
  return at::TensorOptions().dtype(dtype(raw)).device(device(d));
}

inline at::IntArrayRef list(const int64_t *items, size_t count) { return {items, count}; }

inline void fill(CTError *error, int32_t code, const char *message) {
  error->code = code;
  error->message = strdup(message);
}

/// Runs `body`, turning every exception into `error`; returns a zero value then.
template <class F>
auto guarded(CTError *error, F body) -> decltype(body()) {
  try {
    return body();
  } catch (const c10::OutOfMemoryError &e) {
    fill(error, 2, e.what_without_backtrace());
  } catch (const c10::Error &e) {
    // libtorch reports a refused CPU allocation as a plain error.
    const std::string text = e.what_without_backtrace();
    fill(error, text.find("DefaultCPUAllocator") != std::string::npos ? 2 : 1, text.c_str());
  } catch (const std::bad_alloc &e) {
    fill(error, 2, e.what());
  } catch (const std::exception &e) {
    fill(error, 3, e.what());
  } catch (...) {
    fill(error, 3, "unknown C++ exception");
  }
  return decltype(body())();
}

}  // namespace retrograde

using namespace retrograde;
