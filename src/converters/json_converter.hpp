#pragma once
#include "converters/lru.hpp"
#include "tandem/json/reader.hpp"
#include "tandem/json/writer.hpp"
#include "tandem/plugin/converter.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace tandem::converters {

/// org.apache.kafka.connect.json.JsonConverter. The schema part of an envelope costs one copy or one
/// comparison: its bytes are kept per schema when writing, and per topic when reading.
class JsonConverter final : public Converter {
 public:
  JsonConverter();
  static const ConfigDef& config_def();

  void configure(const ConfigMap& config, bool is_key) override;
  bool from_connect(std::string_view topic, const SchemaPtr& schema, const Value& value,
                    std::string& out) override;
  SchemaAndValue to_connect(std::string_view topic, std::optional<BytesView> bytes) override;

 private:
  /// `{"schema":…,"payload":` and how to write what follows.
  struct Writer {
    std::string prefix;
    json::WritePlan plan;
  };
  struct Reader {
    SchemaPtr schema;  ///< nullptr: a payload without schema
    std::unique_ptr<const json::ReadPlan> plan;
  };
  using ReaderPtr = std::shared_ptr<const Reader>;
  struct Prefix {
    std::string text;
    ReaderPtr reader;
  };
  /// The envelopes last seen in a topic: one, or a few while its schema changes.
  using Prefixes = std::array<Prefix, 4>;

  Writer& writer(const SchemaPtr& schema);
  ReaderPtr reader(std::string_view schema_text);
  SchemaAndValue read_envelope(Prefixes& known, std::string_view topic, BytesView bytes);
  [[noreturn]] void not_an_envelope(std::string_view topic, BytesView bytes) const;
  static Value read_payload(const Reader& reader, json::Cursor& cursor);

  bool schemas_ = true;
  std::string side_ = "value";  ///< for messages: the setting's prefix
  json::Format format_;
  ReaderPtr fixed_;  ///< schema.content
  Lru<std::uint64_t, std::shared_ptr<Writer>> writers_;
  Lru<std::string, ReaderPtr> readers_;
  Lru<std::string, Prefixes> prefixes_;
  std::shared_ptr<Writer> last_writer_;
  std::string topic_;  ///< look-up key, kept for its memory
};

}  // namespace tandem::converters
