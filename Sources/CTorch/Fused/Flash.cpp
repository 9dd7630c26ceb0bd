#include "Flash.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "Storage.hpp"
#include "Threads.hpp"

namespace retrograde {

namespace {

/// Side of a block of scores.
constexpr int64_t side = 64;

int64_t blocks(int64_t count) { return (count + side - 1) / side; }

/// C = A·B (or +=) with B in the micro-kernel's layout: rows for float32, interleaved pairs of rows
/// for bfloat16.
void multiplyBlock(int64_t M, int64_t N, int64_t K, const float *A, int64_t lda, const float *B,
                   int64_t ldb, float *C, int64_t ldc, bool add) {
  extras().floatBlock(M, N, K, lda, ldb, ldc, add, A, B, C, false);
}
void multiplyBlock(int64_t M, int64_t N, int64_t K, const uint16_t *A, int64_t lda,
                   const uint16_t *B, int64_t ldb, float *C, int64_t ldc, bool add) {
  extras().bfloat16Block(M, N, K, lda, ldb, ldc, add, reinterpret_cast<const at::BFloat16 *>(A),
                         reinterpret_cast<const at::BFloat16 *>(B), C, true);
}

/// One head's rows inside [B, T, H, D].
template <class S>
struct Rows {
  S *data;
  int64_t stride;

  S *at(int64_t row) const { return data + row * stride; }
};

template <class S>
Rows<S> rowsOf(const at::Tensor &x, int64_t item) {
  const int64_t T = x.size(1), H = x.size(2), D = x.size(3);
  return {static_cast<S *>(x.data_ptr()) + (item / H) * T * H * D + (item % H) * D, H * D};
}

/// The turned matrix as a right side: [D, padded] in rows (float32) or row pairs (bfloat16).
void packTurned(const Rows<float> &x, int64_t T, int64_t D, int64_t padded, float *out) {
  const int64_t even = T / 16 * 16;
  loops().transpose(reinterpret_cast<const uint32_t *>(x.data), x.stride,
                    reinterpret_cast<uint32_t *>(out), padded, even, D);
  for (int64_t d = 0; d < D; d++) {
    for (int64_t t = even; t < T; t++) out[d * padded + t] = x.at(t)[d];
    for (int64_t t = T; t < padded; t++) out[d * padded + t] = 0;
  }
}
void packTurned(const Rows<uint16_t> &x, int64_t T, int64_t D, int64_t padded, uint16_t *out) {
  const int64_t even = T / 16 * 16;
  auto *words = reinterpret_cast<uint32_t *>(out);
  loops().transpose(reinterpret_cast<const uint32_t *>(x.data), x.stride / 2, words, padded, even,
                    D / 2);
  for (int64_t d = 0; d < D / 2; d++) {
    for (int64_t t = even; t < T; t++) std::memcpy(words + d * padded + t, x.at(t) + 2 * d, 4);
    for (int64_t t = T; t < padded; t++) words[d * padded + t] = 0;
  }
}

/// The matrix as a right side as it stands: in place for float32, interleaved for bfloat16.
template <class S>
struct Packed {
  const S *data;
  int64_t stride;  ///< of a row; a pair of bfloat16 rows takes two
  int64_t ldb;

  /// From row `row`, an even number.
  const S *at(int64_t row) const { return data + row * stride; }
};
Packed<float> packRows(const Rows<float> &x, int64_t, int64_t, int64_t, std::vector<float> &) {
  return {x.data, x.stride, x.stride};
}
Packed<uint16_t> packRows(const Rows<uint16_t> &x, int64_t T, int64_t D, int64_t padded,
                          std::vector<uint16_t> &room) {
  room.resize(padded * D);
  loops().interleave(x.data, x.stride, room.data(), T, D);
  const int64_t written = (T + 1) / 2 * 2;
  std::fill(room.begin() + written * D, room.end(), uint16_t{0});
  return {room.data(), D, D};
}

/// Rows that a product over positions runs through: all of a padded pack, only those that exist
/// where the tensor itself is read.
int64_t depth(const float *, int64_t there) { return there; }
int64_t depth(const uint16_t *, int64_t) { return side; }

template <class S>
void forwardHead(const at::Tensor &queries, const at::Tensor &keys, const at::Tensor &values,
                 const at::Tensor &output, float *logSums, int64_t item, std::vector<S> &turned,
                 std::vector<S> &packed, std::vector<float> &scores,
                 std::vector<S> &probabilities) {
  const auto &kernels = loops();
  const int kind = storage(queries);
  const int64_t T = queries.size(1), D = queries.size(3), padded = blocks(T) * side;
  const auto q = rowsOf<S>(queries, item), k = rowsOf<S>(keys, item), v = rowsOf<S>(values, item),
             y = rowsOf<S>(output, item);
  const float scale = 1.0f / std::sqrt(static_cast<float>(D));
  turned.resize(padded * D);
  scores.resize(side * padded);
  probabilities.resize(side * padded);
  packTurned(k, T, D, padded, turned.data());
  const auto right = packRows(v, T, D, padded, packed);
  const int64_t pairing = sizeof(S) == 2 ? 2 : 1;
  std::vector<float> sums(side * D);
  float inverse[side];
  for (int64_t i = 0; i < T; i += side) {
    const int64_t rows = std::min(side, T - i);
    for (int64_t j = 0; j <= i; j += side)
      multiplyBlock(rows, side, D, q.at(i), q.stride, turned.data() + j * pairing, padded,
                    scores.data() + j, padded, false);
    kernels.softmaxRows[kind](scores.data(), probabilities.data(), inverse, logSums + i, scale,
                              rows, i + 1, padded, i + side);
    for (int64_t j = 0; j <= i; j += side)
      multiplyBlock(rows, D, depth(right.data, std::min(side, T - j)), probabilities.data() + j,
                    padded, right.at(j), right.ldb, sums.data(), D, j > 0);
    for (int64_t r = 0; r < rows; r++)
      kernels.narrowRow[kind](sums.data() + r * D, y.at(i + r), inverse[r], D);
  }
}

/// A thread's rooms for the backward pass.
template <class S>
struct BackwardRoom {
  std::vector<S> queriesTurned, gradientTurned, keysTurned, keysPlain, queriesPacked,
      gradientPacked, probabilities, result, resultPacked;
  std::vector<float> queriesGradient, turnedBack, scores, gradients, keysGradient, valuesGradient,
      logSums, deltas;
};

/// Keys turned as a left side: plain rows [D, padded].
const float *plainTurned(BackwardRoom<float> &room, int64_t, int64_t) {
  return room.keysTurned.data();
}
const uint16_t *plainTurned(BackwardRoom<uint16_t> &room, int64_t D, int64_t padded) {
  room.keysPlain.resize(D * padded);
  for (int64_t d = 0; d < D; d += 2)
    loops().separate(room.keysTurned.data() + d * padded, room.keysPlain.data() + d * padded,
                     room.keysPlain.data() + (d + 1) * padded, padded);
  return room.keysPlain.data();
}

/// A block of score gradients as a right side.
const float *packBlock(BackwardRoom<float> &room) { return room.result.data(); }
const uint16_t *packBlock(BackwardRoom<uint16_t> &room) {
  loops().interleave(room.result.data(), side, room.resultPacked.data(), side, side);
  return room.resultPacked.data();
}

template <class S>
void backwardHead(const at::Tensor &gradient, const at::Tensor &queries, const at::Tensor &keys,
                  const at::Tensor &values, const at::Tensor &output, const float *logSums,
                  const at::Tensor &dQueries, const at::Tensor &dKeys, const at::Tensor &dValues,
                  int64_t item, BackwardRoom<S> &room) {
  const auto &kernels = loops();
  const int kind = storage(queries);
  const int64_t T = queries.size(1), D = queries.size(3), padded = blocks(T) * side;
  const int64_t pairing = sizeof(S) == 2 ? 2 : 1;
  const auto q = rowsOf<S>(queries, item), k = rowsOf<S>(keys, item), v = rowsOf<S>(values, item),
             y = rowsOf<S>(output, item), g = rowsOf<S>(gradient, item),
             dq = rowsOf<S>(dQueries, item), dk = rowsOf<S>(dKeys, item),
             dv = rowsOf<S>(dValues, item);
  const float scale = 1.0f / std::sqrt(static_cast<float>(D));

  for (auto *turned : {&room.queriesTurned, &room.gradientTurned, &room.keysTurned})
    turned->resize(D * padded);
  packTurned(q, T, D, padded, room.queriesTurned.data());
  packTurned(g, T, D, padded, room.gradientTurned.data());
  packTurned(k, T, D, padded, room.keysTurned.data());
  const S *keysPlain = plainTurned(room, D, padded);
  const auto queriesRight = packRows(q, T, D, padded, room.queriesPacked);
  const auto gradientRight = packRows(g, T, D, padded, room.gradientPacked);
  for (auto *block : {&room.probabilities, &room.result, &room.resultPacked})
    block->resize(side * side);
  for (auto *block : {&room.scores, &room.gradients}) block->resize(side * side);
  for (auto *block : {&room.keysGradient, &room.valuesGradient}) block->resize(side * D);
  room.queriesGradient.resize(D * padded);
  room.turnedBack.resize(padded * D);
  room.logSums.assign(padded, 0.0f);
  room.deltas.assign(padded, 0.0f);
  std::memcpy(room.logSums.data(), logSums, T * sizeof(float));
  for (int64_t t = 0; t < T; t++) room.deltas[t] = kernels.dot[kind](y.at(t), g.at(t), D);

  for (int64_t j = 0; j < T; j += side) {
    const int64_t rows = std::min(side, T - j);
    if (rows < side) std::fill(room.result.begin(), room.result.end(), S{0});
    for (int64_t i = j; i < T; i += side) {
      const int64_t columns = std::min(side, T - i);
      multiplyBlock(rows, side, D, k.at(j), k.stride, room.queriesTurned.data() + i * pairing,
                    padded, room.scores.data(), side, false);
      multiplyBlock(rows, side, D, v.at(j), v.stride, room.gradientTurned.data() + i * pairing,
                    padded, room.gradients.data(), side, false);
      kernels.softmaxBackward[kind](room.scores.data(), room.gradients.data(),
                                    room.logSums.data() + i, room.deltas.data() + i,
                                    room.probabilities.data(), room.result.data(), scale, rows,
                                    j - i, columns, side);
      multiplyBlock(rows, D, depth(gradientRight.data, columns), room.probabilities.data(), side,
                    gradientRight.at(i), gradientRight.ldb, room.valuesGradient.data(), D, i > j);
      multiplyBlock(rows, D, depth(queriesRight.data, columns), room.result.data(), side,
                    queriesRight.at(i), queriesRight.ldb, room.keysGradient.data(), D, i > j);
      multiplyBlock(D, side, side, keysPlain + j, padded, packBlock(room), side,
                    room.queriesGradient.data() + i, padded, j > 0);
    }
    for (int64_t r = 0; r < rows; r++) {
      kernels.narrowRow[kind](room.keysGradient.data() + r * D, dk.at(j + r), 1.0f, D);
      kernels.narrowRow[kind](room.valuesGradient.data() + r * D, dv.at(j + r), 1.0f, D);
    }
  }
  kernels.transpose(reinterpret_cast<const uint32_t *>(room.queriesGradient.data()), padded,
                    reinterpret_cast<uint32_t *>(room.turnedBack.data()), D, D, padded);
  for (int64_t t = 0; t < T; t++)
    kernels.narrowRow[kind](room.turnedBack.data() + t * D, dq.at(t), 1.0f, D);
}

template <class S>
void forwardAll(const at::Tensor &q, const at::Tensor &k, const at::Tensor &v,
                const at::Tensor &output, const at::Tensor &logSums) {
  parallelFor(q.size(0) * q.size(2), 1, [&](int64_t begin, int64_t end) {
    std::vector<S> turned, packed, probabilities;
    std::vector<float> scores;
    for (int64_t item = begin; item < end; item++)
      forwardHead<S>(q, k, v, output, logSums.data_ptr<float>() + item * q.size(1), item, turned,
                     packed, scores, probabilities);
    extras().releaseBlocks(sizeof(S) == 2);
  });
}

template <class S>
void backwardAll(const at::Tensor &g, const at::Tensor &q, const at::Tensor &k,
                 const at::Tensor &v, const at::Tensor &output, const at::Tensor &logSums,
                 const at::Tensor &dq, const at::Tensor &dk, const at::Tensor &dv) {
  parallelFor(q.size(0) * q.size(2), 1, [&](int64_t begin, int64_t end) {
    BackwardRoom<S> room;
    for (int64_t item = begin; item < end; item++)
      backwardHead<S>(g, q, k, v, output, logSums.data_ptr<float>() + item * q.size(1), dq, dk, dv,
                      item, room);
    extras().releaseBlocks(sizeof(S) == 2);
  });
}

}  // namespace

bool hasFlash(const at::Tensor &queries) {
  return fusible(queries) && queries.size(3) % 32 == 0 && queries.numel() > 0 &&
         (storage(queries) == 1 ? support().bfloat16Blocks : support().floatBlocks);
}

std::tuple<at::Tensor, at::Tensor> flashForward(const at::Tensor &queries, const at::Tensor &keys,
                                                const at::Tensor &values) {
  auto output = at::empty_like(queries);
  auto logSums = at::empty({queries.size(0), queries.size(2), queries.size(1)},
                           queries.options().dtype(at::kFloat));
  if (storage(queries) == 1) forwardAll<uint16_t>(queries, keys, values, output, logSums);
  else forwardAll<float>(queries, keys, values, output, logSums);
  return {output, logSums};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> flashBackward(
    const at::Tensor &gradient, const at::Tensor &queries, const at::Tensor &keys,
    const at::Tensor &values, const at::Tensor &output, const at::Tensor &logSums) {
  auto dq = at::empty_like(queries), dk = at::empty_like(keys), dv = at::empty_like(values);
  if (storage(queries) == 1)
    backwardAll<uint16_t>(gradient, queries, keys, values, output, logSums, dq, dk, dv);
  else
    backwardAll<float>(gradient, queries, keys, values, output, logSums, dq, dk, dv);
  return {dq, dk, dv};
}

}  // namespace retrograde
