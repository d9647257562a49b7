// NAS-Bench-201 / NATS-Bench topology space: 4 feature maps, 6 edges with one of 5 operations.
// Here operations are nodes: [input, six operations, output], wired as docs/spaces.md lists, and
// the only variables are the six labels.
#pragma once

#include <memory>

#include "space/space.h"

namespace dinas {

std::shared_ptr<const Space> make_nasbench201();

}  // namespace dinas
