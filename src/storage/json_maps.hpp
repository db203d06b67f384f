#pragma once
#include "tandem/config/config.hpp"
#include "tandem/data/record.hpp"

#include <optional>
#include <string>
#include <string_view>

/// The JSON of the storage topics: what Java's JsonConverter writes with schemas off (Jackson's compact form,
/// nulls written, integers without fraction).
namespace tandem::storage {

void append_json_string(std::string& out, std::string_view text);
void append_json_value(std::string& out,
                       const Value& value);  ///< primitives only; others throw TandemError(data)
void append_json_object(std::string& out, const OffsetMap& map);
/// {"k":"v",…} with null values as null.
void append_json_object(std::string& out, const ConfigMap& map);

/// A flat object of primitives; integers become int64, others double. nullopt when it is none.
std::optional<OffsetMap> parse_offset_map(std::string_view json);

/// An offset record's key: ["connector",{partition}].
std::string offset_key(std::string_view connector, const OffsetMap& partition);
struct OffsetKey {
  std::string connector;
  OffsetMap partition;
};
std::optional<OffsetKey> parse_offset_key(std::string_view json);

/// Equal as JSON objects: same names with equal values, in any order.
bool same_map(const OffsetMap& a, const OffsetMap& b);

/// A parsed storage record: an object whose members are looked up by name.
class JsonRecord {
 public:
  static std::optional<JsonRecord> parse(std::string_view json);
  JsonRecord(JsonRecord&&) noexcept;
  JsonRecord& operator=(JsonRecord&&) noexcept;
  ~JsonRecord();

  std::optional<std::string> string(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  std::optional<ConfigMap> string_map(std::string_view name) const;
  std::optional<JsonRecord> object(std::string_view name) const;

 private:
  struct Document;
  explicit JsonRecord(std::unique_ptr<Document> document);
  std::unique_ptr<Document> document_;
};

}  // namespace tandem::storage
