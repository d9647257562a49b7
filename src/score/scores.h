// Scores of a network that needs no training: what the network is at its random start.
//
// Every function builds the network with weights drawn from `seed`: He et al. 2015, uniform, by the
// fan in. (TE-NAS and the code of DiNAS ask for that, but under a name that their initialiser does
// not know, and so run with PyTorch's default.) BatchNorm works by the batch. One thread; results
// depend on the arguments alone. UsageError where the batch is not of the network's shape.
#pragma once

#include <cstdint>

#include "network/image_network.h"
#include "score/inputs.h"

namespace dinas {

/// What ntk_condition gives a network whose kernel is singular to single precision.
inline constexpr double kWorstCondition = 1e6;

/// Condition number of the empirical neural tangent kernel (TE-NAS, Chen et al., ICLR 2021): with g
/// the gradient of the sum of an image's logits in all weights (kernels and BatchNorm scales, no
/// biases), largest by smallest eigenvalue of the matrix of all g * g. Low is good. At least 1, at
/// most kWorstCondition.
double ntk_condition(const ImageNetwork& network, const ImageBatch& batch, std::uint64_t seed);

/// Number of distinct patterns of active ReLUs among the inputs, which are taken through the
/// network a thousand at a time (TE-NAS: 3,000 crops of 3 x 3 pixels, draw_crops()). High is good;
/// at most the number of inputs. TE-NAS's sum over the inputs of 1 / (inputs of the same pattern).
double linear_regions(const ImageNetwork& network, const ImageBatch& batch, std::uint64_t seed);

/// log |det K|, K[i, j] = number of ReLU outputs that are active, or not, for both images (NASWOT,
/// Mellor et al., ICML 2021). High is good; minus infinity where two images have one pattern.
double naswot(const ImageNetwork& network, const ImageBatch& batch, std::uint64_t seed);

/// log of the sum over all weights of |weight * gradient|, with the absolute values of the weights,
/// an image of ones and without BatchNorm, of the sum of the logits (SynFlow, Tanaka et al.,
/// NeurIPS 2020; as a score: Abdelfattah et al., ICLR 2021). High is good; infinite where that
/// leaves single precision.
double synflow(const ImageNetwork& network, std::uint64_t seed);

/// Sum over convolutions and linear layers of log(sum over their weights of mean |gradient| /
/// deviation of gradient), over `kZicoParts` parts of the batch (ZiCo, Li et al., ICLR 2023), of
/// the cross entropy with the labels. High is good.
inline constexpr std::size_t kZicoParts = 2;
double zico(const ImageNetwork& network, const ImageBatch& batch, std::uint64_t seed);

}  // namespace dinas
