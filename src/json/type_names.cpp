#include "json/type_names.hpp"

#include "tandem/base/error.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace tandem::json {

std::string_view type_name(SchemaType type) noexcept {
  constexpr std::array<std::string_view, 12> names{"INT8",    "INT16",   "INT32",   "INT64",
                                                   "FLOAT32", "FLOAT64", "BOOLEAN", "STRING",
                                                   "BYTES",   "ARRAY",   "MAP",     "STRUCT"};
  return names[static_cast<std::size_t>(type)];
}

std::string_view type_name(const Value& value) noexcept {
  constexpr std::array<std::string_view, 13> names{"NULL",  "BOOLEAN", "INT8",    "INT16",  "INT32",
                                                   "INT64", "FLOAT32", "FLOAT64", "STRING", "BYTES",
                                                   "ARRAY", "MAP",     "STRUCT"};
  const auto& variant = value.variant();
  const auto* composite = std::get_if<Value::Composite>(&variant);
  return names[variant.index() + (composite ? composite->index() : 0)];
}

int decimal_scale(const Schema& schema) {
  const auto text = schema.parameter("scale");
  if (!text) {
    raise(ErrorKind::data, "Invalid Decimal schema: scale parameter not found.");
  }
  int scale = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), scale);
  if (error != std::errc{} || end != text->data() + text->size()) {
    raise(ErrorKind::data, fmt::format("Invalid scale parameter found in Decimal schema: '{}'", *text));
  }
  return scale;
}

}  // namespace tandem::json
