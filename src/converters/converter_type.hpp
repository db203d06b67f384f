#pragma once
#include "tandem/config/config_def.hpp"

namespace tandem::converters {

/// `converter.type`, which each converter of Connect declares and the worker sets
/// (org.apache.kafka.connect.storage.ConverterConfig).
inline ConfigKey type_key() {
  return {.name = "converter.type",
          .default_value = no_default,
          .importance = Importance::low,
          .documentation = "How this converter will be used.",
          .validator = validators::one_of({"key", "value", "header"})};
}

inline ConfigMap with_type(ConfigMap config, bool is_key) {
  config.try_emplace("converter.type", is_key ? "key" : "value");
  return config;
}

}  // namespace tandem::converters
