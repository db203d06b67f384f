#pragma once
#include "connectors/mysql/binlog_stream.hpp"
#include "connectors/sync/log_position.hpp"
#include "connectors/sync/marker.hpp"
#include "tests/support/binlog_writer.hpp"
#include "tests/support/memory_source.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::mysql {

namespace w = test::binlog_writer;

struct NoHistory final : relational::SchemaHistory {
  bool exists() override { return true; }
  void prepare() override {}
  void store(const relational::HistoryRecord&) override {}
  void flush() override {}
  void read(const std::function<void(relational::HistoryRecord&&)>&, std::stop_token) override {}
};

inline BinlogOffset at_file(std::string file, std::uint64_t pos = 4) {
  BinlogOffset at;
  at.file = std::move(file);
  at.pos = pos;
  return at;
}
inline relational::TopicNaming::Options prefixed(std::string prefix) {
  relational::TopicNaming::Options o;
  o.prefix = std::move(prefix);
  return o;
}

/// A BinlogStream over events that the test writes, with a table shop.t (id int primary key).
struct ScriptedStream {
  explicit ScriptedStream(ConfigMap extra = {}, BinlogOffset start = at_file("b.000007"))
      : start_(std::move(start)) {
    ConfigMap map{{"topic.prefix", "s"},
                  {"database.hostname", "h"},
                  {"database.user", "u"},
                  {"database.server.id", "5"},
                  {"schema.history.internal.kafka.topic", "h"},
                  {"extended.headers.enabled", "false"}};
    for (auto& [key, value] : extra) {
      map[key] = value;
    }
    config = std::make_unique<Config>(source_config_def(), map);
    filter = std::make_unique<relational::CaptureFilter>(capture_lists(*config));
    transactions = std::make_unique<relational::TransactionMetadata>(false, topics, partition);
    records = std::make_unique<relational::ChangeRecords>(relational::ChangeRecords::Settings{}, partition,
                                                          *transactions);
    metrics = std::make_unique<relational::SourceMetrics>(
        context, relational::SourceMetrics::Source{"mysql", "s", 0, 0}, records->counts());
    schema_changes =
        std::make_unique<relational::SchemaChangeRecords>("mysql", source.schema(), topics, partition);
    relational::SchemaSettings settings;
    settings.topics = &topics;
    settings.filter = filter.get();
    settings.source_schema = source.schema();
    schemas = std::make_unique<Schemas>(
        settings, ValueOptions{},
        Schemas::Options{false, false, {}, failure_mode(*config, "event.converting.failure.handling.mode")},
        history, "s");
    schemas->apply("create table t (id int primary key, v time)", "shop", {}, 0, nullptr, nullptr);
    BinlogStream::Link link;
    link.link = config->string("sync.link");
    link.origin = config->string("sync.origin");
    link.server = 77;
    stream = std::make_unique<BinlogStream>(
        SourceParts{*config, context, *schemas, source, *records, *schema_changes, *metrics, false},
        *transactions, topics, link, start_, [](const TableId&) -> TablePtr { return nullptr; });
  }

  void feed(const std::string& event) { stream->handle(event, out); }
  void open(const std::string& file, std::uint64_t position = 4) {
    feed(log.event(binlog::EventType::rotate, w::rotate(file, position), binlog::kFlagArtificial));
    if (position == 4) {
      log.position = 4;
      feed(log.format());
    } else {  // as a server does in the middle of a file: FORMAT_DESCRIPTION without a position of its own
      const auto at = static_cast<std::uint32_t>(position);
      std::string format = log.event(binlog::EventType::format_description,
                                     w::format_description("8.0.15", binlog::ChecksumAlgorithm::crc32),
                                     binlog::kFlagArtificial);
      feed(format);
      log.position = at;
    }
  }
  void gtid(std::uint8_t uuid, std::int64_t number) {
    binlog::GtidEvent g;
    g.uuid.fill(uuid);
    g.number = number;
    feed(log.event(binlog::EventType::gtid, w::gtid(g)));
  }
  static binlog::TableMap table(const std::string& name = "t") {
    binlog::TableMap map;
    map.table_id = 9;
    map.database = "shop";
    map.table = name;
    map.columns.resize(2);
    map.columns[0].type = binlog::ColumnType::long_;
    map.columns[1].type = binlog::ColumnType::time;
    return map;
  }
  void begin() { feed(log.event(binlog::EventType::query, w::query("shop", "BEGIN"))); }
  void insert(std::int64_t id, const binlog::TableMap& map = table(), int hours = 1) {
    feed(log.event(binlog::EventType::table_map, w::table_map(map)));
    binlog::TimeParts time{};
    time.hour = static_cast<std::uint32_t>(hours);
    feed(log.event(binlog::EventType::write_rows,
                   w::rows(binlog::RowsKind::write, map,
                           {{{}, {w::integer(id), w::temporal(binlog::CellKind::time, time)}}})));
  }
  void commit() { feed(log.event(binlog::EventType::xid, w::xid(1))); }
  void transaction(std::int64_t id) {
    begin();
    insert(id);
    commit();
  }
  std::vector<std::int64_t> ids() const {
    std::vector<std::int64_t> got;
    for (const auto& r : out) {
      std::int64_t id = 0;
      r.value.structure()->at("after").structure()->at("id").to_int64(id);
      got.push_back(id);
    }
    return got;
  }
  std::int64_t source_field(std::size_t record, const char* field) const {
    std::int64_t n = 0;
    out[record].value.structure()->at("source").structure()->at(field).to_int64(n);
    return n;
  }

  w::Log log;
  std::vector<SourceRecord> out;
  testing_support::MemoryContext context;
  NoHistory history;
  relational::TopicNaming topics{prefixed("s")};
  SourcePartitionPtr partition = std::make_shared<const OffsetMap>(OffsetMap{{"server", Value("s")}});
  SourceInfo source{"mysql", "s"};
  std::unique_ptr<Config> config;
  std::unique_ptr<relational::CaptureFilter> filter;
  std::unique_ptr<relational::TransactionMetadata> transactions;
  std::unique_ptr<relational::ChangeRecords> records;
  std::unique_ptr<relational::SourceMetrics> metrics;
  std::unique_ptr<relational::SchemaChangeRecords> schema_changes;
  std::unique_ptr<Schemas> schemas;
  std::unique_ptr<BinlogStream> stream;

 private:
  BinlogOffset start_;
};

}  // namespace tandem::mysql
