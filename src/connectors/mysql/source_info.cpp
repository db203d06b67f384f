#include "connectors/mysql/source_info.hpp"

namespace tandem::mysql {
namespace {
namespace common = relational::source;
enum Field : std::size_t {
  kTable = common::common_count,
  kServerId,
  kGtid,
  kFile,
  kPos,
  kRow,
  kThread,
  kQuery
};
}  // namespace

SourceInfo::SourceInfo(std::string kind, std::string name) : kind_(std::move(kind)), name_(std::move(name)) {
  schema_ = relational::source_schema_builder("io.debezium.connector." + kind_ + ".Source")
                .field("table", primitive(SchemaType::string, true))
                .field("server_id", primitive(SchemaType::int64))
                .field("gtid", primitive(SchemaType::string, true))
                .field("file", primitive(SchemaType::string))
                .field("pos", primitive(SchemaType::int64))
                .field("row", primitive(SchemaType::int32))
                .field("thread", primitive(SchemaType::int64, true))
                .field("query", primitive(SchemaType::string, true))
                .build();
}

StructPtr SourceInfo::make(const std::string& database, const std::string* table) const {
  auto s = std::make_shared<Struct>(schema_);
  auto& f = s->fields;
  f[common::version] = relational::kSourceVersion;
  f[common::connector] = kind_;
  f[common::name] = name_;
  f[common::ts_ms] = ts_ns / 1'000'000;
  f[common::snapshot] = relational::to_text(snapshot);
  f[common::db] = database;
  f[common::ts_us] = ts_ns / 1'000;
  f[common::ts_ns] = ts_ns;
  if (table != nullptr) {
    f[kTable] = *table;
  }
  f[kServerId] = static_cast<std::int64_t>(server_id);
  if (!gtid.empty()) {
    f[kGtid] = gtid;
  }
  f[kFile] = file;
  f[kPos] = static_cast<std::int64_t>(pos);
  f[kRow] = row;
  if (thread >= 0) {
    f[kThread] = thread;
  }
  if (!query.empty()) {
    f[kQuery] = query;
  }
  return s;
}

}  // namespace tandem::mysql
