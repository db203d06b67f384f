#pragma once
#include "connectors/mysql/charset.hpp"
#include "connectors/mysql/values.hpp"

#include <vector>

/// The writers that plan_column chooses from: each turns one cell into the Value of its mapping. A null cell,
/// and one whose value the mapping cannot hold, leave the Value null (Debezium's
/// event.converting.failure.handling.mode=warn).
namespace tandem::mysql {

using Writer = relational::CellWriter<Cell>;

template <class T>
void write_integer(const Cell& cell, Value& out);  ///< int16, int32, int64; wraps like a Java cast
void write_float(const Cell& cell, Value& out);
void write_float_as_double(const Cell& cell, Value& out);
void write_double(const Cell& cell, Value& out);
void write_boolean(const Cell& cell, Value& out);
void write_bit(const Cell& cell, Value& out);
Writer write_bits(std::size_t bytes);  ///< little-endian
Writer write_decimal(int scale);
Writer write_decimal_text(int scale);

Writer write_date(bool optional);
Writer write_iso_date(bool optional);
template <std::int64_t Scale>
void write_time_scaled(const Cell& cell, Value& out);
void write_time_millis(const Cell& cell, Value& out);
void write_iso_time(const Cell& cell, Value& out);
enum class DatetimeUnit { millis, micros, nanos };
Writer write_datetime(bool optional, DatetimeUnit unit);
Writer write_iso_datetime(bool optional);
Writer write_timestamp(bool optional, int precision);
Writer write_year(bool adjust);

Writer write_binary(ValueOptions::Binary mode, std::size_t pad_to);
Writer write_text(TextDecoder decode);
/// Labels from their quoted form, with commas escaped as Debezium's `allowed` parameter has them.
std::vector<std::string> enum_labels(const std::vector<std::string>& quoted);
Writer write_enum(std::vector<std::string> labels);
Writer write_set(std::vector<std::string> labels);

/// Zero dates become `fallback`, the column's default.
Writer or_default_if_zero(Writer write, Value fallback);
SchemaBuilder point_schema();
SchemaBuilder geometry_schema();
/// `field`: the field's own schema; the structs carry it.
Writer write_point(const SchemaPtr& field);
Writer write_geometry(const SchemaPtr& field);
void write_vector(const Cell& cell, Value& out);
void write_uuid(const Cell& cell, Value& out);

}  // namespace tandem::mysql
