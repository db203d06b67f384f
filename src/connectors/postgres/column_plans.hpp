#pragma once
#include "connectors/postgres/catalog.hpp"
#include "connectors/postgres/pgoutput/messages.hpp"
#include "connectors/relational/model/table_schema.hpp"

#include <functional>
#include <optional>
#include <string>

namespace tandem::postgres_source {

enum class TimePrecision { adaptive, adaptive_microseconds, connect, isostring, microseconds, nanoseconds };
enum class DecimalMode { precise, real, string };
enum class BinaryMode { bytes, base64, base64_url_safe, hex };
enum class FailureMode { fail, warn, skip };

/// What decides how values look; TYPES.md.
struct TypeSettings {
  TimePrecision time = TimePrecision::adaptive;
  DecimalMode decimal = DecimalMode::precise;
  BinaryMode binary = BinaryMode::bytes;
  bool interval_as_string = false;
  bool hstore_as_map = false;
  int money_digits = 2;
  bool include_unknown = false;
  std::string placeholder = "__debezium_unavailable_value";  ///< for text
  std::string placeholder_bytes = placeholder;               ///< another only when given as hex:…
  FailureMode on_bad_value = FailureMode::warn;
  bool by_driver = false;  ///< of a snapshot or in an array: Debezium has them from PostgreSQL's driver
};

using Cell = pgoutput::Cell;
using Plan = relational::TablePlan<Cell>;
using PlanPtr = std::shared_ptr<const Plan>;

/// Text of one value to a Value; false when the text is not of the type.
using Parse = std::function<bool(std::string_view text, Value& out)>;

/// A type without nullability: how it looks in a schema and how its text is read.
struct Scalar {
  SchemaBuilder schema;
  Parse parse;
  Value zero;                   ///< stands for null in a NOT NULL column that is not part of the image
  Value placeholder;            ///< stands for an unchanged TOASTed value; see placeholder_fits
  bool literal_default = true;  ///< a default expression becomes the schema's default
  /// Of types whose values are structs: the finished schema of the field, which their values must carry.
  /// Filled in by who finishes it, before the first value is written.
  std::shared_ptr<SchemaPtr> struct_schema = nullptr;
  std::optional<Value> function_default =
      std::nullopt;               ///< stands for a default that is a function call; `zero` when absent
  Parse parse_default = nullptr;  ///< reads a default's literal; `parse` when empty
  bool placeholder_fits = true;   ///< else Debezium has a null instead, where the column allows it
};

/// nullopt: the type has no mapping and the column is left out.
std::optional<Scalar> make_scalar(Catalog& catalog, ColumnType type, const TypeSettings& settings);
std::optional<Scalar> make_temporal(const std::string& name, std::int32_t modifier,
                                    const TypeSettings& settings);
/// Column plan with default and null handling.
struct BoundColumn {
  relational::ColumnPlan<Cell> plan;
  std::shared_ptr<SchemaPtr> struct_schema;  ///< see Scalar
};
std::optional<BoundColumn> make_column_plan(Catalog& catalog, const relational::Column& column,
                                            ColumnType type, const TypeSettings& settings);

/// The value of a default expression as pg_get_expr() writes it; nullopt when it is not a literal and not a
/// function call.
std::optional<Value> default_value(const std::string& expression, const Scalar& scalar);

}  // namespace tandem::postgres_source
