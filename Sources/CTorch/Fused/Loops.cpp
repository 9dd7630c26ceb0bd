// Compiles LoopBodies.hpp once an instruction set. `target_clones` would not reach into templates, and
// Swift packages have no flags for single files.
#include "Loops.hpp"

#include <cmath>
#include <cstring>
#include <type_traits>

#define RETROGRADE_ISA baseline
#include "LoopBodies.hpp"
#undef RETROGRADE_ISA

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2,f16c"))), apply_to = function)
#define RETROGRADE_ISA avx2
#include "LoopBodies.hpp"
#undef RETROGRADE_ISA
#pragma clang attribute pop

#pragma clang attribute push(                                                              \
    __attribute__((target("avx2,fma,bmi,bmi2,f16c,avx512f,avx512bw,avx512dq,avx512vl"))), \
    apply_to = function)
#define RETROGRADE_ISA avx512
#include "LoopBodies.hpp"
#undef RETROGRADE_ISA
#pragma clang attribute pop

#endif

namespace retrograde {

const Loops &loopsOf(KernelLevel level) {
#if defined(__x86_64__)
  switch (level) {
    case KernelLevel::baseline: return baseline::table;
    case KernelLevel::avx2: return avx2::table;
    case KernelLevel::avx512:
    case KernelLevel::avx512BFloat16: return avx512::table;
  }
#endif
  return baseline::table;
}

}  // namespace retrograde
