#pragma once
#include "tandem/data/value.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

/// Connect's schema types (org.apache.kafka.connect.data.Schema.Type).
enum class SchemaType : std::uint8_t {
  int8,
  int16,
  int32,
  int64,
  float32,
  float64,
  boolean,
  string,
  bytes,
  array,
  map,
  structure
};

/// The word JsonConverter writes: "int8" … "float", "double", "boolean", "string", "bytes", "array", "map",
/// "struct".
std::string_view json_type_name(SchemaType type) noexcept;

class Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

struct Field {
  std::string name;
  SchemaPtr schema;
  int index = 0;
};

/// A Connect schema: immutable once built, shared, compared by content. `id()` is unique in the process for
/// each built object, so that caches (JSON prefix, column plans) key on it without hashing. Thread-safe.
class Schema {
 public:
  SchemaType type() const noexcept { return type_; }
  bool optional() const noexcept { return optional_; }
  /// Empty when the schema has no name (Connect's null).
  const std::string& name() const noexcept { return name_; }
  std::optional<std::int32_t> version() const noexcept { return version_; }
  const std::optional<std::string>& doc() const noexcept { return doc_; }
  /// In the order they were set; Java iterates a LinkedHashMap.
  const std::vector<std::pair<std::string, std::string>>& parameters() const noexcept { return parameters_; }
  std::optional<std::string_view> parameter(std::string_view key) const noexcept;
  /// In physical form, like every value; absent when there is none.
  const std::optional<Value>& default_value() const noexcept { return default_; }
  const std::vector<Field>& fields() const noexcept { return fields_; }
  /// nullptr when there is no such field. Hash lookup; hot code resolves indexes once per schema instead.
  const Field* field(std::string_view name) const noexcept;
  const SchemaPtr& key_schema() const noexcept { return key_; }      ///< of a map
  const SchemaPtr& value_schema() const noexcept { return value_; }  ///< of a map or array
  std::uint64_t id() const noexcept { return id_; }

  /// Deep equality of content (ids are not compared).
  bool equals(const Schema& other) const noexcept;

 private:
  friend class SchemaBuilder;
  Schema() = default;
  SchemaType type_ = SchemaType::string;
  bool optional_ = false;
  std::string name_;
  std::optional<std::int32_t> version_;
  std::optional<std::string> doc_;
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::optional<Value> default_;
  std::vector<Field> fields_;
  std::map<std::string, int, std::less<>> by_name_;
  SchemaPtr key_, value_;
  std::uint64_t id_ = 0;
};

bool same_schema(const SchemaPtr& a, const SchemaPtr& b) noexcept;

/// Builds one schema; build() may be called once. Not thread-safe.
class SchemaBuilder {
 public:
  explicit SchemaBuilder(SchemaType type);
  static SchemaBuilder structure() { return SchemaBuilder(SchemaType::structure); }
  static SchemaBuilder array(SchemaPtr element);
  static SchemaBuilder map(SchemaPtr key, SchemaPtr value);

  SchemaBuilder& optional(bool is = true);
  SchemaBuilder& name(std::string name);
  SchemaBuilder& version(std::int32_t version);
  SchemaBuilder& doc(std::string doc);
  SchemaBuilder& parameter(std::string key, std::string value);
  SchemaBuilder& default_value(Value value);
  SchemaBuilder& field(std::string name, SchemaPtr schema);
  SchemaPtr build();
  /// A builder that starts as a copy of `schema`, so that a transform can change one thing.
  static SchemaBuilder like(const Schema& schema);

 private:
  std::shared_ptr<Schema> schema_;
};

/// Shared schemas without name or default, as Connect's Schema.STRING_SCHEMA and friends.
const SchemaPtr& primitive(SchemaType type, bool optional = false);

}  // namespace tandem
