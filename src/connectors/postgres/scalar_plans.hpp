#pragma once
#include "connectors/postgres/column_plans.hpp"

/// How the values of single types look: make_scalar() picks one by the name of the type.
namespace tandem::postgres_source {

/// `name`: of the schema; nullptr for a plain string.
Scalar text_plan(const TypeSettings& settings, const char* name = nullptr);
Scalar bytea_plan(const TypeSettings& settings);
/// A column of a type that has no mapping, include.unknown.datatypes=true: its text as bytes.
/// `geometric`: its numbers are doubles as Java writes them.
Scalar unknown_plan(const TypeSettings& settings, bool geometric);
Scalar real_plan();
Scalar numeric_plan(const relational::Column& shape, const TypeSettings& settings);
Scalar money_plan(const TypeSettings& settings);
/// `length`: of bit(n) or varbit(n); below 0 for a varbit without one.
Scalar bits_plan(std::int32_t length);
Scalar point_plan();
Scalar hstore_plan(const TypeSettings& settings);
Scalar enum_plan(const TypeInfo& type, const TypeSettings& settings);

}  // namespace tandem::postgres_source
