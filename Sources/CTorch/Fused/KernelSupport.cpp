#include "KernelSupport.hpp"

#include <ATen/Context.h>
#include <ATen/ops/full.h>
#include <c10/util/Exception.h>
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>
#include <vector>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace retrograde {

namespace {

constexpr int levelCount = static_cast<int>(KernelLevel::avx512BFloat16) + 1;

#if defined(__x86_64__)

KernelLevel processorLevel() {
  // Asks for the operating system's consent as well: without it wide registers are not saved.
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return KernelLevel::baseline;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
    return KernelLevel::avx2;
  if (!__builtin_cpu_supports("avx512bf16")) return KernelLevel::avx512;
  return KernelLevel::avx512BFloat16;
}

std::string features() {
  std::string found;
  const auto add = [&](bool there, const char *name) {
    if (there) found += (found.empty() ? "" : " ") + std::string(name);
  };
  __builtin_cpu_init();
  add(__builtin_cpu_supports("sse4.2"), "sse4_2");
  add(__builtin_cpu_supports("avx"), "avx");
  add(__builtin_cpu_supports("avx2"), "avx2");
  add(__builtin_cpu_supports("fma"), "fma");
  add(__builtin_cpu_supports("avx512f"), "avx512f");
  add(__builtin_cpu_supports("avx512vnni"), "avx512_vnni");
  add(__builtin_cpu_supports("avx512bf16"), "avx512_bf16");
  unsigned a = 0, b = 0, c = 0, d = 0;
  add(__get_cpuid_count(7, 0, &a, &b, &c, &d) && (d >> 22 & 1), "amx_bf16");
  return found;
}

#elif defined(__aarch64__)

KernelLevel processorLevel() { return KernelLevel::baseline; }

#if defined(__APPLE__)

bool hasBFloat16Instructions() {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname("hw.optional.arm.FEAT_BF16", &value, &size, nullptr, 0) == 0 && value == 1;
}

std::string features() { return hasBFloat16Instructions() ? "asimd bf16" : "asimd"; }

#else

bool hasBFloat16Instructions() {
  constexpr unsigned long bf16 = 1ul << 14;  // HWCAP2_BF16 of Linux' asm/hwcap.h
  return (getauxval(AT_HWCAP2) & bf16) != 0;
}

std::string features() {
  std::string found = "asimd";
  if (getauxval(AT_HWCAP) >> 22 & 1) found += " sve";
  if (hasBFloat16Instructions()) found += " bf16";
  return found;
}

#endif

#else

KernelLevel processorLevel() { return KernelLevel::baseline; }
bool hasBFloat16Instructions() { return false; }
std::string features() { return ""; }

#endif

template <class F>
F symbol(const char *name) {
  return reinterpret_cast<F>(dlsym(RTLD_DEFAULT, name));
}

/// What this machine and this libtorch can do together.
struct Machine {
  KernelLevel highest = processorLevel();
  std::string features = retrograde::features();
  LibtorchExtras extras{};
  bool products = false, blocks[2] = {false, false};
  std::string refusal;
  std::array<KernelSupport, levelCount> levels{};

  Machine() {
    const bool built = at::globalContext().hasMKLDNN();
    if (!built) refusal = "libtorch was built without oneDNN";
#if defined(__x86_64__)
    // oneDNN's routes beyond those that libtorch itself takes are known to be faster with AVX-512
    // only, and asked for there only. They are tried before they are trusted: another build, another
    // version or a limit in the environment (ONEDNN_MAX_CPU_ISA) may refuse them.
    if (built && highest >= KernelLevel::avx512) {
      extras.oneDNNProduct = symbol<LibtorchExtras::Product>(
          "_ZN2at6native13mkldnn_matmulERKNS_6TensorES3_S3_ff");
      extras.floatBlock =
          symbol<LibtorchExtras::FloatBlock>("_ZN2at6native7cpublas6brgemmEllllllbPKfS3_Pfb");
      extras.bfloat16Block = symbol<LibtorchExtras::BFloat16Block>(
          "_ZN2at6native7cpublas6brgemmEllllllbPKN3c108BFloat16ES5_Pfb");
      extras.releaseBlocks =
          symbol<LibtorchExtras::Release>("_ZN2at6native7cpublas14brgemm_releaseEb");
      products = extras.oneDNNProduct && works([&] { return multiplies(); });
      blocks[0] = extras.floatBlock && extras.releaseBlocks && works([&] { return multipliesFloats(); });
      blocks[1] = highest >= KernelLevel::avx512BFloat16 && extras.bfloat16Block &&
                  extras.releaseBlocks && works([&] { return multipliesBFloat16s(); });
    }
#endif
    for (int i = 0; i < levelCount; i++) {
      const auto level = static_cast<KernelLevel>(i);
      const bool wide = level >= KernelLevel::avx512;
      const bool last = level == KernelLevel::avx512BFloat16;
#if defined(__x86_64__)
      // libtorch hands bfloat16 to oneDNN where that has AVX-512, and loops over elements elsewhere.
      const bool narrow = wide && built, fast = last && blocks[1];
#else
      const bool narrow = hasBFloat16Instructions() && built, fast = narrow;
#endif
      levels[i] = {level,  &loopsOf(level),   wide && products, narrow,
                   fast,   wide && blocks[0], last && blocks[1]};
    }
  }

  /// Runs a trial; what it throws is a refusal.
  template <class F>
  bool works(F trial) {
    try {
      if (trial()) return true;
      refusal = "oneDNN multiplied wrongly";
    } catch (const c10::Error &error) {
      refusal = error.what_without_backtrace();
    } catch (const std::exception &error) {
      refusal = error.what();
    }
    return false;
  }

  bool multiplies() const {
    const auto a = at::full({4, 8}, 2.0, at::kFloat), b = at::full({8, 4}, 3.0, at::kFloat);
    const auto c = at::full({4, 4}, 1.0, at::kFloat);
    extras.oneDNNProduct(a, b, c, 1.0f, 1.0f);
    const auto *values = c.data_ptr<float>();
    return std::all_of(values, values + 16, [](float x) { return x == 49.0f; });
  }

  static constexpr int64_t side = 32;

  bool multipliesFloats() const {
    const std::vector<float> a(side * side, 2.0f), b(side * side, 3.0f);
    std::vector<float> c(side * side);
    extras.floatBlock(side, side, side, side, side, side, false, a.data(), b.data(), c.data(), false);
    extras.releaseBlocks(false);
    return std::all_of(c.begin(), c.end(), [](float x) { return x == 6.0f * side; });
  }

  bool multipliesBFloat16s() const {
    const std::vector<at::BFloat16> a(side * side, 2.0f), b(side * side, 3.0f);
    std::vector<float> c(side * side);
    extras.bfloat16Block(side, side, side, side, side, side, false, a.data(), b.data(), c.data(), true);
    extras.releaseBlocks(true);
    return std::all_of(c.begin(), c.end(), [](float x) { return x == 6.0f * side; });
  }
};

const Machine &machine() {
  static const Machine found;
  return found;
}

std::atomic<KernelLevel> processLimit{KernelLevel::avx512BFloat16};
thread_local KernelLevel threadLimit = KernelLevel::avx512BFloat16;

}  // namespace

const KernelSupport &support() {
  const auto &found = machine();
  const auto level =
      std::min({found.highest, processLimit.load(std::memory_order_relaxed), threadLimit});
  return found.levels[static_cast<int>(level)];
}

const LibtorchExtras &extras() { return machine().extras; }
KernelLevel highestLevel() { return machine().highest; }
const std::string &oneDNNRefusal() { return machine().refusal; }
const std::string &processorFeatures() { return machine().features; }
void limitProcess(KernelLevel level) { processLimit.store(level, std::memory_order_relaxed); }
KernelLevel exchangeThreadLimit(KernelLevel level) { return std::exchange(threadLimit, level); }

}  // namespace retrograde
