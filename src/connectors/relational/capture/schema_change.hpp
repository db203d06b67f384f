#pragma once
#include "connectors/relational/capture/history_record.hpp"
#include "connectors/relational/model/naming.hpp"

#include <string>
#include <vector>

namespace tandem::relational {

/// Records of the schema-change topic `<prefix>` (debezium-sources.md §1.5). Immutable; one per task.
class SchemaChangeRecords {
 public:
  /// `kind`: "mysql" or "mariadb", the package of the schema names.
  SchemaChangeRecords(const std::string& kind, SchemaPtr source_schema, const TopicNaming& topics,
                      SourcePartitionPtr partition);
  SourceRecord make(const HistoryRecord& entry, StructPtr source, SourceOffsetPtr offset,
                    Headers::Shared headers) const;

 private:
  SchemaPtr key_schema_, value_schema_;
  std::string topic_;
  SourcePartitionPtr partition_;
};

}  // namespace tandem::relational
