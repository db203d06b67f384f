#pragma once
#include "connectors/mysql/binlog/compression.hpp"
#include "connectors/mysql/binlog/event_decoder.hpp"
#include "connectors/mysql/binlog/row_decoder.hpp"
#include "connectors/mysql/schemas.hpp"
#include "connectors/relational/model/change_records.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace tandem::mysql {

/// What a sink's position row says: the marker of its transaction.
struct MarkerRow {
  std::string link, origin, hops;
};

/// Binds the decoders to table plans: table maps to TableId, rows to RowChange. One task thread.
class RowEvents {
 public:
  Result<binlog::Event> decode(BytesView packet) { return decoder_.decode(packet); }
  /// Takes a TABLE_MAP in; the reference holds until the table changes.
  const TableId& table_map(const binlog::Event& event);
  /// A ROTATE: table ids begin anew.
  void forget() noexcept;
  /// Table of a rows event; nullptr when its map was not seen.
  const TableId* table_of(const binlog::Event& event) const noexcept;
  static relational::Operation operation(const binlog::Event& event) noexcept;
  /// First row of an event of tandem_position; nullopt when it is no such row.
  std::optional<MarkerRow> read_marker(const binlog::Event& event);
  /// Calls `f` with the number of the row in the event and the change (no source block yet). Throws
  /// TandemError.
  template <class F>
  void each(const binlog::Event& event, const Plan& plan, F&& f) {
    Open open = begin(event, plan);
    binlog::RowView row;
    for (std::uint64_t i = 0; value_or_throw(open.decoder->next(row)); ++i) {
      f(i, change_of(open.kind, row, plan));
    }
  }
  void each_in_payload(const binlog::Event& event, const std::function<void(const binlog::Event&)>& f);

 private:
  struct Bound {
    std::shared_ptr<const binlog::TableMap> map;
    TableId id;
    /// The map as the plan has the table: without hidden columns, with signs where the server told none.
    /// Absent while `map` is that already.
    std::unique_ptr<binlog::TableMap> shaped;
    std::string shown;           ///< columns of `map` that `shaped` keeps, a bit each; empty: all
    std::string whole;           ///< a bit for each column of `shaped`, once columns are hidden
    std::uint64_t signs_of = 0;  ///< id of the plan's value schema
    std::unique_ptr<binlog::RowDecoder> decoder;
  };
  struct Open {
    binlog::RowDecoder* decoder;
    binlog::RowsKind kind;
  };
  Open begin(const binlog::Event& event, const Plan& plan);
  /// MySQL 8.0 maps the hidden column of a functional index wherever it came to stand, and leaves it out of
  /// the rows. Gives `rows` and the map the shape without; false when the rows do not hold `known` columns.
  static bool hide_columns(binlog::RowsEvent& rows, Bound& bound, std::size_t known);
  static void take_signs(Bound& bound, const Plan& plan);
  relational::RowChange change_of(binlog::RowsKind kind, const binlog::RowView& row, const Plan& plan);
  Cell cell_of(const binlog::CellView& view);

  binlog::EventDecoder decoder_;
  binlog::TableMapCache maps_;
  binlog::PayloadReader payload_;
  std::unordered_map<std::uint64_t, Bound> bound_;
  std::string unpacked_;  ///< rows of a compressed MariaDB event
  std::string scratch_;   ///< text of the cell in hand
};

}  // namespace tandem::mysql
