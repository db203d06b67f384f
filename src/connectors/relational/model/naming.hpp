#pragma once
#include "connectors/relational/model/table_id.hpp"

#include <string>
#include <string_view>

namespace tandem::relational {

/// Value of schema.name.adjustment.mode and field.name.adjustment.mode.
enum class NameAdjustment { none, avro, avro_unicode };

/// Throws TandemError(config) for another word.
NameAdjustment parse_name_adjustment(const std::string& setting, const std::string& text);
/// A schema's full name (dots are kept).
std::string adjust_schema_name(NameAdjustment mode, std::string_view name);
/// A field's name (a dot is replaced as well).
std::string adjust_field_name(NameAdjustment mode, std::string_view name);

/// Debezium's DefaultTopicNamingStrategy and SchemaTopicNamingStrategy, and their Unicode forms: names of all
/// topics of a connector.
class TopicNaming {
 public:
  struct Options {
    std::string prefix;                                     ///< topic.prefix
    std::string delimiter = ".";                            ///< topic.delimiter
    std::string heartbeat_prefix = "__debezium-heartbeat";  ///< topic.heartbeat.prefix
    std::string heartbeat_name;                             ///< topic.heartbeat.name, whole name when set
    std::string transaction = "transaction";                ///< topic.transaction
    bool unicode = false;  ///< data topics tell what they cannot hold as _uXXXX
  };
  explicit TopicNaming(Options options) : options_(std::move(options)) {}

  const std::string& prefix() const noexcept { return options_.prefix; }
  std::string data(const TableId& id) const;  ///< prefix.db.table or prefix.schema.table
  std::string schema_change() const;          ///< prefix
  std::string heartbeat() const;
  std::string transaction() const;
  std::string message() const;  ///< PostgreSQL logical messages: prefix.message

 private:
  Options options_;
};

/// Characters outside [A-Za-z0-9._-] become '_'; cut at 249; "." and ".." are replaced. `unicode`: they, and
/// '_', become _uXXXX.
std::string sanitize_topic(std::string_view name, bool unicode = false);

}  // namespace tandem::relational
