#pragma once
#include <cstdint>

/// java.sql.Types numbers: they stand in schema history records and schema-change records.
namespace tandem::relational::jdbc {
inline constexpr std::int32_t kBit = -7, kTinyint = -6, kSmallint = 5, kInteger = 4, kBigint = -5, kFloat = 6,
                              kReal = 7, kDouble = 8, kNumeric = 2, kDecimal = 3, kChar = 1, kVarchar = 12,
                              kLongVarchar = -1, kDate = 91, kTime = 92, kTimestamp = 93,
                              kTimeWithTimezone = 2013, kTimestampWithTimezone = 2014, kBinary = -2,
                              kVarbinary = -3, kLongVarbinary = -4, kOther = 1111, kStruct = 2002,
                              kArray = 2003, kBlob = 2004, kClob = 2005, kBoolean = 16, kNchar = -15,
                              kNvarchar = -9, kLongNvarchar = -16, kNclob = 2011;
}
