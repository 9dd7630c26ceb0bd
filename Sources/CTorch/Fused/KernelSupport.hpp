// What the processor and the build of libtorch can do, asked once. Whatever chooses between two ways
// of computing asks here, and nobody asks the processor or libtorch elsewhere.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "Loops.hpp"

namespace retrograde {

/// Functions of libtorch that no installed header declares, looked up by name: a build without oneDNN
/// lacks them, and so may another version.
struct LibtorchExtras {
  using Product = void (*)(const at::Tensor &a, const at::Tensor &b, const at::Tensor &out,
                           float beta, float alpha);
  using FloatBlock = void (*)(int64_t M, int64_t N, int64_t K, int64_t lda, int64_t ldb,
                              int64_t ldc, bool add, const float *A, const float *B, float *C,
                              bool pairs);
  using BFloat16Block = void (*)(int64_t M, int64_t N, int64_t K, int64_t lda, int64_t ldb,
                                 int64_t ldc, bool add, const at::BFloat16 *A,
                                 const at::BFloat16 *B, float *C, bool pairs);
  using Release = void (*)(bool pairs);

  Product oneDNNProduct;        ///< at::native::mkldnn_matmul
  FloatBlock floatBlock;        ///< at::native::cpublas::brgemm of float32
  BFloat16Block bfloat16Block;  ///< the same of bfloat16, its right side in pairs of rows
  Release releaseBlocks;        ///< at::native::cpublas::brgemm_release
};

/// The ways of computing that are open at one level.
struct KernelSupport {
  KernelLevel level;
  const Loops *loops;
  bool oneDNNProducts;    ///< float32 products may be handed to oneDNN
  bool bfloat16Products;  ///< libtorch multiplies bfloat16 as such, and not by loops over elements
  bool fastBFloat16;      ///< and does so with instructions of the processor
  bool floatBlocks;       ///< the micro-kernels of causal attention take float32
  bool bfloat16Blocks;    ///< and bfloat16
};

/// What holds on this thread: the machine's best, unless a limit was set.
const KernelSupport &support();

/// The innermost loops that hold on this thread.
inline const Loops &loops() { return *support().loops; }

/// libtorch's undeclared functions; null where this build has none.
const LibtorchExtras &extras();

/// The highest level of this machine.
KernelLevel highestLevel();

/// What libtorch or oneDNN said when it was tried and refused; empty where it did not.
const std::string &oneDNNRefusal();

/// The instruction sets of the processor that matter here, in the spelling of Linux, separated by spaces.
const std::string &processorFeatures();

/// Holds the whole process to `level` from now on.
void limitProcess(KernelLevel level);

/// Holds the calling thread, and the work that it hands to others, to `level`; gives back its former limit.
KernelLevel exchangeThreadLimit(KernelLevel level);

}  // namespace retrograde
