#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <dlfcn.h>
#include <torch/headeronly/version.h>

#include "Seam.hpp"

const char *ct_version(void) { return TORCH_VERSION; }

const char *ct_cpu_capability(void) {
  static const std::string name = at::get_cpu_capability();
  return name.c_str();
}

bool ct_has_onednn(void) { return at::globalContext().hasMKLDNN(); }

bool ct_load_cuda(const char *folder) {
  // The library registers its kernels in static initialisers; nothing here names a symbol of it,
  // so a linker would drop it and a machine without it must still start.
  const std::string path = std::string(folder) + "/libtorch_cuda.so";
  if (!dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL)) return false;
  return at::globalContext().hasCUDA() && at::accelerator::deviceCount() > 0;
}

int32_t ct_device_count(int8_t type) {
  if (type == 0) return 1;
  CTError error{};
  const auto count = guarded(&error, [&]() -> int32_t {
    const auto found = at::accelerator::getAccelerator();
    if (!found || static_cast<int8_t>(*found) != type) return 0;
    return at::accelerator::deviceCount();
  });
  ct_error_clear(&error);
  return count;
}

void ct_synchronize(CTDevice d, CTError *error) {
  guarded(error, [&] {
    if (d.type != 0) at::accelerator::synchronizeDevice(d.index);
  });
}

bool ct_memory(CTDevice d, int64_t *current, int64_t *peak) {
  if (d.type == 0) return false;
  CTError error{};
  const bool known = guarded(&error, [&] {
    const auto stats = c10::getDeviceAllocator(device(d).type())->getDeviceStats(d.index < 0 ? 0 : d.index);
    const auto &all = stats.allocated_bytes[static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE)];
    *current = all.current;
    *peak = all.peak;
    return true;
  });
  ct_error_clear(&error);
  return known;
}

void ct_reset_peak_memory(CTDevice d) {
  if (d.type == 0) return;
  CTError error{};
  guarded(&error, [&] {
    c10::getDeviceAllocator(device(d).type())->resetPeakStats(d.index < 0 ? 0 : d.index);
  });
  ct_error_clear(&error);
}

int32_t ct_thread_count(void) { return at::get_num_threads(); }
void ct_set_thread_count(int32_t count) { at::set_num_threads(count); }

void ct_set_deterministic(bool deterministic, CTError *error) {
  guarded(error, [&] { at::globalContext().setDeterministicAlgorithms(deterministic, false); });
}
