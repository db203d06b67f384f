#pragma once
#include "tandem/plugin/converter.hpp"

#include <string>

namespace tandem::converters {

/// org.apache.kafka.connect.storage.SimpleHeaderConverter, the default of workers: values as text, and the
/// types guessed from the text when reading (smallest integer, float, boolean, date and time, arrays, maps,
/// else string).
class SimpleHeaderConverter final : public HeaderConverter {
 public:
  void configure(const ConfigMap&) override {}
  bool from_connect(std::string_view topic, const Header& header, std::string& out) override;
  SchemaAndValue to_connect(std::string_view topic, std::string_view key,
                            std::optional<BytesView> bytes) override;
};

/// Any Converter under its header role ("header.converter=org.apache.kafka.connect.json.JsonConverter").
class ConverterAsHeaderConverter final : public HeaderConverter {
 public:
  explicit ConverterAsHeaderConverter(std::unique_ptr<Converter> converter)
      : converter_(std::move(converter)) {}
  void configure(const ConfigMap& config) override { converter_->configure(config, false); }
  bool from_connect(std::string_view topic, const Header& header, std::string& out) override {
    return converter_->from_connect(topic, header.schema, header.value, out);
  }
  SchemaAndValue to_connect(std::string_view topic, std::string_view,
                            std::optional<BytesView> bytes) override {
    return converter_->to_connect(topic, bytes);
  }

 private:
  std::unique_ptr<Converter> converter_;
};

/// Values.convertToString() and Values.parseString() of Connect. Where Java loses data ours does not: text
/// behind a number or a bracket makes the whole a string (Java reads "10:20" as 10), escapes are undone, a
/// float keeps its digits (as FLOAT64 when FLOAT32 would not), dates before 1970 keep their day.
void append_header_text(std::string& out, const SchemaPtr& schema, const Value& value);
SchemaAndValue parse_header_text(std::string_view text);

}  // namespace tandem::converters
