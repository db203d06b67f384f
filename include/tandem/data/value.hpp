#pragma once
#include "tandem/base/bytes.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tandem {

class Schema;
class Value;
using SchemaPtr = std::shared_ptr<const Schema>;

using Array = std::vector<Value>;
/// Entries in order; keys are STRING values nearly always. No lookup structure: maps in records are small.
using MapEntries = std::vector<std::pair<Value, Value>>;

/// A Connect Struct: a schema and one value per field, in field order. Shared by pointer and treated as
/// immutable once it is in a record that more than one owner sees; a transform copies before it changes
/// (copy-on-write by hand).
struct Struct {
  SchemaPtr schema;
  std::vector<Value> fields;

  explicit Struct(SchemaPtr s);
  /// Throws TandemError(bug) when there is no such field.
  const Value& at(std::string_view name) const;
  void put(std::string_view name, Value value);
  const Value* find(std::string_view name) const noexcept;
};
using StructPtr = std::shared_ptr<Struct>;

/// One Connect value in its physical form. Logical types travel as their base type: Decimal as BYTES
/// (big-endian two's complement unscaled value), Date and Time as INT32, Timestamp as INT64 — exactly what
/// JsonConverter writes; `data/logical.hpp` converts. null is std::monostate. Copying a struct, array or map
/// copies the pointer.
class Value {
 public:
  using Composite = std::variant<std::shared_ptr<Array>, std::shared_ptr<MapEntries>, StructPtr>;
  /// Composites are one alternative: up to eleven are told apart inline, more through a table of functions
  /// (libstdc++, std::visit), which a record's hundred moves and destructions would feel.
  using Variant = std::variant<std::monostate, bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                               float, double, std::string, Bytes, Composite>;

  Value() noexcept = default;
  Value(std::monostate) noexcept {}
  Value(bool v) noexcept : v_(v) {}
  Value(std::int8_t v) noexcept : v_(v) {}
  Value(std::int16_t v) noexcept : v_(v) {}
  Value(std::int32_t v) noexcept : v_(v) {}
  Value(std::int64_t v) noexcept : v_(v) {}
  Value(float v) noexcept : v_(v) {}
  Value(double v) noexcept : v_(v) {}
  Value(std::string v) noexcept : v_(std::move(v)) {}
  Value(std::string_view v) : v_(std::string(v)) {}
  Value(const char* v) : v_(std::string(v)) {}
  Value(Bytes v) noexcept : v_(std::move(v)) {}
  Value(Array v) : Value(std::make_shared<Array>(std::move(v))) {}
  Value(MapEntries v) : Value(std::make_shared<MapEntries>(std::move(v))) {}
  Value(std::shared_ptr<Array> v) noexcept : v_(std::in_place_type<Composite>, std::move(v)) {}
  Value(std::shared_ptr<MapEntries> v) noexcept : v_(std::in_place_type<Composite>, std::move(v)) {}
  Value(StructPtr v) noexcept : v_(std::in_place_type<Composite>, std::move(v)) {}

  bool is_null() const noexcept { return v_.index() == 0; }
  template <class T>
  const T* get_if() const noexcept {
    return std::get_if<T>(&v_);
  }
  template <class T>
  T* get_if() noexcept {
    return std::get_if<T>(&v_);
  }

  const Array* array() const noexcept {
    const auto* p = composite<std::shared_ptr<Array>>();
    return p ? p->get() : nullptr;
  }
  const MapEntries* map() const noexcept {
    const auto* p = composite<std::shared_ptr<MapEntries>>();
    return p ? p->get() : nullptr;
  }
  const Struct* structure() const noexcept {
    const auto* p = composite<StructPtr>();
    return p ? p->get() : nullptr;
  }
  StructPtr structure_ptr() const noexcept {
    const auto* p = composite<StructPtr>();
    return p ? *p : nullptr;
  }
  /// One of Composite's pointers; nullptr when it is none, or another.
  template <class Pointer>
  const Pointer* composite() const noexcept {
    const auto* any = std::get_if<Composite>(&v_);
    return any ? std::get_if<Pointer>(any) : nullptr;
  }
  const std::string* string() const noexcept { return std::get_if<std::string>(&v_); }
  const Bytes* bytes() const noexcept { return std::get_if<Bytes>(&v_); }
  /// Any of the four integer types, widened; false when it is none.
  bool to_int64(std::int64_t& out) const noexcept;

  const Variant& variant() const noexcept { return v_; }
  Variant& variant() noexcept { return v_; }

  /// Deep equality; NaN equals NaN so that a default compares with itself.
  friend bool operator==(const Value& a, const Value& b) noexcept;

 private:
  Variant v_;
};

}  // namespace tandem
