#pragma once
#include "tandem/plugin/transform.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace tandem::transforms {

/// io.debezium.transforms.ExtractNewRecordState: an envelope becomes the row it is about. All that a schema
/// decides is worked out once per schema of an envelope. Settings of Debezium 3.1 and before
/// (drop.tombstones, delete.handling.mode) are understood when delete.tombstone.handling.mode is not given.
class ExtractNewRecordState final : public Transform {
 public:
  ExtractNewRecordState();
  ~ExtractNewRecordState() override;
  const ConfigDef& config_def() const override;
  void configure(const ConfigMap& config) override;
  bool apply(ConnectRecord& record) override;

 private:
  enum class Delete : std::uint8_t {
    drop,
    null_row,   ///< `after`, which is null, with its schema
    tombstone,  ///< null without schema
    rewrite,    ///< `before` with __deleted
  };
  /// One word of add.fields or add.headers: `[struct.]field[:name]`.
  struct Reference {
    std::string structure;  ///< empty: the envelope itself
    std::string field;
    std::string name;
  };
  struct Plan;

  static std::vector<Reference> parse(const std::string& setting, const std::string& text,
                                      const std::string& prefix);
  const Plan& plan(const SchemaPtr& envelope);
  void change(ConnectRecord& record, const Plan& plan, const Struct& envelope);
  Value row(const Plan& plan, const Struct& envelope, bool deleted) const;
  void route(ConnectRecord& record, const Struct& row) const;
  void drop_fields(ConnectRecord& record);
  void drop_from(SchemaPtr& schema, Value& value, const std::vector<std::string>& names);

  bool drop_tombstones_ = true;
  Delete deletes_ = Delete::null_row;
  bool mark_ = false;  ///< rows get __deleted
  bool replace_null_ = true;
  std::vector<Reference> fields_, headers_;
  std::string route_by_;
  std::string drop_header_;
  bool drop_from_key_ = false;
  bool drop_compatible_ = true;
  std::unordered_map<std::uint64_t, std::shared_ptr<const Plan>> plans_;
  /// The last delete's key and what was added to its headers: in Debezium its tombstone shares them.
  StructPtr deleted_key_;
  std::vector<Header> deleted_headers_;
  /// Schemas without the dropped fields, by schema id and the names dropped.
  std::unordered_map<std::string, std::pair<SchemaPtr, SchemaPtr>> reduced_;
};

}  // namespace tandem::transforms
