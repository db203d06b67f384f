#pragma once
#include "tandem/config/config.hpp"
#include "tandem/data/record.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

struct SchemaAndValue {
  SchemaPtr schema;
  Value value;
};

/// Connect data to bytes and back. One task thread owns an instance; caches inside need no lock.
class Converter {
 public:
  virtual ~Converter() = default;
  /// `is_key` as in Connect; config is what stands below `key.converter.` or `value.converter.`.
  virtual void configure(const ConfigMap& config, bool is_key) = 0;
  /// Appends to `out`; false: the bytes are null (tombstone) and nothing was appended. Throws
  /// TandemError(data).
  virtual bool from_connect(std::string_view topic, const SchemaPtr& schema, const Value& value,
                            std::string& out) = 0;
  virtual SchemaAndValue to_connect(std::string_view topic, std::optional<BytesView> bytes) = 0;
};

/// Header values to bytes and back.
class HeaderConverter {
 public:
  virtual ~HeaderConverter() = default;
  virtual void configure(const ConfigMap& config) = 0;
  virtual bool from_connect(std::string_view topic, const Header& header, std::string& out) = 0;
  virtual SchemaAndValue to_connect(std::string_view topic, std::string_view key,
                                    std::optional<BytesView> bytes) = 0;
};

}  // namespace tandem
