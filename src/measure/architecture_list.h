// Which architectures are to be measured.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "condition/bound.h"
#include "space/space.h"

namespace dinas {

/// The architectures of a file, each once, in the order of their first appearance: a table
/// (.csv, .csv.gz), or lines that are a notation or a JSON object with the field "architecture".
/// With bounds those rows of a table that keep them all. Throws Error with file and line for a line
/// that is neither, and for a file without any; UsageError for a bound of the form "top P%", on
/// what is no column, or on a file that is no table.
std::vector<Architecture> read_architectures(const std::string& file,
                                             const std::shared_ptr<const Space>& space,
                                             const std::vector<BoundRequest>& bounds = {});

/// Leaves out what has the class of an architecture of `seen`.
void leave_out_classes(std::vector<Architecture>& list, const Space& space,
                       const std::vector<Architecture>& seen);

/// `count` architectures of as many classes, none degenerate: drawn as random_architecture draws,
/// the first seen of each class. Item i depends on the seed and i alone, so a longer list begins
/// with the shorter one. Throws Error where the space has too few classes for the draws to find.
std::vector<Architecture> sample_classes(const Space& space, std::size_t count, std::uint64_t seed);

/// Every architecture of an enumerable space that is not degenerate, otherwise one of every class.
/// Throws UsageError where they are too many to list.
std::vector<Architecture> all_architectures(const Space& space);

}  // namespace dinas
