// The C face of Fused/KernelSupport.
#include "Fused/KernelSupport.hpp"
#include "ctorch.h"

using namespace retrograde;

CTKernelSupport ct_kernel_support(void) {
  const auto &found = support();
  return {static_cast<int32_t>(found.level), found.oneDNNProducts, found.bfloat16Products,
          found.fastBFloat16,                found.floatBlocks,    found.bfloat16Blocks};
}
int32_t ct_highest_kernel_level(void) { return static_cast<int32_t>(highestLevel()); }
const char *ct_onednn_refusal(void) { return oneDNNRefusal().c_str(); }
const char *ct_processor_features(void) { return processorFeatures().c_str(); }
void ct_limit_kernels(int32_t level) { limitProcess(static_cast<KernelLevel>(level)); }
int32_t ct_exchange_thread_kernel_limit(int32_t level) {
  return static_cast<int32_t>(exchangeThreadLimit(static_cast<KernelLevel>(level)));
}
