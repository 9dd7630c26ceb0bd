// Compiles LoopBodies.hpp once an instruction set and picks one at run time. `target_clones` would
// not reach into templates, and Swift packages have no flags for single files.
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

const Loops &loops() {
#if defined(__x86_64__)
  static const Loops &chosen = [&]() -> const Loops & {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
      return avx512::table;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2::table;
    return baseline::table;
  }();
  return chosen;
#else
  return baseline::table;
#endif
}

}  // namespace retrograde
