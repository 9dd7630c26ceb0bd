// Causal attention with rotary positions and normed queries and keys. Heads stay in the
// layout of the linear layers, [B, T, H, D]; nothing is ever transposed in memory.
#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

namespace retrograde {

/// The three input projections of attention and their copies (see Linear.hpp).
struct Projections {
  at::Tensor query, key, value;
  at::Tensor queryCopy, keyCopy, valueCopy;
};

/// Half-split rotation by −θ and then RMS norm over D, for x [B, T, H, D]; `cosine` and `sine` are
/// [T, D/2] float32 for exactly these positions. Differentiable.
at::Tensor rotateNorm(const at::Tensor &x, const at::Tensor &cosine, const at::Tensor &sine);

/// Queries [B, T, H, D] and keys [B, T, K, D], rotated and normed, and values [B, T, K, D] of
/// x [B, T, C]; one node of the graph. Head width D is `headWidth`.
std::tuple<at::Tensor, at::Tensor, at::Tensor> attentionInputs(const at::Tensor &x,
                                                               const Projections &weights,
                                                               const at::Tensor &cosine,
                                                               const at::Tensor &sine,
                                                               int64_t headWidth);

/// Causal attention of queries [B, T, H, D] over keys and values [B, T, K, D], H a multiple of K;
/// returns [B, T, H·D]. Differentiable; keeps the row log-sums, not the T × T matrix.
at::Tensor causalAttention(const at::Tensor &queries, const at::Tensor &keys,
                           const at::Tensor &values);

}  // namespace retrograde
