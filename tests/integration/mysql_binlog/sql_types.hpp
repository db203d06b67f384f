#pragma once
#include <string>
#include <vector>

namespace tandem::binlog::test {

/// Every column type of the server and its edges, as statements; then changes of those rows.
std::vector<std::string> type_statements();
/// How Debezium 3.6.1 writes the JSON of row 'j1' in `str`, but for the negative time.
std::string opaque_json_text();

}  // namespace tandem::binlog::test
