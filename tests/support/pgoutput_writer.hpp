#pragma once
#include "connectors/postgres/pgoutput/messages.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Encoder of every pgoutput message, so that any stream can be made without a server.
namespace tandem::test::pg {

/// A cell to write: text, null (nullopt) or unchanged.
struct In {
  char kind;
  std::string text;
  In(const char* t) : kind('t'), text(t) {}
  In(std::string t) : kind('t'), text(std::move(t)) {}
  In(std::nullopt_t) : kind('n') {}
  static In unchanged() {
    In in(std::nullopt);
    in.kind = 'u';
    return in;
  }
};
using Row = std::vector<In>;

class Out {
 public:
  explicit Out(char kind) { u8(static_cast<std::uint8_t>(kind)); }
  Out& u8(std::uint8_t v) { return put(v, 1); }
  Out& u16(std::uint64_t v) { return put(v, 2); }
  Out& u32(std::uint64_t v) { return put(v, 4); }
  Out& u64(std::uint64_t v) { return put(v, 8); }
  Out& time(std::int64_t unix_us) {
    return u64(static_cast<std::uint64_t>(unix_us - pgoutput::kPostgresEpochUs));
  }
  Out& text(std::string_view v) {
    bytes_.append(v);
    return u8(0);
  }
  Out& raw(std::string_view v) {
    bytes_.append(v);
    return *this;
  }
  Out& row(const Row& row) {
    u16(row.size());
    for (const In& cell : row) {
      u8(static_cast<std::uint8_t>(cell.kind));
      if (cell.kind == 't') {
        u32(cell.text.size()).raw(cell.text);
      }
    }
    return *this;
  }
  operator std::string() const { return bytes_; }

 private:
  Out& put(std::uint64_t v, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<char>(v >> shift));
    }
    return *this;
  }
  std::string bytes_;
};

inline std::string begin(std::uint64_t final_lsn, std::int64_t time_us, std::uint32_t xid) {
  return Out('B').u64(final_lsn).time(time_us).u32(xid);
}
inline std::string commit(std::uint64_t lsn, std::uint64_t end, std::int64_t time_us) {
  return Out('C').u8(0).u64(lsn).u64(end).time(time_us);
}
inline std::string origin(std::uint64_t lsn, std::string_view name) { return Out('O').u64(lsn).text(name); }
inline std::string relation(const pgoutput::Relation& r) {
  Out out('R');
  out.u32(r.id)
      .text(r.schema)
      .text(r.name)
      .u8(static_cast<std::uint8_t>(r.replica_identity))
      .u16(r.columns.size());
  for (const auto& c : r.columns) {
    out.u8(c.key ? 1 : 0).text(c.name).u32(c.type).u32(static_cast<std::uint32_t>(c.modifier));
  }
  return out;
}
inline std::string type(std::uint32_t id, std::string_view schema, std::string_view name) {
  return Out('Y').u32(id).text(schema).text(name);
}
inline std::string insert(std::uint32_t relation, const Row& row) {
  return Out('I').u32(relation).u8('N').row(row);
}
inline std::string update(std::uint32_t relation, const Row& row) {
  return Out('U').u32(relation).u8('N').row(row);
}
inline std::string update(std::uint32_t relation, char old_kind, const Row& old_row, const Row& row) {
  return Out('U').u32(relation).u8(static_cast<std::uint8_t>(old_kind)).row(old_row).u8('N').row(row);
}
inline std::string remove(std::uint32_t relation, char old_kind, const Row& row) {
  return Out('D').u32(relation).u8(static_cast<std::uint8_t>(old_kind)).row(row);
}
inline std::string truncate(std::initializer_list<std::uint32_t> relations, std::uint8_t flags = 0) {
  Out out('T');
  out.u32(relations.size()).u8(flags);
  for (const auto r : relations) {
    out.u32(r);
  }
  return out;
}
inline std::string message(bool transactional, std::uint64_t lsn, std::string_view prefix,
                           std::string_view content) {
  return Out('M').u8(transactional ? 1 : 0).u64(lsn).text(prefix).u32(content.size()).raw(content);
}
/// The CopyData envelope around a message.
inline std::string data(std::uint64_t start, std::uint64_t end, std::int64_t time_us,
                        std::string_view payload) {
  return Out('w').u64(start).u64(end).time(time_us).raw(payload);
}
inline std::string keep_alive(std::uint64_t end, std::int64_t time_us, bool reply) {
  return Out('k').u64(end).time(time_us).u8(reply ? 1 : 0);
}

}  // namespace tandem::test::pg
