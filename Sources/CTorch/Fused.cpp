// The C face of Fused/.
#include "Fused/Attention.hpp"
#include "Fused/Linear.hpp"
#include "Fused/LossHead.hpp"
#include "Fused/Norm.hpp"
#include "Seam.hpp"

CTTensorRef ct_fused_linear(CTTensorRef x, CTTensorRef weight, CTTensorRef copy, CTError *error) {
  return guarded(error, [&] { return out(linear(in(x), in(weight), optionalIn(copy))); });
}
CTTensorRef ct_fused_squared_relu_network(CTTensorRef x, CTTensorRef expand, CTTensorRef expandCopy, CTTensorRef contract, CTTensorRef contractCopy, CTError *error) {
  return guarded(error, [&] {
    return out(squaredReLUNetwork(in(x), in(expand), optionalIn(expandCopy), in(contract), optionalIn(contractCopy)));
  });
}
CTTensorRef ct_fused_norm(CTTensorRef x, CTError *error) {
  return guarded(error, [&] { return out(rmsNorm(in(x))); });
}
void ct_fused_add_norm(CTTensorRef x, CTTensorRef delta, CTTensorRef *sum, CTTensorRef *normed, CTError *error) {
  guarded(error, [&] {
    auto [s, n] = addNorm(in(x), in(delta));
    *sum = out(std::move(s));
    *normed = out(std::move(n));
  });
}
CTTensorRef ct_fused_embed_norm(CTTensorRef weight, CTTensorRef ids, int8_t type, CTError *error) {
  return guarded(error, [&] { return out(embedNorm(in(weight), in(ids), dtype(type))); });
}
void ct_fused_attention_inputs(CTTensorRef x, const CTTensorRef *weights, const CTTensorRef *copies, CTTensorRef cosine, CTTensorRef sine, int64_t headWidth, CTTensorRef *results, CTError *error) {
  guarded(error, [&] {
    const Projections projections{in(weights[0]), in(weights[1]), in(weights[2]),
                                  optionalIn(copies[0]), optionalIn(copies[1]), optionalIn(copies[2])};
    auto [q, k, v] = attentionInputs(in(x), projections, in(cosine), in(sine), headWidth);
    results[0] = out(std::move(q));
    results[1] = out(std::move(k));
    results[2] = out(std::move(v));
  });
}
CTTensorRef ct_fused_causal_attention(CTTensorRef q, CTTensorRef k, CTTensorRef v, CTError *error) {
  return guarded(error, [&] { return out(causalAttention(in(q), in(k), in(v))); });
}
void ct_fused_loss_head(CTTensorRef x, CTTensorRef weight, CTTensorRef copy, CTTensorRef targets, CTTensorRef weights, double scale, double cap, CTTensorRef *results, CTError *error) {
  guarded(error, [&] {
    auto head = lossHead(in(x), in(weight), optionalIn(copy), in(targets), optionalIn(weights), scale, cap);
    results[0] = out(std::move(head.loss));
    results[1] = out(std::move(head.losses));
    results[2] = out(std::move(head.predicted));
    results[3] = out(std::move(head.ranks));
    results[4] = out(std::move(head.entropies));
  });
}
