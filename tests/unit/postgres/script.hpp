#pragma once
#include "connectors/postgres/change_reader.hpp"
#include "converters/json_converter.hpp"
#include "tests/support/pgoutput_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::postgres_source {

inline ConfigMap minimal_config() {
  return {{"database.hostname", "h"},
          {"database.user", "u"},
          {"database.password", "p"},
          {"database.dbname", "app"},
          {"topic.prefix", "t"}};
}

/// A stream written by hand, read without a server: the relations describe themselves, their types are these.
class Script : public TableSource {
 public:
  explicit Script(const ConfigMap& more = ConfigMap()) : settings(parse(more)) {
    json.configure({{"schemas.enable", "false"}}, false);
    auto p = std::make_shared<OffsetMap>();
    p->emplace_back("server", Value("t"));
    maker.emplace(settings, p, 0, 0);
    from({});
  }
  /// The task begins at this offset.
  void from(PostgresOffset offset) { reader.emplace(*maker, *this, std::move(offset)); }
  std::vector<SourceRecord> send(std::uint64_t lsn, const std::string& message) {
    std::vector<SourceRecord> out;
    reader->handle(pgoutput::Lsn(lsn), message, 1'700'000'000'000'000'000, out);
    for (const auto& r : out) {
      all.push_back(text(r));
      offsets.push_back(r.source_offset || offsets.empty() ? r.source_offset : offsets.back());
      topics.push_back(r.topic);
    }
    return out;
  }
  /// Begin, these at the LSNs given, commit at `end`.
  void transaction(std::uint32_t xid, const std::vector<std::pair<std::uint64_t, std::string>>& messages,
                   std::uint64_t end) {
    send(messages.front().first, test::pg::begin(end - 1, kTime, xid));
    for (const auto& [lsn, m] : messages) {
      send(lsn, m);
    }
    send(end - 1, test::pg::commit(end - 1, end, kTime));
  }
  std::string text(const SourceRecord& r) {
    std::string out;
    if (!json.from_connect(r.topic, r.value_schema, r.value, out)) {
      return "tombstone";
    }
    const auto before = out.find("\"before\""), source = out.find(",\"source\"");
    const auto op = out.find("\"op\":");
    return out.substr(op + 6, 1) + " " +
           (before == std::string::npos ? "" : out.substr(before, source - before));
  }
  const PostgresOffset& offset(std::size_t i) const {
    return dynamic_cast<const PostgresOffset&>(*offsets.at(i));
  }

  TableShape shape_of(const pgoutput::Relation& relation, bool first) override {
    ++described;
    CatalogTable table;
    table.table.id = {"app", relation.schema, relation.name};
    for (const auto& from : relation.columns) {
      relational::Column column;
      column.name = from.name;
      column.optional = !from.key;
      describe_type(column, catalog.type(from.type), {from.type, from.modifier});
      table.table.columns.push_back(std::move(column));
      table.types.push_back({from.type, from.modifier});
      if (from.key && relation.replica_identity != 'f') {
        table.table.primary_key.push_back(from.name);
      }
    }
    if (relation.replica_identity == 'f') {
      table.table.primary_key = {relation.columns.front().name};
    }
    std::vector<std::optional<std::string>> added;
    for (const auto& [name, text] : first ? later : decltype(later){}) {
      relational::Column column;
      column.name = name;
      column.optional = true;
      describe_type(column, catalog.type(kText), {kText, -1});
      table.table.columns.push_back(std::move(column));
      table.types.push_back({kText, -1});
      added.push_back(text);
    }
    table.table.renumber();
    return {maker->plan(catalog, table, maker->settings().types), std::move(added)};
  }
  bool gives_whole_rows(const pgoutput::Relation&) override { return false; }

  static constexpr std::int64_t kTime = 1'700'000'000'000'000;
  static constexpr std::uint32_t kInt = 23, kText = 25;
  static pgoutput::Relation users(char identity = 'd') {
    return {10, "public", "users", identity, {{true, "id", kInt, -1}, {identity == 'f', "name", kText, -1}}};
  }

  Settings settings;
  Catalog catalog{{{kInt, "int4", 'b', 0, 0, -1, {}}, {kText, "text", 'b', 0, 0, -1, {}}}};
  std::optional<RecordMaker> maker;
  std::optional<ChangeReader> reader;
  converters::JsonConverter json;
  std::vector<std::string> all, topics;
  std::vector<SourceOffsetPtr> offsets;
  int described = 0;
  std::vector<std::pair<std::string, std::optional<std::string>>>
      later;  ///< columns that tables got since, and their values

 private:
  static Settings parse(const ConfigMap& more) {
    ConfigMap map = minimal_config();
    for (const auto& [k, v] : more) {
      map[k] = v;
    }
    return parse_settings(map);
  }
};

}  // namespace tandem::postgres_source
