#include "tandem/data/value.hpp"

#include "tandem/base/error.hpp"
#include "tandem/data/schema.hpp"

#include <cmath>

namespace tandem {

Struct::Struct(SchemaPtr s) : schema(std::move(s)) { fields.resize(schema->fields().size()); }

const Value* Struct::find(std::string_view name) const noexcept {
  const Field* f = schema->field(name);
  return f == nullptr ? nullptr : &fields[static_cast<std::size_t>(f->index)];
}

const Value& Struct::at(std::string_view name) const {
  const Value* v = find(name);
  if (v == nullptr) {
    raise(ErrorKind::bug, std::string(name) + " is not a field of " + schema->name());
  }
  return *v;
}

void Struct::put(std::string_view name, Value value) {
  const Field* f = schema->field(name);
  if (f == nullptr) {
    raise(ErrorKind::bug, std::string(name) + " is not a field of " + schema->name());
  }
  fields[static_cast<std::size_t>(f->index)] = std::move(value);
}

bool Value::to_int64(std::int64_t& out) const noexcept {
  if (const auto* i32 = get_if<std::int32_t>()) {
    out = *i32;
  } else if (const auto* i64 = get_if<std::int64_t>()) {
    out = *i64;
  } else if (const auto* i16 = get_if<std::int16_t>()) {
    out = *i16;
  } else if (const auto* i8 = get_if<std::int8_t>()) {
    out = *i8;
  } else {
    return false;
  }
  return true;
}

namespace {

bool equal(const Struct& a, const Struct& b) {
  return same_schema(a.schema, b.schema) && a.fields == b.fields;
}

template <class T>
bool equal_number(T a, T b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

bool operator==(const Value& a, const Value& b) noexcept {
  if (a.v_.index() != b.v_.index()) {
    return false;
  }
  if (const auto* f = a.get_if<float>()) {
    return equal_number(*f, *b.get_if<float>());
  }
  if (const auto* d = a.get_if<double>()) {
    return equal_number(*d, *b.get_if<double>());
  }
  if (const auto* x = a.array()) {
    return b.array() != nullptr && *x == *b.array();
  }
  if (const auto* x = a.map()) {
    return b.map() != nullptr && *x == *b.map();
  }
  if (const auto* x = a.structure()) {
    return b.structure() != nullptr && equal(*x, *b.structure());
  }
  return a.v_ == b.v_;
}

}  // namespace tandem
