#include "connectors/sql_sink/batch.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include <fmt/format.h>

namespace tandem::sql_sink {
namespace {

using Kind = Change::Kind;

const Value kNull;

WriteOp op_of(Kind kind) {
  switch (kind) {
    case Kind::insert:
      return WriteOp::insert;
    case Kind::insert_missing:
      return WriteOp::insert_missing;
    case Kind::update:
      return WriteOp::update;
    case Kind::remove:
      return WriteOp::remove;
    default:
      return WriteOp::upsert;
  }
}

bool is_placeholder(const Value& value, const std::string& placeholder) {
  if (const auto* text = value.string()) {
    return *text == placeholder;
  }
  if (const auto* bytes = value.bytes()) {
    return bytes->data == placeholder;
  }
  if (const auto* map = value.map()) {
    return map->size() == 1 && is_placeholder(map->front().first, placeholder);
  }
  const auto* array = value.array();
  if (array == nullptr || array->empty()) {
    return false;
  }
  if (const auto* text = array->front().string()) {
    // uuid[]: the name-based UUID of the default placeholder (debezium-sources.md §2.4, TOAST)
    return array->size() == 1 && (*text == placeholder || *text == "b68a35a7-17ad-35b3-af2a-ae46edb4545a");
  }
  std::int64_t n = 0;  // int[]: the placeholder's byte values
  return array->size() == placeholder.size() &&
         std::equal(array->begin(), array->end(), placeholder.begin(),
                    [&n](const Value& v, char c) { return v.to_int64(n) && n == c; });
}

}  // namespace

void Batch::clear() {
  changes_.clear();
  cells_.clear();
  keys_.clear();
  made_.clear();
  plans_.clear();
}

void Batch::add(Kind kind, const std::shared_ptr<const TablePlan>& plan, const SinkRecord& record,
                std::uint32_t index, const Struct* row, const std::string& placeholder, Dialect& dialect) {
  Change change;
  change.kind = kind;
  change.record = index;
  change.plan = plan.get();
  change.cells = static_cast<std::uint32_t>(cells_.size());
  const std::size_t width = kind == Kind::remove ? plan->key_count : plan->columns.size();
  for (std::size_t c = 0; c < width; ++c) {
    const CellSource& source = plan->sources[c];
    const auto at = static_cast<std::size_t>(source.index);
    const Value* value = &kNull;
    switch (source.from) {
      case CellSource::From::row_field:
        value = row == nullptr ? &kNull : &row->fields[at];
        break;
      case CellSource::From::key_field:
        if (const auto* key = record.key.structure()) {
          value = &key->fields[at];
        }
        break;
      case CellSource::From::key:
        value = &record.key;
        break;
      case CellSource::From::header:
        if (const auto* header = record.header(source.header)) {
          const auto* fields = header->value.structure();
          value = source.index < 0 || fields == nullptr ? &header->value : &fields->fields[at];
        }
        break;
      case CellSource::From::topic:
        value = &made_.emplace_back(*record.original_topic);
        break;
      case CellSource::From::partition:
        value = &made_.emplace_back(record.original_partition);
        break;
      case CellSource::From::offset:
        value = &made_.emplace_back(record.kafka_offset);
        break;
    }
    cells_.push_back(value);
  }
  if (kind != Kind::remove) {
    for (const std::size_t c : plan->may_be_absent) {
      const Value*& value = cells_[change.cells + c];
      if (is_placeholder(*value, placeholder)) {
        value = nullptr;
        change.absent = true;
      }
    }
  }
  change.key_at = static_cast<std::uint32_t>(keys_.size());
  try {
    for (std::size_t c = 0; c < plan->key_count; ++c) {
      dialect.append_key(keys_, plan->columns[c], *cells_[change.cells + c]);
    }
  } catch (...) {
    cells_.resize(change.cells);
    keys_.resize(change.key_at);
    throw;
  }
  change.key_size = static_cast<std::uint32_t>(keys_.size()) - change.key_at;
  if (plans_.empty() || plans_.back() != plan) {
    plans_.push_back(plan);
  }
  changes_.push_back(std::move(change));
}

void Batch::add_truncate(TableName table, std::uint32_t index) {
  Change change;
  change.kind = Kind::truncate;
  change.record = index;
  change.truncated = std::move(table);
  changes_.push_back(std::move(change));
}

void Batch::drop(std::uint32_t record) {
  std::erase_if(changes_, [record](const Change& c) { return c.record == record; });
}

bool Batch::same_shape(const Change& a, const Change& b) const {
  if (a.plan != b.plan || a.kind != b.kind || a.absent != b.absent) {
    return false;
  }
  for (std::size_t c = 0; a.absent && c < a.plan->columns.size(); ++c) {
    if ((cells_[a.cells + c] == nullptr) != (cells_[b.cells + c] == nullptr)) {
      return false;
    }
  }
  return true;
}

void Batch::build(Dialect& dialect, std::uint32_t first, std::uint32_t last, bool reduce,
                  std::vector<Statement>& out) const {
  const auto by_record = [](const Change& c, std::uint32_t r) { return c.record < r; };
  auto from = std::lower_bound(changes_.begin(), changes_.end(), first, by_record);
  const auto end = std::lower_bound(from, changes_.end(), last, by_record);
  while (from != end) {
    const auto stop = std::find_if(from, end, [](const Change& c) { return c.kind == Kind::truncate; });
    const std::span<const Change> segment(from, stop);
    if (reduce) {
      reduce_segment(dialect, segment, out);
    } else {
      replay_segment(dialect, segment, out);
    }
    from = stop;
    if (from != end) {
      out.emplace_back(dialect.clear_table(from->truncated));
      ++from;
    }
  }
}

void Batch::replay_segment(Dialect& dialect, std::span<const Change> changes,
                           std::vector<Statement>& out) const {
  std::vector<const Change*> run;
  std::unordered_set<std::string_view> keys;
  for (const Change& change : changes) {
    const bool keyed = change.key_size > 0;
    if (!run.empty() && (!same_shape(*run.back(), change) || (keyed && keys.contains(key_of(change))))) {
      write(dialect, run.front()->kind, run, {}, out);
      run.clear();
      keys.clear();
    }
    if (keyed) {
      keys.insert(key_of(change));
    }
    run.push_back(&change);
  }
  if (!run.empty()) {
    write(dialect, run.front()->kind, run, {}, out);
  }
}

void Batch::reduce_segment(Dialect& dialect, std::span<const Change> changes,
                           std::vector<Statement>& out) const {
  struct Table {
    const TargetTable* table;
    std::vector<const Change*> changes;
  };
  std::vector<Table> tables;
  for (const Change& change : changes) {
    const TargetTable* table = change.plan->table.get();
    auto it = std::find_if(tables.begin(), tables.end(),
                           [table](const Table& t) { return t.table->name == table->name; });
    if (it == tables.end()) {
      it = tables.insert(tables.end(), Table{table, {}});
    }
    it->changes.push_back(&change);
  }
  struct Write {
    Kind kind;
    std::vector<const Change*> rows;
    std::vector<const Value*> cells;
  };
  std::vector<Write> removes, writes;
  const auto put = [this](std::vector<Write>& to, std::size_t from, Kind kind, const Change& change,
                          std::span<const Value* const> cells) {
    const auto fits = [&](const Write& w) {
      const Change& other = *w.rows.front();
      if (w.kind != kind || other.plan != change.plan) {
        return false;
      }
      for (std::size_t c = 0; c < cells.size(); ++c) {
        if ((w.cells[c] == nullptr) != (cells[c] == nullptr)) {
          return false;
        }
      }
      return true;
    };
    auto it = std::find_if(to.begin() + static_cast<std::ptrdiff_t>(from), to.end(), fits);
    if (it == to.end()) {
      it = to.insert(to.end(), Write{kind, {}, {}});
    }
    it->rows.push_back(&change);
    it->cells.insert(it->cells.end(), cells.begin(), cells.end());
  };
  const auto rank = [](const Write& w) {
    return w.kind == Kind::insert_missing                                        ? 0
           : std::find(w.cells.begin(), w.cells.end(), nullptr) == w.cells.end() ? 1
                                                                                 : 2;
  };
  std::vector<const Value*> merged;
  for (auto& table : tables) {
    std::stable_sort(table.changes.begin(), table.changes.end(),
                     [this](const Change* a, const Change* b) { return key_of(*a) < key_of(*b); });
    const std::size_t first_remove = removes.size(), first_write = writes.size();
    for (std::size_t i = 0; i < table.changes.size();) {
      const std::string_view key = key_of(*table.changes[i]);
      const Change* remove = nullptr;
      const Change* state = nullptr;
      bool complete = false;       // `state` holds a whole row whatever was there before
      std::vector<Write> earlier;  // states that `state`, with its absent columns, stands on
      for (; i < table.changes.size() && key_of(*table.changes[i]) == key; ++i) {
        const Change& c = *table.changes[i];
        if (c.kind == Kind::remove) {
          remove = &c;
          state = nullptr;
          earlier.clear();
          continue;
        }
        if (c.kind == Kind::insert_missing && state != nullptr) {
          continue;
        }
        // What is absent stays as the state before left it: taken from there, or both are written, the whole
        // row first.
        const bool over = state != nullptr && c.absent;
        const bool kept = over && !complete && state->kind == Kind::insert_missing;
        if (over && (kept || state->plan != c.plan)) {
          if (std::find(merged.begin(), merged.end(), nullptr) != merged.end()) {
            return replay_segment(dialect, changes, out);
          }
          earlier.push_back({complete ? Kind::upsert : state->kind, {state}, merged});
        } else if (!c.absent) {
          earlier.clear();
        }
        std::vector<const Value*> before;
        if (over && !kept && state->plan == c.plan) {
          before = merged;
        }
        merged.assign(cells_.begin() + c.cells,
                      cells_.begin() + c.cells + static_cast<std::ptrdiff_t>(c.plan->columns.size()));
        for (std::size_t n = 0; n < before.size(); ++n) {
          merged[n] = merged[n] == nullptr ? before[n] : merged[n];
        }
        complete = remove != nullptr;
        state = &c;
      }
      if (remove != nullptr) {
        put(removes, first_remove, Kind::remove, *remove,
            {cells_.data() + remove->cells, remove->plan->key_count});
      }
      for (const auto& w : earlier) {
        put(writes, first_write, w.kind, *w.rows.front(), w.cells);
      }
      if (state != nullptr) {
        put(writes, first_write, complete ? Kind::upsert : state->kind, *state, merged);
      }
    }
    std::stable_sort(writes.begin() + static_cast<std::ptrdiff_t>(first_write), writes.end(),
                     [&rank](const Write& a, const Write& b) { return rank(a) < rank(b); });
  }
  for (const auto& w : removes) {
    write(dialect, w.kind, w.rows, w.cells, out);
  }
  for (const auto& w : writes) {
    write(dialect, w.kind, w.rows, w.cells, out);
  }
}

void Batch::write(Dialect& dialect, Kind kind, std::span<const Change* const> rows,
                  std::span<const Value* const> merged, std::vector<Statement>& out) const {
  const TablePlan& plan = *rows.front()->plan;
  const std::size_t width = kind == Kind::remove ? plan.key_count : plan.columns.size();
  std::vector<const Value*> gathered;
  if (merged.empty()) {
    gathered.reserve(rows.size() * width);
    for (const Change* row : rows) {
      gathered.insert(gathered.end(), cells_.begin() + row->cells,
                      cells_.begin() + row->cells + static_cast<std::ptrdiff_t>(width));
    }
    merged = gathered;
  }
  std::span<const BoundColumn> columns(plan.columns.data(), width);
  std::vector<BoundColumn> present_columns;
  std::vector<const Value*> present;
  if (std::find(merged.begin(), merged.begin() + static_cast<std::ptrdiff_t>(width), nullptr) !=
      merged.begin() + static_cast<std::ptrdiff_t>(width)) {
    for (std::size_t c = 0; c < width; ++c) {
      if (merged[c] != nullptr) {
        present_columns.push_back(columns[c]);
      }
    }
    std::copy_if(merged.begin(), merged.end(), std::back_inserter(present),
                 [](const Value* v) { return v != nullptr; });
    columns = present_columns;
    merged = present;
  }
  try {
    dialect.write(op_of(kind), *plan.table, {columns, merged}, out);
  } catch (const RowError& e) {
    throw BadRecord(e.error(), rows[e.row]->record);
  }
}

}  // namespace tandem::sql_sink
