#pragma once
#include "tandem/data/record.hpp"
#include "tandem/data/schema.hpp"
#include "tandem/data/value.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// JSON text as Jackson 2.16 writes it: no spaces, `/` and characters up to U+FFFF raw, controls below 0x20
/// as \b \t \n \f \r or \u00XX with upper-case hex, characters beyond U+FFFF as two \uXXXX. Everything
/// appends to a string that the caller keeps, so that steady state allocates nothing.
namespace tandem::json {

/// `text` in quotes.
void append_string(std::string& out, std::string_view text);
/// `text` escaped, without quotes.
void append_escaped(std::string& out, std::string_view text);
/// A Connect value without schema (JsonConverter, schemas.enable=false): bytes as base64, a map as an object
/// when all its keys are strings, else as [key,value] pairs. NaN and the infinities are strings.
void append_value(std::string& out, const Value& value);

/// Compact objects for storage topics, REST bodies and offset keys.
void append_object(std::string& out, const OffsetMap& map);
void append_object(std::string& out,
                   const std::map<std::string, std::optional<std::string>, std::less<>>& map);
template <class Map>
std::string object_text(const Map& map) {
  std::string out;
  append_object(out, map);
  return out;
}

/// How JsonConverter's settings change the text of values.
struct Format {
  bool numeric_decimals = false;          ///< decimal.format=NUMERIC
  bool replace_null_with_default = true;  ///< replace.null.with.default
  friend bool operator==(const Format&, const Format&) = default;
};

/// `{"type":"struct","fields":[…],"optional":false,…}` in JsonConverter's key order; null is `null`. `format`
/// rules defaults.
void append_schema(std::string& out, const SchemaPtr& schema, Format format = {});

/// Writes values of one schema: everything that the schema decides is worked out once, and the text of a
/// struct that values share is kept. One thread.
class WritePlan {
 public:
  WritePlan(SchemaPtr schema, Format format);
  ~WritePlan();
  WritePlan(WritePlan&&) noexcept;
  WritePlan& operator=(WritePlan&&) noexcept;
  /// The payload. Throws TandemError(data) when the value does not fit the schema (in Connect's words); `out`
  /// then holds part of it.
  void append(std::string& out, const Value& value);
  const SchemaPtr& schema() const noexcept;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

/// Decimal text as BigDecimal.toString() has it: plain, or with an exponent for very small and negative-scale
/// values.
void append_decimal(std::string& out, BytesView unscaled, int scale);

}  // namespace tandem::json
