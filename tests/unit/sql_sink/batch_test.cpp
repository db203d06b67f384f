#include "connectors/sql_sink/batch.hpp"

#include "connectors/sql_sink/mysql/dialect.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace tandem::sql_sink {
namespace {

/// Keeps what it is told to write instead of making SQL of it, and applies it to a table in memory.
class TableInMemory final : public Dialect {
 public:
  using Dialect::quote;
  std::map<std::int64_t, std::string> rows;
  int statements = 0;

  std::string quote(std::string_view i) const override { return std::string(i); }
  std::string quote_text(std::string_view t) const override { return std::string(t); }
  std::string clear_table(const TableName&) const override { return "clear"; }
  std::string column_type(const Schema*, bool) const override { return ""; }
  std::string begin() const override { return ""; }
  std::string create_position_table(const TableName&) const override { return ""; }
  std::string log_whole_rows(const TableName&) const override { return ""; }
  std::vector<std::string> must_change_one(const std::string&) const override { return {}; }
  std::string now() const override { return ""; }
  void append_key(std::string& out, const BoundColumn&, const Value& value) override {
    out += std::to_string(std::get<std::int32_t>(value.variant())) + ",";
  }
  void write(WriteOp op, const TargetTable&, const RowSet& set, std::vector<Statement>& out) override {
    std::string sql = op == WriteOp::remove ? "-" : op == WriteOp::insert_missing ? "?" : "+";
    for (std::size_t r = 0; r < set.count(); ++r) {
      const auto* row = &set.cells[r * set.columns.size()];
      sql += std::to_string(std::get<std::int32_t>(row[0]->variant())) +
             (set.columns.size() > 1 ? "=" + *row[1]->string() : "") + " ";
    }
    out.emplace_back(sql);
  }
  void apply(const std::vector<Statement>& all) {
    for (const auto& s : all) {
      ++statements;
      std::size_t at = 1;
      while (at < s.sql.size()) {
        const auto end = s.sql.find(' ', at);
        const std::string one = s.sql.substr(at, end - at);
        const int key = std::stoi(one);
        const std::string value = one.find('=') == std::string::npos ? "" : one.substr(one.find('=') + 1);
        if (s.sql[0] == '-') {
          rows.erase(key);
        } else if (s.sql[0] == '?') {
          rows.try_emplace(key, value);
        } else if (!value.empty()) {
          rows[key] = value;
        }
        at = end + 1;
      }
    }
  }
};

TEST(Batch, ReducedAndReplayedEndInTheSameRows) {
  auto row_builder = SchemaBuilder::structure();
  row_builder.field("id", primitive(SchemaType::int32)).field("s", primitive(SchemaType::string));
  const SchemaPtr row_schema = row_builder.build();
  auto table = std::make_shared<TargetTable>();
  table->columns.resize(2);
  table->columns[0].name = "id";
  table->columns[1].name = "s";
  auto plan = std::make_shared<TablePlan>();
  plan->columns = {{&table->columns[0], SourceKind::integer, nullptr, true},
                   {&table->columns[1], SourceKind::text, nullptr, false}};
  plan->sources = {{CellSource::From::row_field, 0, {}}, {CellSource::From::row_field, 1, {}}};
  plan->key_count = 1;
  plan->may_be_absent = {1};
  plan->table = table;
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::shared_ptr<Struct>> images;
    std::map<std::int64_t, std::string> model;
    TableInMemory reduced, replayed;
    for (int i = 0; i < 5; ++i) {
      model[i] = reduced.rows[i] = replayed.rows[i] = "old" + std::to_string(i);
    }
    Batch batch;
    SinkRecord record;
    for (std::uint32_t i = 0; i < 30; ++i) {
      const int key = static_cast<int>(random() % 8);
      auto image = std::make_shared<Struct>(row_schema);
      const int what = static_cast<int>(random() % 10);
      // A column is only absent in an update of a row that is there.
      const bool absent = what == 0 && model.contains(key);
      image->fields = {Value(key), Value(absent ? std::string("gone") : "v" + std::to_string(i))};
      images.push_back(image);
      const auto kind = what >= 1 && what < 4 ? Change::Kind::remove
                        : what == 4           ? Change::Kind::insert_missing
                                              : Change::Kind::upsert;
      batch.add(kind, plan, record, i, image.get(), "gone", reduced);
      if (kind == Change::Kind::remove) {
        model.erase(key);
      } else if (kind == Change::Kind::insert_missing) {
        model.try_emplace(key, "v" + std::to_string(i));
      } else if (!absent) {
        model[key] = "v" + std::to_string(i);
      }
    }
    std::vector<Statement> statements;
    batch.build(reduced, 0, 30, true, statements);
    reduced.apply(statements);
    EXPECT_EQ(reduced.rows, model) << round;
    statements.clear();
    batch.build(replayed, 0, 12, false, statements);
    batch.build(replayed, 12, 30, false, statements);
    replayed.apply(statements);
    EXPECT_EQ(replayed.rows, model) << round;
    EXPECT_LE(reduced.statements, 8);
  }
}

}  // namespace
}  // namespace tandem::sql_sink
