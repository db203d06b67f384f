#include "connectors/mysql/row_events.hpp"

#include "connectors/mysql/binlog/decimal.hpp"
#include "connectors/mysql/binlog/json_binary.hpp"
#include "connectors/sync/marker.hpp"
#include "tandem/base/error.hpp"

#include <algorithm>

namespace tandem::mysql {

using binlog::CellKind;
using binlog::CellView;

const TableId& RowEvents::table_map(const binlog::Event& event) {
  auto map = value_or_throw(maps_.take(event, decoder_.from_mariadb()));
  Bound& bound = bound_[map->table_id];
  if (bound.map != map) {
    bound = Bound{};
    bound.id = {map->database, {}, map->table};
    bound.map = std::move(map);
  }
  return bound.id;
}

void RowEvents::forget() noexcept {
  bound_.clear();
  maps_.clear();
}

const TableId* RowEvents::table_of(const binlog::Event& event) const noexcept {
  const auto it = bound_.find(binlog::rows_event_table_id(event));
  return it == bound_.end() ? nullptr : &it->second.id;
}

namespace {

/// What an image leaves out is unknown, and must not be told as null.
void check_image(BytesView image, const std::vector<std::size_t>& columns, const Plan& plan) {
  const auto left_out = std::find_if(columns.begin(), columns.end(),
                                     [&](std::size_t i) { return !image.empty() && !binlog::bit(image, i); });
  if (left_out == columns.end()) {
    return;
  }
  const std::string table = plan.table->id.text(), &column = plan.table->columns[*left_out].name;
  raise(ErrorKind::schema, "a row of " + table + " was logged without its column " + column,
        "log whole rows: SET GLOBAL binlog_row_image = 'FULL', and no other value in any session. MariaDB 11 "
        "never logs generated columns: leave it out with column.exclude.list=" +
            table + "." + column);
}

void check_images(const binlog::RowsEvent& rows, const Plan& plan) {
  for (const BytesView image : {rows.columns_before, rows.columns_after}) {
    check_image(image, plan.value_columns, plan);
    check_image(image, plan.key_columns, plan);
  }
}

}  // namespace

relational::Operation RowEvents::operation(const binlog::Event& event) noexcept {
  using binlog::EventType;
  switch (event.header.type) {
    case EventType::update_rows:
    case EventType::update_rows_v1:
    case EventType::mariadb_update_rows_compressed:
    case EventType::mariadb_update_rows_compressed_v1:
      return relational::Operation::update;
    case EventType::delete_rows:
    case EventType::delete_rows_v1:
    case EventType::mariadb_delete_rows_compressed:
    case EventType::mariadb_delete_rows_compressed_v1:
      return relational::Operation::remove;
    default:
      return relational::Operation::create;
  }
}

bool RowEvents::hide_columns(binlog::RowsEvent& rows, Bound& bound, std::size_t known) {
  const std::size_t mapped = bound.map->columns.size();
  const BytesView shown = rows.columns_after.empty() ? rows.columns_before : rows.columns_after;
  if (rows.column_count != mapped || binlog::count_bits(shown, mapped) != known ||
      (!rows.columns_before.empty() && rows.columns_before != shown)) {
    return false;
  }
  if (bound.shown != shown) {
    bound.shown = shown;
    bound.whole.assign((known + 7) / 8, '\xff');
    bound.shaped = std::make_unique<binlog::TableMap>(*bound.map);
    auto& columns = bound.shaped->columns;
    columns.clear();
    for (std::size_t i = 0; i < mapped; ++i) {
      if (binlog::bit(shown, i)) {
        columns.push_back(bound.map->columns[i]);
      }
    }
    bound.signs_of = 0;
    bound.decoder.reset();
  }
  rows.column_count = static_cast<std::uint32_t>(known);
  for (BytesView* image : {&rows.columns_before, &rows.columns_after}) {
    if (!image->empty()) {
      *image = bound.whole;
    }
  }
  return true;
}

void RowEvents::take_signs(Bound& bound, const Plan& plan) {
  if (!bound.shaped) {
    bound.shaped = std::make_unique<binlog::TableMap>(*bound.map);
  }
  for (std::size_t i = 0; i < bound.shaped->columns.size(); ++i) {
    const std::string& type = plan.table->columns[i].type_name;
    bound.shaped->columns[i].is_unsigned =
        type.find("UNSIGNED") != std::string::npos || type.find("ZEROFILL") != std::string::npos;
  }
  bound.decoder.reset();
  bound.signs_of = plan.value_schema->id();
}

RowEvents::Open RowEvents::begin(const binlog::Event& event, const Plan& plan) {
  Bound& bound = bound_.at(binlog::rows_event_table_id(event));
  auto rows = value_or_throw(binlog::parse_rows_event(event, unpacked_));
  const std::size_t mapped = bound.map->columns.size(), known = plan.table->columns.size();
  if (mapped != known && !hide_columns(rows, bound, known)) {
    raise(ErrorKind::schema,
          "a row of " + bound.id.text() + " has " + std::to_string(mapped) +
              " columns, the schema history knows " + std::to_string(known),
          "a change of the table was not in the binary log (sql_log_bin=0); set snapshot.mode=recovery once "
          "to rebuild the history");
  }
  if (!bound.map->has_signedness && bound.signs_of != plan.value_schema->id()) {
    take_signs(bound, plan);
  }
  if (!bound.decoder) {
    bound.decoder = std::make_unique<binlog::RowDecoder>(bound.shaped ? *bound.shaped : *bound.map);
  }
  value_or_throw(bound.decoder->start(rows));
  check_images(rows, plan);
  return {bound.decoder.get(), rows.kind};
}

Cell RowEvents::cell_of(const CellView& v) {
  Cell c;
  using Kind = Cell::Kind;
  switch (v.kind) {
    case CellKind::absent:
    case CellKind::null:
      break;
    case CellKind::int64:
      c.kind = Kind::signed_int;
      c.i = v.i64;
      break;
    case CellKind::uint64:
    case CellKind::enum_:
    case CellKind::set:
      c.kind = Kind::unsigned_int;
      c.u = v.u64;
      break;
    case CellKind::year:
      c.kind = Kind::signed_int;
      c.i = static_cast<std::int64_t>(v.u64);
      break;
    case CellKind::float32:
      c.kind = Kind::real32;
      c.f = v.f32;
      break;
    case CellKind::float64:
      c.kind = Kind::real64;
      c.d = v.f64;
      break;
    case CellKind::decimal:
      scratch_.clear();
      if (binlog::append_decimal_text(scratch_, v.bytes, v.precision, v.scale)) {
        c.kind = Kind::text;
        c.bytes = scratch_;
      }
      break;
    case CellKind::json:
      scratch_.clear();
      value_or_throw(binlog::append_json_text(scratch_, v.bytes));
      c.kind = Kind::text;
      c.bytes = scratch_;
      break;
    case CellKind::string:
    case CellKind::bit:
    case CellKind::geometry:
    case CellKind::vector:
      c.kind = Kind::text;
      c.bytes = v.bytes;
      break;
    case CellKind::date:
    case CellKind::datetime:
      c.kind = v.kind == CellKind::date ? Kind::date : Kind::datetime;
      c.t = {v.time.year,   v.time.month,  v.time.day,   static_cast<std::uint8_t>(v.time.hour),
             v.time.minute, v.time.second, v.time.micros};
      break;
    case CellKind::time: {
      const std::int64_t us =
          ((v.time.hour * 60LL + v.time.minute) * 60 + v.time.second) * 1'000'000 + v.time.micros;
      c.kind = Kind::time;
      c.i = v.time.negative ? -us : us;
      break;
    }
    case CellKind::timestamp:
      c.kind = Kind::timestamp;
      c.i = v.instant.seconds * 1'000'000 + v.instant.micros;
      c.zero_date = c.i == 0;
      break;
  }
  return c;
}

relational::RowChange RowEvents::change_of(binlog::RowsKind kind, const binlog::RowView& row,
                                           const Plan& plan) {
  relational::RowChange change;
  const auto before = [&](std::size_t i) { return cell_of(row.before[i]); };
  const auto after = [&](std::size_t i) { return cell_of(row.after[i]); };
  if (kind != binlog::RowsKind::write) {
    change.before = plan.row(before);
    change.before_key = plan.key(before);
  }
  if (kind != binlog::RowsKind::delete_) {
    change.after = plan.row(after);
    change.after_key = plan.key(after);
  }
  change.op = kind == binlog::RowsKind::write    ? relational::Operation::create
              : kind == binlog::RowsKind::update ? relational::Operation::update
                                                 : relational::Operation::remove;
  return change;
}

std::optional<MarkerRow> RowEvents::read_marker(const binlog::Event& event) {
  const auto it = bound_.find(binlog::rows_event_table_id(event));
  if (it == bound_.end() || it->second.id.table != sync::kPositionTable ||
      it->second.map->columns.size() < sync::kPositionColumns.size()) {
    return std::nullopt;
  }
  if (!it->second.decoder) {
    it->second.decoder = std::make_unique<binlog::RowDecoder>(*it->second.map);
  }
  const auto rows = value_or_throw(binlog::parse_rows_event(event, unpacked_));
  value_or_throw(it->second.decoder->start(rows));
  binlog::RowView row;
  if (!value_or_throw(it->second.decoder->next(row))) {
    return std::nullopt;
  }
  const auto& cells = rows.kind == binlog::RowsKind::delete_ ? row.before : row.after;
  const auto text = [&](sync::PositionColumn column) {
    const CellView& v = cells[static_cast<std::size_t>(column)];
    return v.kind == CellKind::string ? std::string(v.bytes) : std::string();
  };
  return MarkerRow{text(sync::PositionColumn::link), text(sync::PositionColumn::origin),
                   text(sync::PositionColumn::hops)};
}

void RowEvents::each_in_payload(const binlog::Event& event,
                                const std::function<void(const binlog::Event&)>& f) {
  value_or_throw(payload_.start(event));
  while (auto inner = value_or_throw(payload_.next())) {
    f(*inner);
  }
}

}  // namespace tandem::mysql
