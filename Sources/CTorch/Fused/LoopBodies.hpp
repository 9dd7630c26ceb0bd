// Bodies of the loops in Loops.hpp, included once an instruction set with RETROGRADE_ISA set to the
// namespace's name; no include guard, no includes of its own, and nothing from the standard library,
// whose inline functions would be compiled for the wrong machine.

namespace retrograde::RETROGRADE_ISA {

using bits16 = uint16_t;

inline __attribute__((always_inline)) float widen(float x) { return x; }
inline __attribute__((always_inline)) float widen(bits16 x) {
  return __builtin_bit_cast(float, static_cast<uint32_t>(x) << 16);
}
inline __attribute__((always_inline)) void store(float *p, float x) { *p = x; }
/// Rounds to nearest even; a NaN stays one.
inline __attribute__((always_inline)) void store(bits16 *p, float x) {
  const uint32_t b = __builtin_bit_cast(uint32_t, x);
  const uint32_t rounded = (b + 0x7fff + ((b >> 16) & 1)) >> 16;
  *p = static_cast<bits16>(x != x ? 0x7fc0u : rounded);
}
inline __attribute__((always_inline)) float absolute(float x) {
  return __builtin_bit_cast(float, __builtin_bit_cast(uint32_t, x) & 0x7fffffffu);
}

/// e^x for |x| ≤ 80, within 2 ulp. Source: Cephes `expf`.
inline __attribute__((always_inline)) float exponential(float x) {
  const float magic = 12582912.0f;  // 1.5·2²³: adding it rounds to an integer
  const float shifted = x * 1.44269504088896341f + magic;
  const float n = shifted - magic;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  const float y = p * (r * r) + r + 1.0f;
  // A product, not a sum of exponents, so that a NaN stays one.
  const uint32_t power = (__builtin_bit_cast(uint32_t, shifted) << 23) + 0x3f800000u;
  return y * __builtin_bit_cast(float, power);
}

/// tanh within a few ulp. Source: the rational approximation of Eigen's `ptanh`.
inline __attribute__((always_inline)) float hyperbolicTangent(float u) {
  const float bound = 7.90531110763549805f;
  float x = u > bound ? bound : u;
  x = x < -bound ? -bound : x;
  const float s = x * x;
  float p = -2.76076847742355e-16f;
  p = p * s + 2.00018790482477e-13f;
  p = p * s + -8.60467152213735e-11f;
  p = p * s + 5.12229709037114e-08f;
  p = p * s + 1.48572235717979e-05f;
  p = p * s + 6.37261928875436e-04f;
  p = p * s + 4.89352455891786e-03f;
  float q = 1.19825839466702e-06f;
  q = q * s + 1.18534705686654e-04f;
  q = q * s + 2.26843463243900e-03f;
  q = q * s + 4.89352518554385e-03f;
  return x * p / q;
}

template <class S>
void norm(const void *xRaw, const void *deltaRaw, void *sumRaw, void *yRaw, float *inverse,
          int64_t rows, int64_t width, float epsilon) {
#pragma clang fp reassociate(on)
  for (int64_t row = 0; row < rows; row++) {
    const S *__restrict x = static_cast<const S *>(xRaw) + row * width;
    S *__restrict y = static_cast<S *>(yRaw) + row * width;
    float squares = 0;
    const S *source = x;
    if (deltaRaw) {
      const S *__restrict delta = static_cast<const S *>(deltaRaw) + row * width;
      S *__restrict sum = static_cast<S *>(sumRaw) + row * width;
      for (int64_t c = 0; c < width; c++) store(sum + c, widen(x[c]) + widen(delta[c]));
      source = sum;
    }
    for (int64_t c = 0; c < width; c++) squares += widen(source[c]) * widen(source[c]);
    const float r = 1.0f / __builtin_sqrtf(squares / static_cast<float>(width) + epsilon);
    for (int64_t c = 0; c < width; c++) store(y + c, widen(source[c]) * r);
    inverse[row] = r;
  }
}

template <class S>
void normBackward(const void *yRaw, const float *inverse, const void *dyRaw, const void *dsumRaw,
                  void *dxRaw, int64_t rows, int64_t width) {
#pragma clang fp reassociate(on)
  for (int64_t row = 0; row < rows; row++) {
    const S *__restrict y = static_cast<const S *>(yRaw) + row * width;
    const S *__restrict dy = static_cast<const S *>(dyRaw) + row * width;
    S *__restrict dx = static_cast<S *>(dxRaw) + row * width;
    float dot = 0;
    for (int64_t c = 0; c < width; c++) dot += widen(y[c]) * widen(dy[c]);
    const float mean = dot / static_cast<float>(width), r = inverse[row];
    if (dsumRaw) {
      const S *__restrict dsum = static_cast<const S *>(dsumRaw) + row * width;
      for (int64_t c = 0; c < width; c++)
        store(dx + c, widen(dsum[c]) + r * (widen(dy[c]) - widen(y[c]) * mean));
    } else {
      for (int64_t c = 0; c < width; c++) store(dx + c, r * (widen(dy[c]) - widen(y[c]) * mean));
    }
  }
}

/// The widest head the rotations below have room for.
constexpr int64_t widestHead = 1024;

template <class S>
void rotateNorm(void *xRaw, const float *cosine, const float *sine, float *inverse, int64_t begin,
                int64_t end, int64_t heads, int64_t positions, int64_t width, float epsilon) {
#pragma clang fp reassociate(on)
  const int64_t half = width / 2;
  float turned[widestHead];
  for (int64_t row = begin; row < end; row++) {
    S *__restrict x = static_cast<S *>(xRaw) + row * width;
    const int64_t position = (row / heads) % positions;
    const float *__restrict c = cosine + position * half;
    const float *__restrict s = sine + position * half;
    float squares = 0;
    for (int64_t i = 0; i < half; i++) {
      const float a = widen(x[i]), b = widen(x[half + i]);
      const float left = a * c[i] + b * s[i], right = b * c[i] - a * s[i];
      turned[i] = left;
      turned[half + i] = right;
      squares += left * left + right * right;
    }
    const float r = 1.0f / __builtin_sqrtf(squares / static_cast<float>(width) + epsilon);
    for (int64_t i = 0; i < width; i++) store(x + i, turned[i] * r);
    inverse[row] = r;
  }
}

template <class S>
void rotateNormBackward(const void *yRaw, const float *inverse, const float *cosine,
                        const float *sine, const void *dyRaw, void *dxRaw, int64_t begin,
                        int64_t end, int64_t heads, int64_t positions, int64_t width) {
#pragma clang fp reassociate(on)
  const int64_t half = width / 2;
  for (int64_t row = begin; row < end; row++) {
    const S *__restrict y = static_cast<const S *>(yRaw) + row * width;
    const S *__restrict dy = static_cast<const S *>(dyRaw) + row * width;
    S *__restrict dx = static_cast<S *>(dxRaw) + row * width;
    const int64_t position = (row / heads) % positions;
    const float *__restrict c = cosine + position * half;
    const float *__restrict s = sine + position * half;
    float dot = 0;
    for (int64_t i = 0; i < width; i++) dot += widen(y[i]) * widen(dy[i]);
    const float mean = dot / static_cast<float>(width), r = inverse[row];
    for (int64_t i = 0; i < half; i++) {
      const float left = r * (widen(dy[i]) - widen(y[i]) * mean);
      const float right = r * (widen(dy[half + i]) - widen(y[half + i]) * mean);
      store(dx + i, left * c[i] - right * s[i]);
      store(dx + half + i, left * s[i] + right * c[i]);
    }
  }
}

template <class S>
void squaredReLU(void *raw, int64_t count) {
  S *a = static_cast<S *>(raw);
  for (int64_t i = 0; i < count; i++) {
    const float x = widen(a[i]);
    // Written so that a NaN comes through.
    const float r = x < 0.0f ? 0.0f : x;
    store(a + i, r * r);
  }
}

template <class S>
void squaredReLUBackward(const void *aRaw, void *gRaw, int64_t count) {
  const S *__restrict a = static_cast<const S *>(aRaw);
  S *__restrict g = static_cast<S *>(gRaw);
  for (int64_t i = 0; i < count; i++)
    store(g + i, widen(g[i]) * (2.0f * __builtin_sqrtf(widen(a[i]))));
}

template <class S>
double sumOfSquares(const void *raw, int64_t count) {
#pragma clang fp reassociate(on)
  const S *x = static_cast<const S *>(raw);
  double total = 0;
  for (int64_t begin = 0; begin < count; begin += 1024) {
    const int64_t end = begin + 1024 < count ? begin + 1024 : count;
    float squares = 0;
    for (int64_t i = begin; i < end; i++) squares += widen(x[i]) * widen(x[i]);
    total += static_cast<double>(squares);
  }
  return total;
}

template <class S>
void accumulate(const void *raw, float *row, int64_t count) {
  const S *__restrict x = static_cast<const S *>(raw);
  float *__restrict y = row;
  for (int64_t i = 0; i < count; i++) y[i] += widen(x[i]);
}

/// Orders like the float it comes from, so that integer comparisons can be vectorised.
inline __attribute__((always_inline)) int32_t ordered(float x) {
  const int32_t b = __builtin_bit_cast(int32_t, x);
  return b ^ ((b >> 31) & 0x7fffffff);
}

/// Index of the largest element, and how many are above element `target` (when that is one).
template <class S>
void placeInRow(const S *z, int64_t count, int64_t target, int64_t &predicted, int64_t &rank) {
  const int32_t mark = target >= 0 ? ordered(widen(z[target])) : 0x7fffffff;
  int32_t highest = -0x7fffffff - 1, above = 0;
  for (int64_t v = 0; v < count; v++) {
    const int32_t key = ordered(widen(z[v]));
    highest = key > highest ? key : highest;
    above += key > mark ? 1 : 0;
  }
  rank = target >= 0 ? above : -1;
  predicted = 0;
  for (int64_t begin = 0; begin < count; begin += 256) {
    const int64_t end = begin + 256 < count ? begin + 256 : count;
    int32_t hits = 0;
    for (int64_t v = begin; v < end; v++) hits += ordered(widen(z[v])) == highest ? 1 : 0;
    if (hits == 0) continue;
    for (int64_t v = begin; v < end; v++) {
      if (ordered(widen(z[v])) == highest) {
        predicted = v;
        return;
      }
    }
  }
}

template <class S>
void lossRows(const LossRows &problem, int64_t begin, int64_t end) {
#pragma clang fp reassociate(on)
  const int64_t V = problem.vocabulary;
  const float cap = problem.cap, inverseCap = 1.0f / problem.cap;
  for (int64_t row = begin; row < end; row++) {
    S *__restrict z = static_cast<S *>(problem.logits) + row * V;
    const int64_t target = problem.targets[row];
    placeInRow(z, V, target, problem.predicted[row], problem.ranks[row]);
    if (target < 0) {
      problem.losses[row] = 0;
      if (problem.entropies) problem.entropies[row] = 0;
      if (problem.scale != 0.0f)
        for (int64_t v = 0; v < V; v++) z[v] = 0;
      continue;
    }
    const float tangent = hyperbolicTangent(widen(z[target]) * inverseCap);
    // Soft-capped logits are within ±cap, so the sum needs no maximum taken out.
    double total = 0, energy = 0;
    float *__restrict weighted = problem.scratch;
    for (int64_t from = 0; from < V; from += 1024) {
      const int64_t to = from + 1024 < V ? from + 1024 : V;
      float sum = 0;
      if (problem.scale != 0.0f) {
        for (int64_t v = from; v < to; v++) {
          const float t = hyperbolicTangent(widen(z[v]) * inverseCap);
          const float e = exponential(cap * t);
          sum += e;
          weighted[v] = e * (1.0f - t * t);
        }
      } else if (problem.entropies) {
        float product = 0;
        for (int64_t v = from; v < to; v++) {
          const float logit = cap * hyperbolicTangent(widen(z[v]) * inverseCap);
          const float e = exponential(logit);
          sum += e;
          product += e * logit;
        }
        energy += static_cast<double>(product);
      } else {
        for (int64_t v = from; v < to; v++)
          sum += exponential(cap * hyperbolicTangent(widen(z[v]) * inverseCap));
      }
      total += static_cast<double>(sum);
    }
    problem.losses[row] = static_cast<float>(__builtin_log(total) - static_cast<double>(cap * tangent));
    // H = ln Σ exp z − Σ z exp z / Σ exp z.
    if (problem.entropies) problem.entropies[row] = static_cast<float>(__builtin_log(total) - energy / total);
    if (problem.scale == 0.0f) continue;
    const float share = static_cast<float>(static_cast<double>(problem.scale) / total);
    const float atTarget =
        weighted[target] * share - problem.scale * (1.0f - tangent * tangent);
    for (int64_t v = 0; v < V; v++) store(z + v, weighted[v] * share);
    store(z + target, atTarget);
  }
}

#include "AttentionBodies.hpp"

inline void adam(const AdamStep &s, int64_t begin, int64_t end) {
  float *__restrict p = s.parameter;
  float *__restrict first = s.first;
  float *__restrict second = s.second;
  const float *__restrict gradient = s.gradient;
  uint16_t *__restrict compute = s.compute;
  const float scale = s.gradientScale, beta1 = s.beta1, beta2 = s.beta2, epsilon = s.epsilon;
  const float keep = 1.0f - s.rate * s.decay, step = s.rate / s.correction1;
  const float inverseRoot = 1.0f / __builtin_sqrtf(s.correction2);
  // Blocks, so that the bfloat16 copy is made of what is still in the first cache.
  for (int64_t from = begin; from < end; from += 2048) {
    const int64_t to = from + 2048 < end ? from + 2048 : end;
    for (int64_t i = from; i < to; i++) {
      const float g = gradient[i] * scale;
      const float m = first[i] + (g - first[i]) * (1.0f - beta1);
      const float v = second[i] * beta2 + (1.0f - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      p[i] = p[i] * keep - step * m / (__builtin_sqrtf(v) * inverseRoot + epsilon);
    }
    if (compute)
      for (int64_t i = from; i < to; i++) store(compute + i, p[i]);
  }
}

template <class S>
double momentum(float *movingRaw, const float *gRaw, void *directionRaw, float scale, float m,
                int64_t count) {
#pragma clang fp reassociate(on)
  float *__restrict moving = movingRaw;
  const float *__restrict g = gRaw;
  S *__restrict direction = static_cast<S *>(directionRaw);
  double total = 0;
  for (int64_t from = 0; from < count; from += 1024) {
    const int64_t to = from + 1024 < count ? from + 1024 : count;
    float squares = 0;
    for (int64_t i = from; i < to; i++) {
      const float x = g[i] * scale;
      const float b = moving[i] + (x - moving[i]) * (1.0f - m);
      moving[i] = b;
      store(direction + i, x + (b - x) * m);
    }
    for (int64_t i = from; i < to; i++) squares += widen(direction[i]) * widen(direction[i]);
    total += static_cast<double>(squares);
  }
  return total;
}

template <class S>
void descend(float *pRaw, const void *directionRaw, uint16_t *computeRaw, float step,
             int64_t count) {
  float *__restrict p = pRaw;
  const S *__restrict direction = static_cast<const S *>(directionRaw);
  uint16_t *__restrict compute = computeRaw;
  if (compute) {
    for (int64_t i = 0; i < count; i++) {
      const float x = p[i] - step * widen(direction[i]);
      p[i] = x;
      store(compute + i, x);
    }
  } else {
    for (int64_t i = 0; i < count; i++) p[i] -= step * widen(direction[i]);
  }
}

inline void toBFloat16(const float *xRaw, uint16_t *yRaw, int64_t count) {
  const float *__restrict x = xRaw;
  uint16_t *__restrict y = yRaw;
  for (int64_t i = 0; i < count; i++) store(y + i, x[i]);
}

#define RETROGRADE_TEXT(x) #x
#define RETROGRADE_NAME(x) RETROGRADE_TEXT(x)
const Loops table = {
    RETROGRADE_NAME(RETROGRADE_ISA),
    {norm<float>, norm<bits16>},
    {normBackward<float>, normBackward<bits16>},
    {rotateNorm<float>, rotateNorm<bits16>},
    {rotateNormBackward<float>, rotateNormBackward<bits16>},
    {squaredReLU<float>, squaredReLU<bits16>},
    {squaredReLUBackward<float>, squaredReLUBackward<bits16>},
    {sumOfSquares<float>, sumOfSquares<bits16>},
    {lossRows<float>, lossRows<bits16>},
    transpose,
    interleave,
    separate,
    {narrowRow<float>, narrowRow<bits16>},
    {softmaxRows<float>, softmaxRows<bits16>},
    {softmaxBackward<float>, softmaxBackward<bits16>},
    {dot<float>, dot<bits16>},
    {accumulate<float>, accumulate<bits16>},
    adam,
    {momentum<float>, momentum<bits16>},
    {descend<float>, descend<bits16>},
    toBFloat16,
};
#undef RETROGRADE_NAME
#undef RETROGRADE_TEXT

}  // namespace retrograde::RETROGRADE_ISA
