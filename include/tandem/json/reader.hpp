#pragma once
#include "tandem/base/result.hpp"
#include "tandem/data/record.hpp"
#include "tandem/data/schema.hpp"
#include "tandem/data/value.hpp"
#include "tandem/json/cursor.hpp"
#include "tandem/json/writer.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace tandem::json {

/// A whole JSON text as a Connect value without schema: object → MapEntries (a repeated name: the last one),
/// array, string, boolean, integer → int64, other number → double (an integer beyond int64 too). Error(data)
/// says what is wrong and at which byte.
Result<Value> parse(std::string_view text);
/// A whole JSON text that must be an object, as entries in order.
Result<OffsetMap> parse_object(std::string_view text);
/// The next value at the cursor, as parse(). Throws TandemError(data).
Value read_value(Cursor& cursor);

/// A schema as append_schema() writes it; `null` gives nullptr. Error(data) in Connect's words.
Result<SchemaPtr> parse_schema(std::string_view text, Format format = {});

/// Reads values of one schema straight from text; resolved once per schema. Immutable; use from any thread.
class ReadPlan {
 public:
  ReadPlan(SchemaPtr schema, Format format);
  ~ReadPlan();
  ReadPlan(ReadPlan&&) noexcept;
  ReadPlan& operator=(ReadPlan&&) noexcept;
  /// The value at the cursor. Unknown fields are passed over; a missing one is null. Throws
  /// TandemError(data).
  Value read(Cursor& cursor) const;
  /// What null or an absent value gives: the default, null, or TandemError(data) for a required one.
  Value null() const;
  const SchemaPtr& schema() const noexcept;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace tandem::json
