// The loops of attention between its matrix products; part of LoopBodies.hpp and under its rules.

using words16 = uint32_t __attribute__((vector_size(64)));

/// Swaps the off-diagonal blocks of side `span` of two rows that are `span` apart.
template <int span>
inline __attribute__((always_inline)) void exchangeBlocks(words16 &a, words16 &b) {
  words16 left, right;
  if constexpr (span == 8) {
    left = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    right = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  } else if constexpr (span == 4) {
    left = __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
    right = __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
  } else if constexpr (span == 2) {
    left = __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
    right = __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  } else {
    left = __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
    right = __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
  }
  a = left;
  b = right;
}

template <int span>
inline __attribute__((always_inline)) void exchangeAll(words16 (&rows)[16]) {
  for (int r = 0; r < 16; r++)
    if ((r & span) == 0) exchangeBlocks<span>(rows[r], rows[r + span]);
}

inline void transpose(const uint32_t *x, int64_t stride, uint32_t *y, int64_t turnedStride,
                      int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r += 16) {
    for (int64_t c = 0; c < columns; c += 16) {
      words16 block[16];
      for (int i = 0; i < 16; i++)
        __builtin_memcpy(&block[i], x + (r + i) * stride + c, sizeof(words16));
      exchangeAll<8>(block);
      exchangeAll<4>(block);
      exchangeAll<2>(block);
      exchangeAll<1>(block);
      for (int i = 0; i < 16; i++)
        __builtin_memcpy(y + (c + i) * turnedStride + r, &block[i], sizeof(words16));
    }
  }
}

inline void interleave(const uint16_t *x, int64_t stride, uint16_t *y, int64_t rows,
                       int64_t width) {
  for (int64_t r = 0; r < rows; r += 2) {
    const uint16_t *__restrict even = x + r * stride;
    uint32_t *__restrict pairs = reinterpret_cast<uint32_t *>(y + r * width);
    if (r + 1 < rows) {
      const uint16_t *__restrict odd = even + stride;
      for (int64_t c = 0; c < width; c++)
        pairs[c] = static_cast<uint32_t>(even[c]) | (static_cast<uint32_t>(odd[c]) << 16);
    } else {
      for (int64_t c = 0; c < width; c++) pairs[c] = even[c];
    }
  }
}

inline void separate(const uint16_t *raw, uint16_t *evenRaw, uint16_t *oddRaw, int64_t count) {
  const uint32_t *__restrict pairs = reinterpret_cast<const uint32_t *>(raw);
  uint16_t *__restrict even = evenRaw;
  uint16_t *__restrict odd = oddRaw;
  for (int64_t i = 0; i < count; i++) {
    even[i] = static_cast<uint16_t>(pairs[i]);
    odd[i] = static_cast<uint16_t>(pairs[i] >> 16);
  }
}

template <class S>
void narrowRow(const float *xRaw, void *yRaw, float scale, int64_t count) {
  const float *__restrict x = xRaw;
  S *__restrict y = static_cast<S *>(yRaw);
  for (int64_t i = 0; i < count; i++) store(y + i, x[i] * scale);
}

template <class S>
float dot(const void *xRaw, const void *yRaw, int64_t count) {
#pragma clang fp reassociate(on)
  const S *x = static_cast<const S *>(xRaw);
  const S *y = static_cast<const S *>(yRaw);
  float sum = 0;
  for (int64_t i = 0; i < count; i++) sum += widen(x[i]) * widen(y[i]);
  return sum;
}

template <class S>
void softmaxRows(const float *scoresRaw, void *probabilitiesRaw, float *inverse, float *logSums,
                 float scale, int64_t rows, int64_t visible, int64_t stride, int64_t padded) {
#pragma clang fp reassociate(on)
  for (int64_t r = 0; r < rows; r++) {
    const float *__restrict s = scoresRaw + r * stride;
    S *__restrict p = static_cast<S *>(probabilitiesRaw) + r * stride;
    const int64_t count = visible + r;
    int32_t key = ordered(s[0]);
    for (int64_t i = 1; i < count; i++) {
      const int32_t k = ordered(s[i]);
      key = k > key ? k : key;
    }
    const float highest = __builtin_bit_cast(float, key ^ ((key >> 31) & 0x7fffffff));
    float sum = 0;
    for (int64_t i = 0; i < count; i++) {
      // Far below the maximum the exponential is 0 in float32; the bound keeps it in its domain.
      const float x = (s[i] - highest) * scale;
      const float e = exponential(x < -80.0f ? -80.0f : x);
      store(p + i, e);
      sum += e;
    }
    for (int64_t i = count; i < padded; i++) store(p + i, 0.0f);
    inverse[r] = 1.0f / sum;
    logSums[r] = highest * scale + __builtin_logf(sum);
  }
}

template <class S>
void softmaxBackward(const float *scoresRaw, const float *gradientsRaw, const float *logSumsRaw,
                     const float *deltasRaw, void *probabilitiesRaw, void *resultRaw, float scale,
                     int64_t rows, int64_t first, int64_t count, int64_t width) {
  const float *__restrict logSums = logSumsRaw;
  const float *__restrict deltas = deltasRaw;
  for (int64_t r = 0; r < rows; r++) {
    const float *__restrict s = scoresRaw + r * width;
    const float *__restrict g = gradientsRaw + r * width;
    S *__restrict p = static_cast<S *>(probabilitiesRaw) + r * width;
    S *__restrict d = static_cast<S *>(resultRaw) + r * width;
    const int64_t wanted = first + r < 0 ? 0 : first + r, from = wanted < count ? wanted : count;
    for (int64_t i = 0; i < from; i++) {
      store(p + i, 0.0f);
      store(d + i, 0.0f);
    }
    for (int64_t i = from; i < count; i++) {
      const float x = s[i] * scale - logSums[i];
      const float e = exponential(x < -80.0f ? -80.0f : x);
      store(p + i, e);
      store(d + i, e * (g[i] - deltas[i]) * scale);
    }
    for (int64_t i = count; i < width; i++) {
      store(p + i, 0.0f);
      store(d + i, 0.0f);
    }
  }
}
