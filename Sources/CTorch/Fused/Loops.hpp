// The innermost loops, as one table of function pointers for each level of instructions.
#pragma once

#include <cstdint>

namespace retrograde {

/// One soft-capped cross-entropy problem over rows of logits.
struct LossRows {
  void *logits;            ///< [rows, vocabulary]; overwritten by the gradient when `scale` is not 0
  const int64_t *targets;  ///< [rows]; negative: ignored
  int64_t vocabulary;
  float cap;        ///< logits become cap·tanh(logit / cap)
  float scale;      ///< what the gradient of each row's nats is multiplied by; 0: no gradient
  float *scratch;   ///< [vocabulary], this thread's own; unused without gradient
  float *losses;    ///< [rows] nats; 0 where ignored
  int64_t *predicted;  ///< [rows] id of the largest logit, the first among equals
  int64_t *ranks;      ///< [rows] number of logits above the target's; -1 where ignored
  float *entropies;    ///< [rows] entropy of the prediction, nats; null where it is not wanted, or with gradient
};

/// One AdamW update of `count` elements.
struct AdamStep {
  float *parameter, *first, *second;
  const float *gradient;
  uint16_t *compute;  ///< bfloat16 copy of the new parameter, or null
  float gradientScale, rate, decay, beta1, beta2, epsilon, correction1, correction2;
};

/// Kernels over storage that is float32 (`[0]`) or bfloat16 (`[1]`); all arithmetic is float32.
struct Loops {
  const char *name;

  /// sum = x + delta (when delta is given), y = sum / rms(sum); keeps 1 / rms of each row.
  void (*norm[2])(const void *x, const void *delta, void *sum, void *y, float *inverse,
                  int64_t rows, int64_t width, float epsilon);
  /// dx = dsum + inverse·(dy − y·mean(dy·y)); `dsum` may be null. Needs the output, not the input.
  void (*normBackward[2])(const void *y, const float *inverse, const void *dy, const void *dsum,
                          void *dx, int64_t rows, int64_t width);

  /// Rows [begin, end) of x [B, T, H, D] in place: rotate by −θ(t), then divide by the rms.
  void (*rotateNorm[2])(void *x, const float *cosine, const float *sine, float *inverse,
                        int64_t begin, int64_t end, int64_t heads, int64_t positions,
                        int64_t width, float epsilon);
  /// The same rows' gradient, from the output y.
  void (*rotateNormBackward[2])(const void *y, const float *inverse, const float *cosine,
                                const float *sine, const void *dy, void *dx, int64_t begin,
                                int64_t end, int64_t heads, int64_t positions, int64_t width);

  /// a = relu(a)².
  void (*squaredReLU[2])(void *a, int64_t count);
  /// g = g·2·√a, a being the output: relu(h) is √a, so h itself is not kept.
  void (*squaredReLUBackward[2])(const void *a, void *g, int64_t count);

  /// out = x·x summed in float64 over blocks.
  double (*sumOfSquares[2])(const void *x, int64_t count);

  /// Rows [begin, end) of the loss.
  void (*lossRows[2])(const LossRows &problem, int64_t begin, int64_t end);

  /// Turns `rows` × `columns` 32-bit words; strides in words, both counts multiples of 16.
  void (*transpose)(const uint32_t *x, int64_t stride, uint32_t *y, int64_t turnedStride,
                    int64_t rows, int64_t columns);
  /// Interleaves pairs of 16-bit rows, as products of bfloat16 want their right side; an odd last
  /// row is paired with zeros. `x` has `rows` rows, y `rows / 2` (rounded up) of 2·width.
  void (*interleave)(const uint16_t *x, int64_t stride, uint16_t *y, int64_t rows, int64_t width);
  /// Splits a row of pairs into its even and odd halves.
  void (*separate)(const uint16_t *pairs, uint16_t *even, uint16_t *odd, int64_t count);
  /// y = x, rounded to storage.
  void (*narrowRow[2])(const float *x, void *y, float scale, int64_t count);
  /// Causal softmax of rows of scores: row r sees its first `visible + r` entries, the rest up to
  /// `padded` become 0. Probabilities are left unnormalised; `inverse` is 1 / their sum.
  void (*softmaxRows[2])(const float *scores, void *probabilities, float *inverse, float *logSums,
                         float scale, int64_t rows, int64_t visible, int64_t stride,
                         int64_t padded);
  /// For a turned block (rows are keys, columns queries): P = exp(scale·S − logSum) and
  /// dS = scale·P∘(dP − delta); columns before `first + row` and from `count` on are 0.
  void (*softmaxBackward[2])(const float *scores, const float *gradients, const float *logSums,
                             const float *deltas, void *probabilities, void *result, float scale,
                             int64_t rows, int64_t first, int64_t count, int64_t width);
  /// x·y.
  float (*dot[2])(const void *x, const void *y, int64_t count);

  /// row += x, for the scatter of embedding gradients.
  void (*accumulate[2])(const void *x, float *row, int64_t count);

  void (*adam)(const AdamStep &step, int64_t begin, int64_t end);
  /// moving ← lerp(moving, s·g, 1−m); direction ← lerp(s·g, moving, m) as stored; Σ direction².
  double (*momentum[2])(float *moving, const float *g, void *direction, float scale, float m,
                        int64_t count);
  /// p −= step·direction, and the bfloat16 copy when `compute` is given.
  void (*descend[2])(float *p, const void *direction, uint16_t *compute, float step,
                     int64_t count);
  /// Rounds float32 to bfloat16.
  void (*toBFloat16)(const float *x, uint16_t *y, int64_t count);
};

/// Sets of instructions, each with all that the ones before it have. The baseline is what every
/// processor of the architecture has: SSE2 on x86-64, NEON on arm64.
enum class KernelLevel : int32_t { baseline, avx2, avx512, avx512BFloat16 };

/// The loops compiled for `level`; on other processors than x86-64 there is one level.
const Loops &loopsOf(KernelLevel level);

}  // namespace retrograde
