#pragma once
#include "topics/kafka/client_config.hpp"

#include <string_view>

namespace tandem::topics::kafka {

/// What becomes of one of Java's settings.
enum class Use {
  same,       ///< librdkafka knows it by the same name
  renamed,    ///< `native` is librdkafka's name
  ours,       ///< read by client_config.cpp itself
  no_effect,  ///< accepted, nothing to set here
  refused,    ///< `native` is the remedy
};

struct KeyRule {
  std::string_view java;
  Use use;
  std::string_view native = {};
};

/// The rule for `key`, nullptr when it is not in the table. Keys not in it never pass from a connector.
const KeyRule* find_rule(Role role, std::string_view key) noexcept;

}  // namespace tandem::topics::kafka
