// When two architectures of a space file count as the same.
#pragma once

#include "space/file_space_description.h"
#include "space/file_space_graph.h"

namespace dinas {

/// Throws Error where forms of the kind asked for could become too large:
/// expressions above 16,384 bytes, isomorphism with more than 12 nodes besides inputs and output.
void check_classes(const TomlFile& file, const SpaceDescription& space);

/// [vocabulary] how expressions spell each label: a, b, ... by the alphabetical rank of the labels
/// that are spelt, empty for zero, neutral and those that only inputs and a constant output have.
std::vector<std::string> label_letters(const SpaceDescription& space);

/// What the output computes, as nested sums of sorted terms: the canonical form of NATS-Bench, and
/// for the NAS-Bench-201 file the same string. The form of a node is its label applied to the sum
/// of its inputs; '#' is nothing, a neutral label passes the sum through as one term. `spelling` is
/// label_letters(space).
std::string canonical_expression(const SpaceDescription& space,
                                 const std::vector<std::string>& spelling, const FileGraph& graph);

/// Hash of the graph that is left when neutral nodes are contracted and what lies on no
/// input-output path is dropped, the same for every order of the nodes that are neither input nor
/// output.
std::uint64_t isomorphism_hash(const SpaceDescription& space, const FileGraph& graph);

}  // namespace dinas
