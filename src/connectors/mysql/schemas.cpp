#include "connectors/mysql/schemas.hpp"

#include "connectors/mysql/gtid_text.hpp"
#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"

#include <algorithm>
#include <array>

namespace tandem::mysql {

using relational::HistoryRecord;
using relational::TableChange;

namespace {

/// The tables of the changes around `at` that are of its database, comma-joined in the order of a Java
/// HashSet. No table: nothing; a statement that is not known to have effects: "".
std::optional<std::string> joined_tables(const std::vector<DdlChange>& changes, std::size_t at) {
  const auto same_database = [&](std::size_t i) { return changes[i].database == changes[at].database; };
  std::size_t first = at, last = at + 1;
  while (first > 0 && same_database(first - 1)) {
    --first;
  }
  while (last < changes.size() && same_database(last)) {
    ++last;
  }
  std::vector<std::string> texts, names;
  for (std::size_t i = first; i < last; ++i) {
    const TableId& id = changes[i].id;
    if (!id.table.empty() && std::find(texts.begin(), texts.end(), id.text()) == texts.end()) {
      texts.push_back(id.text());
      names.push_back(id.table);
    }
  }
  if (names.empty()) {
    return changes[at].kind == DdlChange::Kind::other ? std::optional<std::string>("") : std::nullopt;
  }
  std::string out;
  for (const std::size_t i : relational::java_hash_order(texts)) {
    out += (out.empty() ? "" : ",") + names[i];
  }
  return out;
}

bool is_global_set(const DdlChange& change) {
  return change.kind == DdlChange::Kind::set && change.database.empty();
}

bool names_table(const DdlChange& change) { return change.table || change.kind == DdlChange::Kind::drop; }

/// Types that have values which no mapping, or not the one chosen, can hold (a TIME of 30 hours under
/// time.precision.mode=connect). The others are spared a call a value. Dates that do not exist are no
/// failure: they have a mapping of their own.
bool can_fail(const relational::Column& c) {
  constexpr std::array<std::string_view, 12> kTypes = {"TIME",    "DECIMAL",  "DEC",   "NUMERIC",
                                                       "FIXED",   "GEOMETRY", "POINT", "LINESTRING",
                                                       "POLYGON", "VECTOR",   "UUID",  "GEOMETRYCOLLECTION"};
  const std::string_view type = std::string_view(c.type_name).substr(0, c.type_name.find(' '));
  return type.starts_with("MULTI") || std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

void guard(relational::ColumnPlan<Cell>& plan, std::string column, FailureMode mode) {
  const auto told = std::make_shared<bool>(false);
  const auto wrap = [column = std::move(column), mode,
                     told](relational::CellWriter<Cell> write) -> relational::CellWriter<Cell> {
    return [column, mode, told, write = std::move(write)](const Cell& cell, Value& out) {
      write(cell, out);
      if (!out.is_null() || cell.kind == Cell::Kind::null) {
        return;
      }
      if (mode == FailureMode::fail) {
        raise(ErrorKind::data, "a value of column " + column + " has no mapping",
              "set event.converting.failure.handling.mode=warn, which writes null for it, or correct the "
              "value");
      }
      if (!*told) {
        *told = true;
        log::warn("tandem.mysql",
                  "a value of column {} has no mapping and becomes null (further ones are not named)",
                  column);
      }
    };
  };
  if (plan.write) {
    plan.write = wrap(std::move(plan.write));
  }
  if (plan.bind) {
    plan.bind = [wrap, bind = std::move(plan.bind)](const SchemaPtr& schema) { return wrap(bind(schema)); };
  }
}

}  // namespace

Schemas::Schemas(relational::SchemaSettings settings, ValueOptions values, Options options,
                 relational::SchemaHistory& history, std::string server_name)
    : settings_(std::move(settings)),
      values_(values),
      options_(options),
      history_(history),
      server_name_(std::move(server_name)) {}

PlanPtr Schemas::plan(const TableId& id) {
  if (const auto it = plans_.find(id); it != plans_.end()) {
    return it->second;
  }
  const TablePtr table = catalog_.find(id);
  if (!table) {
    return nullptr;
  }
  PlanPtr plan =
      relational::make_table_plan<Cell>(table, settings_, [&](const Table& t, const relational::Column& c) {
        auto column = plan_column(c, values_);
        if (column && options_.converting != FailureMode::skip && can_fail(c)) {
          guard(*column, t.id.identifier() + "." + c.name, options_.converting);
        }
        return column;
      });
  plans_.emplace(id, plan);
  return plan;
}

void Schemas::put(TablePtr table) {
  plans_.erase(table->id);
  const TableId id = table->id;
  catalog_.tables[id] = std::move(table);
}

void Schemas::forget() {
  plans_.clear();
  catalog_ = Catalog{};
}

/// Whether a change of the log goes into the schema-change topic.
bool Schemas::tells(const DdlChange& change) const {
  if (change.database.empty() || filter().database(change.database)) {
    return !options_.only_captured_tables || !names_table(change) || filter().table(change.id);
  }
  return !options_.only_captured_databases && !options_.only_captured_tables;
}

bool Schemas::stores(const DdlChange& change) const {
  if (is_global_set(change)) {
    return true;
  }
  if (options_.only_captured_databases && !filter().database(change.database)) {
    return false;
  }
  return !options_.only_captured_tables || (names_table(change) && filter().table(change.id));
}

void Schemas::touched(const DdlChange& change) {
  plans_.erase(change.id);
  if (change.previous) {
    plans_.erase(*change.previous);
  }
  if (change.kind == DdlChange::Kind::database) {
    plans_.clear();
  }
}

void Schemas::apply(std::string_view statement, const std::string& database, const OffsetMap& position,
                    std::int64_t now_ms, const Emit& each,
                    const std::function<TablePtr(const TableId&)>& read_shape) {
  // A history that takes no record leaves the catalogue as it was, so that the statement can be read again.
  struct Restore {
    Catalog& catalog;
    Catalog before;
    bool armed = true;
    ~Restore() {
      if (armed) {
        catalog = std::move(before);
      }
    }
  } restore{catalog_, catalog_};
  auto changes = apply_ddl(catalog_, statement, database, options_.ddl);
  for (auto& change : changes) {
    touched(change);
    if (!change.unknown_shape) {
      continue;
    }
    if (TablePtr shape = read_shape && filter().table(change.id) ? read_shape(change.id) : nullptr) {
      put(std::move(shape));
    } else if (change.kind == DdlChange::Kind::alter && !change.by_rename_table) {
      change.kind = DdlChange::Kind::other;  // of a table that is none of ours
      change.id = {};
      change.database = database;
      change.ddl = statement;
    }
  }
  const bool snapshot =
      std::any_of(position.begin(), position.end(), [](const auto& e) { return e.first == "snapshot"; });
  const bool relevant = std::any_of(changes.begin(), changes.end(), [&](const DdlChange& change) {
    return change.id.table.empty() ? change.kind != DdlChange::Kind::other && tells(change)
                                   : change.kind != DdlChange::Kind::index && filter().table(change.id);
  });
  if (options_.only_captured_tables && !snapshot && !relevant) {
    changes.clear();
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto& change = changes[i];
    // An entry holds its table as the whole statement leaves it.
    change.table = change.id.table.empty() ? nullptr : catalog_.find(change.id);
    // A snapshot tells all its statements, whatever the history keeps.
    const bool told =
        snapshot ? change.database.empty() || filter().database(change.database) : tells(change);
    const bool stored = stores(change) && (snapshot || told);
    if (!told && !stored) {
      continue;
    }
    HistoryRecord entry;
    entry.source = {{"server", Value(server_name_)}};
    entry.position = position;
    entry.ts_ms = now_ms;
    entry.database = change.database;
    entry.ddl = change.ddl;
    if (names_table(change)) {
      TableChange item;
      item.type = change.kind == DdlChange::Kind::create ? TableChange::Type::create
                  : change.kind == DdlChange::Kind::drop ? TableChange::Type::drop
                                                         : TableChange::Type::alter;
      item.id = change.id;
      if (change.by_rename_table) {
        item.previous = change.previous;
      }
      item.table = change.table;
      entry.changes.push_back(std::move(item));
    }
    if (stored) {
      history_.store(entry);
      ++written_;
    }
    if (each && told) {
      each(entry, joined_tables(changes, i));
    }
  }
  if (!snapshot) {
    history_.flush();
  }
  restore.armed = false;
}

void Schemas::flush_history() { history_.flush(); }

bool Schemas::recover(const BinlogOffset& at, std::stop_token stop) {
  forget();
  bool any = false;
  std::size_t applied = 0, later = 0;
  history_.read(
      [&](HistoryRecord&& r) {
        const bool ours = r.source.size() == 1 && r.source[0].second.string() != nullptr &&
                          *r.source[0].second.string() == server_name_;
        if (!ours) {
          return;
        }
        any = true;
        if (!at_or_before(r.position, at)) {
          ++later;
          return;
        }
        ++applied;
        if (r.changes.empty()) {
          apply_ddl(catalog_, r.ddl, r.database, options_.ddl);
          return;
        }
        for (const auto& change : r.changes) {
          if (change.previous) {
            catalog_.tables.erase(*change.previous);
          }
          if (change.table) {
            catalog_.tables[change.id] = change.table;
          } else {
            catalog_.tables.erase(change.id);
          }
        }
      },
      stop);
  log::info("tandem.mysql", "schema history: {} entries applied, {} are later than {}:{}, {} tables known",
            applied, later, at.file, at.pos, catalog_.tables.size());
  recovered_ += applied;
  plans_.clear();
  return any;
}

bool at_or_before(const OffsetMap& recorded_map, const BinlogOffset& at) {
  const BinlogOffset recorded = BinlogOffset::from(recorded_map);
  if (at.gtids) {
    if (!recorded.gtids) {
      return true;  // GTIDs were switched on since
    }
    if (gtid_contained(*recorded.gtids, *at.gtids)) {
      if (!gtid_contained(*at.gtids, *recorded.gtids)) {
        return true;
      }
      if (recorded.snapshot != at.snapshot) {
        return recorded.snapshot;
      }
      return recorded.events_done <= at.events_done;
    }
    return false;
  }
  if (recorded.gtids) {
    return false;
  }
  if (recorded.server_id != at.server_id && recorded.server_id != 0 && at.server_id != 0) {
    return recorded.ts_sec.value_or(0) <= at.ts_sec.value_or(0);
  }
  if (binlog_base(recorded.file) != binlog_base(at.file)) {
    return true;
  }
  const auto a = binlog_number(recorded.file), b = binlog_number(at.file);
  if (a != b) {
    return a < b;
  }
  if (recorded.pos != at.pos) {
    return recorded.pos < at.pos;
  }
  if (recorded.snapshot != at.snapshot) {
    return recorded.snapshot;
  }
  if (recorded.events_done != at.events_done) {
    return recorded.events_done < at.events_done;
  }
  return recorded.rows_done <= at.rows_done;
}

}  // namespace tandem::mysql
