// The C face of libtorch: the only thing Swift sees of it.
//
// Rules of the seam
//  * A CTTensorRef is the owned (+1) intrusive pointer of an at::Tensor. Inputs borrow, results own.
//    A null input is an absent tensor; a null result means that the error was filled.
//  * Every function that can fail takes a trailing CTError and never lets an exception out.
//  * dtypes and devices are libtorch's own numbers, pinned by static_assert in Seam.hpp.
#ifndef RETROGRADE_CTORCH_H
#define RETROGRADE_CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

typedef struct CTTensor *CTTensorRef;
typedef struct CTGenerator *CTGeneratorRef;

typedef struct {
  int32_t code;  // 0 none, 1 libtorch, 2 out of memory, 3 other C++
  char *_Nullable message;  // malloc'd; ct_error_clear frees it
} CTError;

typedef struct {
  int8_t type;   // c10::DeviceType
  int8_t index;  // -1: the current one
} CTDevice;

void ct_error_clear(CTError *error);

// MARK: Handles
void ct_release(CTTensorRef tensor);
int64_t ct_live_handles(void);

// MARK: Creation.cpp
CTTensorRef _Nullable ct_empty(const int64_t *sizes, size_t rank, int8_t dtype, CTDevice device, CTError *error);
CTTensorRef _Nullable ct_full(const int64_t *sizes, size_t rank, double value, int8_t dtype, CTDevice device, CTError *error);
CTTensorRef _Nullable ct_arange(int64_t start, int64_t end, int64_t step, int8_t dtype, CTDevice device, CTError *error);
/// Copies `byteCount` bytes of row-major host data.
CTTensorRef _Nullable ct_from_bytes(const void *bytes, size_t byteCount, const int64_t *sizes, size_t rank, int8_t dtype, CTDevice device, CTError *error);
/// Copies the elements, row-major, to host memory of exactly `byteCount` bytes.
void ct_copy_to_host(CTTensorRef tensor, void *bytes, size_t byteCount, CTError *error);
CTTensorRef _Nullable ct_to(CTTensorRef tensor, int8_t dtype, CTDevice device, CTError *error);
CTTensorRef _Nullable ct_clone(CTTensorRef tensor, CTError *error);
CTTensorRef _Nullable ct_contiguous(CTTensorRef tensor, CTError *error);
CTTensorRef _Nullable ct_detach(CTTensorRef tensor, CTError *error);

// MARK: Facts of a tensor, which cannot fail
size_t ct_rank(CTTensorRef tensor);
int64_t ct_size(CTTensorRef tensor, size_t axis);
int64_t ct_stride(CTTensorRef tensor, size_t axis);
int64_t ct_element_count(CTTensorRef tensor);
size_t ct_element_bytes(CTTensorRef tensor);
int8_t ct_dtype(CTTensorRef tensor);
CTDevice ct_device(CTTensorRef tensor);
bool ct_is_contiguous(CTTensorRef tensor);
bool ct_requires_gradient(CTTensorRef tensor);
bool ct_shares_storage(CTTensorRef a, CTTensorRef b);

// MARK: Shape.cpp
CTTensorRef _Nullable ct_reshape(CTTensorRef tensor, const int64_t *sizes, size_t rank, CTError *error);
CTTensorRef _Nullable ct_expand(CTTensorRef tensor, const int64_t *sizes, size_t rank, CTError *error);
CTTensorRef _Nullable ct_permute(CTTensorRef tensor, const int64_t *axes, size_t rank, CTError *error);
CTTensorRef _Nullable ct_transpose(CTTensorRef tensor, int64_t a, int64_t b, CTError *error);
CTTensorRef _Nullable ct_narrow(CTTensorRef tensor, int64_t axis, int64_t start, int64_t count, CTError *error);
CTTensorRef _Nullable ct_select(CTTensorRef tensor, int64_t axis, int64_t index, CTError *error);
CTTensorRef _Nullable ct_squeeze(CTTensorRef tensor, int64_t axis, CTError *error);
CTTensorRef _Nullable ct_unsqueeze(CTTensorRef tensor, int64_t axis, CTError *error);
CTTensorRef _Nullable ct_flip(CTTensorRef tensor, int64_t axis, CTError *error);
CTTensorRef _Nullable ct_concatenate(const CTTensorRef _Nonnull *_Nonnull tensors, size_t count, int64_t axis, CTError *error);
CTTensorRef _Nullable ct_stack(const CTTensorRef _Nonnull *_Nonnull tensors, size_t count, int64_t axis, CTError *error);

// MARK: Pointwise.cpp
#define CT_UNARY(name) CTTensorRef _Nullable ct_##name(CTTensorRef tensor, CTError *error);
CT_UNARY(neg) CT_UNARY(exp) CT_UNARY(log) CT_UNARY(sqrt) CT_UNARY(rsqrt) CT_UNARY(tanh)
CT_UNARY(sigmoid) CT_UNARY(relu) CT_UNARY(abs) CT_UNARY(square) CT_UNARY(sin) CT_UNARY(cos)
CT_UNARY(reciprocal) CT_UNARY(isfinite) CT_UNARY(logical_not)
#undef CT_UNARY

#define CT_BINARY(name) CTTensorRef _Nullable ct_##name(CTTensorRef a, CTTensorRef b, CTError *error);
CT_BINARY(add) CT_BINARY(sub) CT_BINARY(mul) CT_BINARY(div) CT_BINARY(maximum) CT_BINARY(minimum)
CT_BINARY(eq) CT_BINARY(ne) CT_BINARY(lt) CT_BINARY(le) CT_BINARY(gt) CT_BINARY(ge)
CT_BINARY(logical_and) CT_BINARY(logical_or)
#undef CT_BINARY

#define CT_SCALAR(name) CTTensorRef _Nullable ct_##name##_scalar(CTTensorRef a, double b, CTError *error);
CT_SCALAR(add) CT_SCALAR(sub) CT_SCALAR(mul) CT_SCALAR(div) CT_SCALAR(pow)
CT_SCALAR(eq) CT_SCALAR(ne) CT_SCALAR(lt) CT_SCALAR(le) CT_SCALAR(gt) CT_SCALAR(ge)
#undef CT_SCALAR
CTTensorRef _Nullable ct_clamp(CTTensorRef tensor, double lower, double upper, CTError *error);
CTTensorRef _Nullable ct_where(CTTensorRef condition, CTTensorRef a, CTTensorRef b, CTError *error);

// MARK: Reduction.cpp — `rank` 0 reduces every axis
CTTensorRef _Nullable ct_sum(CTTensorRef tensor, const int64_t *axes, size_t rank, bool keep, CTError *error);
CTTensorRef _Nullable ct_mean(CTTensorRef tensor, const int64_t *axes, size_t rank, bool keep, CTError *error);
CTTensorRef _Nullable ct_amax(CTTensorRef tensor, const int64_t *axes, size_t rank, bool keep, CTError *error);
CTTensorRef _Nullable ct_amin(CTTensorRef tensor, const int64_t *axes, size_t rank, bool keep, CTError *error);
CTTensorRef _Nullable ct_norm(CTTensorRef tensor, CTError *error);
CTTensorRef _Nullable ct_std(CTTensorRef tensor, CTError *error);
CTTensorRef _Nullable ct_logsumexp(CTTensorRef tensor, int64_t axis, CTError *error);
CTTensorRef _Nullable ct_argmax(CTTensorRef tensor, int64_t axis, CTError *error);
CTTensorRef _Nullable ct_cumsum(CTTensorRef tensor, int64_t axis, CTError *error);
CTTensorRef _Nullable ct_all(CTTensorRef tensor, CTError *error);
CTTensorRef _Nullable ct_any(CTTensorRef tensor, CTError *error);
CTTensorRef _Nullable ct_histogram(CTTensorRef tensor, int64_t bins, double lower, double upper, CTError *error);

// MARK: LinearAlgebra.cpp
CTTensorRef _Nullable ct_matmul(CTTensorRef a, CTTensorRef b, CTError *error);
CTTensorRef _Nullable ct_linear(CTTensorRef x, CTTensorRef weight, CTError *error);
CTTensorRef _Nullable ct_addmm(CTTensorRef base, CTTensorRef a, CTTensorRef b, double beta, double alpha, CTError *error);

// MARK: Indexing.cpp
CTTensorRef _Nullable ct_gather(CTTensorRef tensor, int64_t axis, CTTensorRef index, CTError *error);
CTTensorRef _Nullable ct_index_select(CTTensorRef tensor, int64_t axis, CTTensorRef index, CTError *error);
CTTensorRef _Nullable ct_index_add(CTTensorRef tensor, int64_t axis, CTTensorRef index, CTTensorRef source, CTError *error);
/// Overwrites the slices of `tensor` that `index` names with those of `source`.
void ct_index_copy_(CTTensorRef tensor, int64_t axis, CTTensorRef index, CTTensorRef source, CTError *error);
CTTensorRef _Nullable ct_masked_fill(CTTensorRef tensor, CTTensorRef mask, double value, CTError *error);
CTTensorRef _Nullable ct_tril(CTTensorRef tensor, int64_t diagonal, CTError *error);
/// Writes values and indices of the k largest along `axis`, largest first.
void ct_topk(CTTensorRef tensor, int64_t k, int64_t axis, CTTensorRef _Nullable *_Nonnull values, CTTensorRef _Nullable *_Nonnull indices, CTError *error);
void ct_sort(CTTensorRef tensor, int64_t axis, bool descending, CTTensorRef _Nullable *_Nonnull values, CTTensorRef _Nullable *_Nonnull indices, CTError *error);

// MARK: Network.cpp
CTTensorRef _Nullable ct_softmax(CTTensorRef tensor, int64_t axis, CTError *error);
CTTensorRef _Nullable ct_log_softmax(CTTensorRef tensor, int64_t axis, CTError *error);
CTTensorRef _Nullable ct_embedding(CTTensorRef weight, CTTensorRef ids, CTError *error);
CTTensorRef _Nullable ct_rms_norm(CTTensorRef tensor, double epsilon, CTError *error);
/// `mask` absent: causal if `causal`, else none. q [B,H,Tq,D], k and v [B,H,Tk,D].
CTTensorRef _Nullable ct_attention(CTTensorRef q, CTTensorRef k, CTTensorRef v, CTTensorRef _Nullable mask, bool causal, CTError *error);
/// Nats of each target, 0 where the target is −1. logits [N,V], targets [N] int64.
CTTensorRef _Nullable ct_cross_entropy(CTTensorRef logits, CTTensorRef targets, CTError *error);

// MARK: Fused.cpp — CPU kernels of our own; see Fused/*.hpp for shapes. A `copy` is the weight in the
// activations' dtype, absent where the weight has it already.
CTTensorRef _Nullable ct_fused_linear(CTTensorRef x, CTTensorRef weight, CTTensorRef _Nullable copy, CTError *error);
CTTensorRef _Nullable ct_fused_squared_relu_network(CTTensorRef x, CTTensorRef expand, CTTensorRef _Nullable expandCopy, CTTensorRef contract, CTTensorRef _Nullable contractCopy, CTError *error);
CTTensorRef _Nullable ct_fused_norm(CTTensorRef x, CTError *error);
void ct_fused_add_norm(CTTensorRef x, CTTensorRef delta, CTTensorRef _Nullable *_Nonnull sum, CTTensorRef _Nullable *_Nonnull normed, CTError *error);
CTTensorRef _Nullable ct_fused_embed_norm(CTTensorRef weight, CTTensorRef ids, int8_t dtype, CTError *error);
/// `weights` and `copies`: query, key, value; `results`: q, k, v as [B, T, H, D].
void ct_fused_attention_inputs(CTTensorRef x, const CTTensorRef _Nonnull *_Nonnull weights, const CTTensorRef _Nullable *_Nonnull copies, CTTensorRef cosine, CTTensorRef sine, int64_t headWidth, CTTensorRef _Nullable *_Nonnull results, CTError *error);
CTTensorRef _Nullable ct_fused_causal_attention(CTTensorRef q, CTTensorRef k, CTTensorRef v, CTError *error);
/// `results`: loss, per-token losses, predictions, ranks, entropies (none where a gradient is wanted).
void ct_fused_loss_head(CTTensorRef x, CTTensorRef weight, CTTensorRef _Nullable copy, CTTensorRef targets, CTTensorRef _Nullable weights, double scale, double cap, CTTensorRef _Nullable *_Nonnull results, CTError *error);

// MARK: Random.cpp
CTGeneratorRef _Nullable ct_generator(uint64_t seed, CTDevice device, CTError *error);
void ct_generator_release(CTGeneratorRef generator);
/// The state as a uint8 tensor, and back.
CTTensorRef _Nullable ct_generator_state(CTGeneratorRef generator, CTError *error);
void ct_generator_restore(CTGeneratorRef generator, CTTensorRef state, CTError *error);
CTTensorRef _Nullable ct_normal(const int64_t *sizes, size_t rank, double mean, double deviation, int8_t dtype, CTGeneratorRef generator, CTError *error);
CTTensorRef _Nullable ct_uniform(const int64_t *sizes, size_t rank, double lower, double upper, int8_t dtype, CTGeneratorRef generator, CTError *error);
CTTensorRef _Nullable ct_integers(const int64_t *sizes, size_t rank, int64_t lower, int64_t upper, CTGeneratorRef generator, CTError *error);
CTTensorRef _Nullable ct_multinomial(CTTensorRef probabilities, int64_t count, CTGeneratorRef generator, CTError *error);

// MARK: Autograd.cpp
void ct_set_requires_gradient(CTTensorRef tensor, bool required, CTError *error);
void ct_backward(CTTensorRef tensor, CTTensorRef _Nullable gradient, CTError *error);
/// The accumulated gradient (+1), or null where there is none.
CTTensorRef _Nullable ct_gradient(CTTensorRef tensor);
void ct_set_gradient(CTTensorRef tensor, CTTensorRef _Nullable gradient, CTError *error);
bool ct_gradient_enabled(void);
void ct_set_gradient_enabled(bool enabled);

// MARK: InPlace.cpp — under no-grad only
void ct_copy_(CTTensorRef into, CTTensorRef from, CTError *error);
void ct_fill_(CTTensorRef tensor, double value, CTError *error);
void ct_mul_scalar_(CTTensorRef tensor, double factor, CTError *error);
void ct_add_scaled_(CTTensorRef tensor, CTTensorRef other, double factor, CTError *error);
void ct_lerp_(CTTensorRef tensor, CTTensorRef end, double weight, CTError *error);
void ct_addcmul_(CTTensorRef tensor, CTTensorRef a, CTTensorRef b, double value, CTError *error);
void ct_addcdiv_(CTTensorRef tensor, CTTensorRef a, CTTensorRef b, double value, CTError *error);

// MARK: FusedOptimizers.cpp — parallel lists of `count` float32 tensors on the CPU.
/// Sum of the squares of all elements, in float64 and one order.
double ct_fused_sum_of_squares(const CTTensorRef _Nonnull *_Nonnull gradients, size_t count, CTError *error);
void ct_fused_adam_step(const CTTensorRef _Nonnull *_Nonnull parameters, const CTTensorRef _Nonnull *_Nonnull gradients, const CTTensorRef _Nonnull *_Nonnull first, const CTTensorRef _Nonnull *_Nonnull second, size_t count, double rate, double beta1, double beta2, double epsilon, double decay, int64_t step, double gradientScale, CTError *error);
void ct_fused_muon_step(const CTTensorRef _Nonnull *_Nonnull parameters, const CTTensorRef _Nonnull *_Nonnull gradients, const CTTensorRef _Nonnull *_Nonnull moving, size_t count, double rate, double momentum, double gradientScale, int64_t iterations, int8_t dtype, CTError *error);

// MARK: Kernels.cpp — see Fused/KernelSupport.hpp
typedef struct {
  int32_t level;  // KernelLevel: 0 baseline, 1 AVX2, 2 AVX-512, 3 AVX-512 with bfloat16
  bool onednn_products;
  bool bfloat16_products;
  bool fast_bfloat16;
  bool float_blocks;
  bool bfloat16_blocks;
} CTKernelSupport;
/// What holds on this thread.
CTKernelSupport ct_kernel_support(void);
int32_t ct_highest_kernel_level(void);
/// Why oneDNN cannot be used directly; empty where it can, or where nobody asked.
const char *ct_onednn_refusal(void);
const char *ct_processor_features(void);
void ct_limit_kernels(int32_t level);
/// Limits the calling thread and what it hands to others; returns its former limit.
int32_t ct_exchange_thread_kernel_limit(int32_t level);

// MARK: Device.cpp
const char *ct_version(void);
/// The CPU instruction set that libtorch's kernels chose: "AVX512", "AVX2", "DEFAULT", …
const char *ct_cpu_capability(void);
bool ct_has_onednn(void);
/// dlopens libtorch_cuda beside libtorch_cpu when present; true when a CUDA device can be used.
bool ct_load_cuda(const char *folder);
int32_t ct_device_count(int8_t type);
void ct_synchronize(CTDevice device, CTError *error);
/// Bytes now and at peak in the device allocator; false where the device keeps no count (CPU).
bool ct_memory(CTDevice device, int64_t *current, int64_t *peak);
void ct_reset_peak_memory(CTDevice device);
int32_t ct_thread_count(void);
void ct_set_thread_count(int32_t count);
void ct_set_deterministic(bool deterministic, CTError *error);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
#endif
