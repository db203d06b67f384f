#pragma once
#include "tandem/plugin/converter.hpp"

#include <string>

namespace tandem::converters {

/// org.apache.kafka.connect.storage.StringConverter: the value's toString() as UTF-8; bytes become a STRING.
class StringConverter final : public Converter {
 public:
  static const ConfigDef& config_def();
  void configure(const ConfigMap& config, bool is_key) override;
  bool from_connect(std::string_view topic, const SchemaPtr& schema, const Value& value,
                    std::string& out) override;
  SchemaAndValue to_connect(std::string_view topic, std::optional<BytesView> bytes) override;
};

/// org.apache.kafka.connect.converters.ByteArrayConverter: bytes as they are; any other value is refused.
class ByteArrayConverter final : public Converter {
 public:
  void configure(const ConfigMap&, bool) override {}
  bool from_connect(std::string_view topic, const SchemaPtr& schema, const Value& value,
                    std::string& out) override;
  SchemaAndValue to_connect(std::string_view topic, std::optional<BytesView> bytes) override;
};

/// org.apache.kafka.connect.converters.{Boolean,Short,Integer,Long,Float,Double}Converter: Kafka's binary
/// serializers, big-endian.
class NumberConverter final : public Converter {
 public:
  explicit NumberConverter(SchemaType type) : type_(type) {}
  static const ConfigDef& config_def();
  void configure(const ConfigMap&, bool) override {}
  bool from_connect(std::string_view topic, const SchemaPtr& schema, const Value& value,
                    std::string& out) override;
  SchemaAndValue to_connect(std::string_view topic, std::optional<BytesView> bytes) override;

 private:
  [[noreturn]] void refuse(std::string_view topic, std::string_view why) const;
  SchemaType type_;
};

}  // namespace tandem::converters
