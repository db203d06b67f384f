#include "tandem/data/schema.hpp"

#include "tandem/base/error.hpp"

#include <array>
#include <atomic>

namespace tandem {
namespace {

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> counter{1};
  return counter.fetch_add(1, std::memory_order_relaxed);
}

constexpr std::array<std::string_view, 12> kJsonNames{"int8",  "int16",  "int32",   "int64",
                                                      "float", "double", "boolean", "string",
                                                      "bytes", "array",  "map",     "struct"};

}  // namespace

std::string_view json_type_name(SchemaType type) noexcept {
  return kJsonNames[static_cast<std::size_t>(type)];
}

std::optional<std::string_view> Schema::parameter(std::string_view key) const noexcept {
  for (const auto& [k, v] : parameters_) {
    if (k == key) {
      return v;
    }
  }
  return std::nullopt;
}

const Field* Schema::field(std::string_view name) const noexcept {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : &fields_[static_cast<std::size_t>(it->second)];
}

bool Schema::equals(const Schema& o) const noexcept {
  if (this == &o) {
    return true;
  }
  if (type_ != o.type_ || optional_ != o.optional_ || name_ != o.name_ || version_ != o.version_ ||
      doc_ != o.doc_ || parameters_ != o.parameters_ || default_ != o.default_ ||
      fields_.size() != o.fields_.size()) {
    return false;
  }
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name != o.fields_[i].name || !same_schema(fields_[i].schema, o.fields_[i].schema)) {
      return false;
    }
  }
  return same_schema(key_, o.key_) && same_schema(value_, o.value_);
}

bool same_schema(const SchemaPtr& a, const SchemaPtr& b) noexcept {
  return a == b || (a && b && a->equals(*b));
}

SchemaBuilder::SchemaBuilder(SchemaType type) : schema_(new Schema()) { schema_->type_ = type; }

SchemaBuilder SchemaBuilder::array(SchemaPtr element) {
  SchemaBuilder b(SchemaType::array);
  b.schema_->value_ = std::move(element);
  return b;
}

SchemaBuilder SchemaBuilder::map(SchemaPtr key, SchemaPtr value) {
  SchemaBuilder b(SchemaType::map);
  b.schema_->key_ = std::move(key);
  b.schema_->value_ = std::move(value);
  return b;
}

SchemaBuilder& SchemaBuilder::optional(bool is) {
  schema_->optional_ = is;
  return *this;
}
SchemaBuilder& SchemaBuilder::name(std::string name) {
  schema_->name_ = std::move(name);
  return *this;
}
SchemaBuilder& SchemaBuilder::version(std::int32_t version) {
  schema_->version_ = version;
  return *this;
}
SchemaBuilder& SchemaBuilder::doc(std::string doc) {
  schema_->doc_ = std::move(doc);
  return *this;
}
SchemaBuilder& SchemaBuilder::parameter(std::string key, std::string value) {
  schema_->parameters_.emplace_back(std::move(key), std::move(value));
  return *this;
}
SchemaBuilder& SchemaBuilder::default_value(Value value) {
  schema_->default_ = std::move(value);
  return *this;
}
SchemaBuilder& SchemaBuilder::field(std::string name, SchemaPtr schema) {
  const int index = static_cast<int>(schema_->fields_.size());
  if (!schema_->by_name_.emplace(name, index).second) {
    raise(ErrorKind::schema, "the field " + name + " stands twice in the schema " + schema_->name_);
  }
  schema_->fields_.push_back({std::move(name), std::move(schema), index});
  return *this;
}

SchemaPtr SchemaBuilder::build() {
  if (!schema_) {
    raise(ErrorKind::bug, "a SchemaBuilder was used after build()");
  }
  schema_->id_ = next_id();
  return std::move(schema_);
}

SchemaBuilder SchemaBuilder::like(const Schema& schema) {
  SchemaBuilder b(schema.type_);
  *b.schema_ = schema;
  return b;
}

const SchemaPtr& primitive(SchemaType type, bool optional) {
  static const auto all = [] {
    std::array<std::array<SchemaPtr, 2>, 9> made;
    for (int t = 0; t < 9; ++t) {
      made[static_cast<std::size_t>(t)][0] = SchemaBuilder(static_cast<SchemaType>(t)).build();
      made[static_cast<std::size_t>(t)][1] = SchemaBuilder(static_cast<SchemaType>(t)).optional().build();
    }
    return made;
  }();
  return all.at(static_cast<std::size_t>(type))[optional ? 1 : 0];
}

}  // namespace tandem
