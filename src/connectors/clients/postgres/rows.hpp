#pragma once
#include "tandem/base/bytes.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

struct pg_result;  // libpq-fe.h stays in this room's .cpp files

namespace tandem::postgres {

using Oid = std::uint32_t;

/// One result, owned. Cells are views into it, in text form unless binary results were asked for.
class Rows {
 public:
  Rows() = default;
  explicit Rows(pg_result* result) : result_(result, &clear) {}

  int size() const noexcept;
  bool empty() const noexcept { return size() == 0; }
  int columns() const noexcept;
  bool is_null(int row, int column) const noexcept;
  /// "" for null.
  BytesView at(int row, int column) const noexcept;
  std::optional<BytesView> get(int row, int column) const noexcept {
    return is_null(row, column) ? std::nullopt : std::optional<BytesView>(at(row, column));
  }
  std::string_view column_name(int column) const noexcept;
  Oid column_type(int column) const noexcept;
  /// Rows touched by INSERT, UPDATE, DELETE, MERGE, COPY; 0 for other commands.
  std::uint64_t affected() const noexcept;
  std::string_view command_tag() const noexcept;  ///< "UPDATE 3"

 private:
  static void clear(pg_result* result) noexcept;
  std::unique_ptr<pg_result, void (*)(pg_result*) noexcept> result_{nullptr, &clear};
};

/// A parameter of a statement. The bytes must live until the call returns. `oid` 0: the server infers the
/// type.
struct Param {
  BytesView bytes;
  Oid oid = 0;
  bool null = false;
  bool binary = false;

  static Param text(BytesView v, Oid oid = 0) { return {v, oid, false, false}; }
  static Param raw(BytesView v, Oid oid) {
    return {v, oid, false, true};
  }  ///< binary form, network byte order
  static Param none(Oid oid = 0) { return {{}, oid, true, false}; }
};

enum class ResultFormat : std::uint8_t { text = 0, binary = 1 };

}  // namespace tandem::postgres
