#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/rms_norm.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/softmax.h>

#include "Seam.hpp"

CTTensorRef ct_softmax(CTTensorRef tensor, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(at::softmax(in(tensor), axis)); });
}
CTTensorRef ct_log_softmax(CTTensorRef tensor, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(at::log_softmax(in(tensor), axis)); });
}
CTTensorRef ct_embedding(CTTensorRef weight, CTTensorRef ids, CTError *error) {
  return guarded(error, [&] { return out(at::embedding(in(weight), in(ids))); });
}
CTTensorRef ct_rms_norm(CTTensorRef tensor, double epsilon, CTError *error) {
  return guarded(error, [&] {
    const auto &x = in(tensor);
    return out(at::rms_norm(x, {x.size(-1)}, std::nullopt, epsilon));
  });
}
CTTensorRef ct_attention(CTTensorRef q, CTTensorRef k, CTTensorRef v, CTTensorRef mask, bool causal, CTError *error) {
  return guarded(error, [&] {
    std::optional<at::Tensor> attentionMask;
    if (mask) attentionMask = in(mask);
    return out(at::scaled_dot_product_attention(in(q), in(k), in(v), attentionMask, 0.0, causal));
  });
}
CTTensorRef ct_cross_entropy(CTTensorRef logits, CTTensorRef targets, CTError *error) {
  return guarded(error, [&] {
    return out(at::cross_entropy_loss(in(logits), in(targets), {}, at::Reduction::None, -1));
  });
}
