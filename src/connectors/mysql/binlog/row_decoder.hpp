#pragma once
#include "connectors/mysql/binlog/cell.hpp"
#include "connectors/mysql/binlog/rows_event.hpp"
#include "connectors/mysql/binlog/table_map.hpp"

#include <memory>
#include <span>
#include <vector>

namespace tandem::binlog {

/// One change of one row: a cell for each column of the table map, or nothing where the kind has no such
/// image.
struct RowView {
  std::span<const CellView> before, after;
};

/// Rows of one table map. Made once per map and kept beside it; it owns the cells of the row in hand, so that
/// a row costs no allocation. One thread.
class RowDecoder {
 public:
  /// `map` must live as long. Numeric columns of which the server did not say the sign are read as signed.
  explicit RowDecoder(const TableMap& map);

  /// Begins with an event of this table; its bytes must hold while rows are read. Error: data, when the
  /// number of columns does not fit.
  Result<void> start(const RowsEvent& event);
  /// The next row into `row`, whose cells hold until the next call. False at the end.
  Result<bool> next(RowView& row);

  const TableMap& table() const noexcept { return map_; }

 private:
  /// What to do with a column: its type, with the sizes resolved.
  struct Plan {
    ColumnType type;
    bool is_unsigned;
    std::uint8_t scale;
    std::uint8_t bytes;  // fixed part: the value's, or of its length
    std::uint16_t size;
  };
  static Plan plan_for(const TableMapColumn& column);
  bool read_image(BytesView present, std::vector<CellView>& cells);
  static bool read_cell(ByteReader& in, const Plan& plan, CellView& cell) noexcept;
  Error broken_row(std::size_t column) const;

  const TableMap& map_;
  std::vector<Plan> plans_;
  std::vector<CellView> before_, after_;
  RowsEvent event_;
  ByteReader in_{BytesView()};
  std::size_t row_number_ = 0, failed_column_ = 0;
};

}  // namespace tandem::binlog
