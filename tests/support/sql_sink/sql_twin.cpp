#include "tests/support/sql_sink/sql_twin.hpp"

#include <algorithm>
#include <stdexcept>

namespace tandem::test {
namespace {

using sql_sink::FailureClass;
using sql_sink::Statement;
using sql_sink::StatementFailure;
using Cell = std::optional<std::string>;

/// Words of a statement; names and texts without their quotes, texts marked.
struct Word {
  std::string text;
  bool literal = false;
};

std::vector<Word> words_of(const std::string& sql) {
  std::vector<Word> out;
  for (std::size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    if (c == ' ') {
      ++i;
    } else if (c == '`') {
      const auto end = sql.find('`', i + 1);
      out.push_back({sql.substr(i + 1, end - i - 1)});
      i = end + 1;
    } else if (c == '\'') {
      Word word{"", true};
      for (++i; sql.at(i) != '\'' || (i + 1 < sql.size() && sql[i + 1] == '\''); ++i) {
        i += sql[i] == '\\' || sql[i] == '\'' ? 1 : 0;
        word.text += sql[i];
      }
      ++i;
      out.push_back(std::move(word));
    } else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-') {
      const auto end =
          sql.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.", i);
      out.push_back({sql.substr(i, end - i)});
      i = end == std::string::npos ? sql.size() : end;
    } else {
      out.push_back({std::string(1, c)});
      ++i;
    }
  }
  return out;
}

[[noreturn]] void fail(FailureClass how, const char* code, const std::string& text, std::size_t at = 0) {
  throw StatementFailure(Error(how == FailureClass::lost ? ErrorKind::transient : ErrorKind::data, text), how,
                         code, at);
}

class TwinConnection final : public sql_sink::TargetConnection {
 public:
  explicit TwinConnection(TwinServer& server) : server_(server) {}
  ~TwinConnection() override { roll_back(); }

  std::vector<std::uint64_t> run(std::span<const Statement> statements) override {
    std::vector<std::uint64_t> changed;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      try {
        read(statements[i].sql);
        rows_.clear();
        statement();
        changed.push_back(changed_);
      } catch (const StatementFailure& e) {
        throw StatementFailure(e.error(), e.failure, e.code, i);
      }
    }
    return changed;
  }
  std::vector<Row> query(const std::string& sql) override {
    read(sql);
    rows_.clear();
    statement();
    return std::move(rows_);
  }
  void roll_back() noexcept override {
    if (server_.writer == this) {
      server_.writer = nullptr;
    }
    open_ = false;
  }
  int version() const override { return 80015; }

 private:
  using Tables = std::map<std::string, TwinServer::Table>;

  void read(const std::string& sql) {
    sql_ = sql;
    words_ = words_of(sql);
    at_ = 0;
  }
  bool at_end() const { return at_ >= words_.size(); }
  const std::string& next() {
    if (at_end()) {
      throw std::logic_error("the twin expected more of: " + sql_);
    }
    return words_[at_++].text;
  }
  bool take(std::string_view word) {
    const bool here = !at_end() && !words_[at_].literal && words_[at_].text == word;
    at_ += here ? 1U : 0U;
    return here;
  }
  void expect(std::string_view word) {
    if (!take(word)) {
      throw std::logic_error("the twin does not know: " + sql_);
    }
  }
  Cell value() {
    const bool literal = words_.at(at_).literal;
    std::string text = next();
    if (!literal && text == "UTC_TIMESTAMP") {
      at_ += 3;
      return "now";
    }
    return !literal && text == "NULL" ? Cell() : Cell(std::move(text));
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    expect("(");
    do {
      out.push_back(next());
    } while (take(","));
    expect(")");
    return out;
  }

  Tables& tables() { return open_ ? work_ : server_.tables; }
  TwinServer::Table& table(const std::string& name) {
    const auto it = tables().find(name);
    if (it == tables().end()) {
      fail(FailureClass::other, "1146", "Table '" + name + "' doesn't exist");
    }
    return it->second;
  }
  static std::size_t column(const TwinServer::Table& t, const std::string& name) {
    const auto it = std::find(t.columns.begin(), t.columns.end(), name);
    if (it == t.columns.end()) {
      fail(FailureClass::other, "1054", "Unknown column '" + name + "'");
    }
    return static_cast<std::size_t>(it - t.columns.begin());
  }
  void lock() {
    if (server_.writer != nullptr && server_.writer != this) {
      fail(FailureClass::retry, "1205", "Lock wait timeout exceeded");
    }
    if (open_) {
      server_.writer = this;
    }
  }

  void statement() {
    changed_ = 0;
    if (take("START")) {
      open_ = true;
      work_ = server_.tables;
    } else if (take("COMMIT")) {
      if (server_.writer == this) {
        server_.tables = work_;
      }
      roll_back();
    } else if (take("CREATE")) {
      create();
    } else if (take("INSERT")) {
      insert();
    } else if (take("DELETE")) {
      remove();
    } else if (take("UPDATE")) {
      update();
    } else if (take("SET")) {
      if (last_changed_ != 1) {
        fail(FailureClass::data, "1242", "Subquery returns more than 1 row");
      }
    } else if (take("SELECT")) {
      sql_.find("information_schema.") == std::string::npos ? select() : catalogue();
    } else {
      throw std::logic_error("the twin does not know: " + sql_);
    }
    last_changed_ = changed_;
  }

  void create() {
    for (const char* word : {"TABLE", "IF", "NOT", "EXISTS"}) {
      expect(word);
    }
    TwinServer::Table made;
    const std::string name = next();
    expect("(");
    while (!take(")")) {
      if (take("PRIMARY")) {
        expect("KEY");
        made.key = names();
        continue;
      }
      made.columns.push_back(next());
      made.types.push_back(next());
      for (int depth = 0; depth > 0 || (words_.at(at_).text != "," && words_.at(at_).text != ")"); ++at_) {
        depth += words_[at_].text == "(" ? 1 : words_[at_].text == ")" ? -1 : 0;
      }
      take(",");
    }
    server_.tables.try_emplace(name, std::move(made));
  }

  void insert() {
    expect("INTO");
    lock();
    auto& t = table(next());
    const auto columns = names();
    expect("VALUES");
    const auto values_at = at_;
    const bool upsert = sql_.find(" ON DUPLICATE KEY UPDATE ") != std::string::npos;
    const bool overwrite =
        upsert && sql_.find("VALUES(", sql_.find(" ON DUPLICATE KEY UPDATE ")) != std::string::npos;
    at_ = values_at;
    do {
      expect("(");
      TwinServer::Row row(t.columns.size());
      for (const auto& name : columns) {
        row[column(t, name)] = value();
        take(",");
      }
      expect(")");
      std::vector<std::string> key;
      for (const auto& name : t.key) {
        const Cell& cell = row[column(t, name)];
        if (!cell) {
          fail(FailureClass::data, "1048", "Column '" + name + "' cannot be null");
        }
        key.push_back(*cell);
      }
      const auto [it, fresh] = t.rows.try_emplace(key, row);
      if (!fresh && !upsert) {
        fail(FailureClass::data, "1062", "Duplicate entry");
      }
      if (!fresh && overwrite) {
        for (const auto& name : columns) {
          it->second[column(t, name)] = row[column(t, name)];
        }
      }
      changed_ += fresh ? 1 : overwrite ? 2 : 0;
    } while (take(","));
  }

  void remove() {
    expect("FROM");
    lock();
    auto& t = table(next());
    std::vector<std::string> wanted;
    if (take("WHERE")) {
      const std::size_t at = column(t, next());
      expect("IN");
      expect("(");
      do {
        wanted.push_back(value().value_or(""));
      } while (take(","));
      changed_ = std::erase_if(t.rows, [&](const auto& row) {
        return row.second[at] && std::find(wanted.begin(), wanted.end(), *row.second[at]) != wanted.end();
      });
    } else {
      changed_ = t.rows.size();
      t.rows.clear();
    }
  }

  /// WHERE a = 1 AND b = 'x', to the end.
  std::vector<std::pair<std::size_t, Cell>> condition(const TwinServer::Table& t) {
    std::vector<std::pair<std::size_t, Cell>> out;
    if (take("WHERE")) {
      do {
        const std::size_t at = column(t, next());
        expect("=");
        out.emplace_back(at, value());
      } while (take("AND"));
    }
    return out;
  }
  static bool holds(const std::vector<std::pair<std::size_t, Cell>>& condition, const TwinServer::Row& row) {
    return std::all_of(condition.begin(), condition.end(),
                       [&](const auto& c) { return row[c.first] == c.second; });
  }

  void update() {
    lock();
    auto& t = table(next());
    expect("SET");
    std::vector<std::pair<std::size_t, Cell>> sets;
    std::vector<std::size_t> raised;
    do {
      const std::size_t at = column(t, next());
      expect("=");
      if (!words_.at(at_).literal && words_.at(at_).text == t.columns[at]) {
        at_ += 3;  // epoch = epoch + 1
        raised.push_back(at);
      } else {
        sets.emplace_back(at, value());
      }
    } while (take(","));
    const auto where = condition(t);
    for (auto& [key, row] : t.rows) {
      if (holds(where, row)) {
        for (const auto& [at, cell] : sets) {
          row[at] = cell;
        }
        for (const std::size_t at : raised) {
          row[at] = std::to_string(std::stoll(row[at].value()) + 1);
        }
        ++changed_;
      }
    }
  }

  void select() {
    if (take("DATABASE") || take("CURRENT_USER")) {
      rows_ = {{sql_.find("CURRENT_USER") != std::string::npos ? "twin@%" : "twin", "twin"}};
      return;
    }
    const bool maximum = take("MAX");
    std::vector<std::string> wanted;
    if (maximum) {
      wanted = names();
    } else {
      do {
        wanted.push_back(next());
      } while (take(","));
    }
    expect("FROM");
    auto& t = table(next());
    const auto where = condition(t);  // an ORDER BY is by the key: so rows stand anyway
    for (const auto& [key, row] : t.rows) {
      if (holds(where, row)) {
        Row out;
        for (const auto& name : wanted) {
          out.push_back(row[column(t, name)]);
        }
        rows_.push_back(std::move(out));
      }
    }
    if (maximum) {
      rows_ = {rows_.empty() ? Row{std::nullopt} : *std::max_element(rows_.begin(), rows_.end())};
    }
  }

  void catalogue() {
    if (sql_.find("information_schema.schemata") != std::string::npos) {
      rows_ = {{"utf8mb4"}};
      return;
    }
    const auto name =
        std::find_if(words_.begin(), words_.end(), [](const Word& w) { return w.text == "table_name"; });
    const auto it = server_.tables.find((name + 2)->text);
    if (it == server_.tables.end()) {
      return;
    }
    const auto& t = it->second;
    if (sql_.find("information_schema.tables") != std::string::npos) {
      rows_ = {{"InnoDB"}};
    } else if (sql_.find("information_schema.statistics") != std::string::npos) {
      for (const auto& column : t.key) {
        rows_.push_back({"PRIMARY", column, std::nullopt});
      }
    } else {
      for (std::size_t i = 0; i < t.columns.size(); ++i) {
        rows_.push_back({t.columns[i], t.types[i], t.types[i], "YES", "", "", std::nullopt});
      }
    }
  }

  TwinServer& server_;
  Tables work_;
  bool open_ = false;
  std::string sql_;
  std::vector<Word> words_;
  std::size_t at_ = 0;
  std::vector<Row> rows_;
  std::uint64_t changed_ = 0, last_changed_ = 0;
};

}  // namespace

std::unique_ptr<sql_sink::TargetConnection> TwinServer::connect() {
  return std::make_unique<TwinConnection>(*this);
}

}  // namespace tandem::test
