#include "Seam.hpp"

void ct_copy_(CTTensorRef into, CTTensorRef from, CTError *error) {
  guarded(error, [&] { in(into).copy_(in(from)); });
}
void ct_fill_(CTTensorRef tensor, double value, CTError *error) {
  guarded(error, [&] { in(tensor).fill_(value); });
}
void ct_mul_scalar_(CTTensorRef tensor, double factor, CTError *error) {
  guarded(error, [&] { in(tensor).mul_(factor); });
}
void ct_add_scaled_(CTTensorRef tensor, CTTensorRef other, double factor, CTError *error) {
  guarded(error, [&] { in(tensor).add_(in(other), factor); });
}
void ct_lerp_(CTTensorRef tensor, CTTensorRef end, double weight, CTError *error) {
  guarded(error, [&] { in(tensor).lerp_(in(end), weight); });
}
void ct_addcmul_(CTTensorRef tensor, CTTensorRef a, CTTensorRef b, double value, CTError *error) {
  guarded(error, [&] { in(tensor).addcmul_(in(a), in(b), value); });
}
void ct_addcdiv_(CTTensorRef tensor, CTTensorRef a, CTTensorRef b, double value, CTError *error) {
  guarded(error, [&] { in(tensor).addcdiv_(in(a), in(b), value); });
}
