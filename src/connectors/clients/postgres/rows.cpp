#include "connectors/clients/postgres/rows.hpp"

#include <charconv>
#include <cstring>

#include <libpq-fe.h>

namespace tandem::postgres {

void Rows::clear(pg_result* result) noexcept { PQclear(result); }

int Rows::size() const noexcept { return PQntuples(result_.get()); }
int Rows::columns() const noexcept { return PQnfields(result_.get()); }

bool Rows::is_null(int row, int column) const noexcept {
  return PQgetisnull(result_.get(), row, column) != 0;
}

BytesView Rows::at(int row, int column) const noexcept {
  const char* value = PQgetvalue(result_.get(), row, column);
  return value == nullptr
             ? BytesView()
             : BytesView(value, static_cast<std::size_t>(PQgetlength(result_.get(), row, column)));
}

std::string_view Rows::column_name(int column) const noexcept {
  const char* name = PQfname(result_.get(), column);
  return name == nullptr ? std::string_view() : std::string_view(name);
}

Oid Rows::column_type(int column) const noexcept { return PQftype(result_.get(), column); }

std::uint64_t Rows::affected() const noexcept {
  if (!result_) {
    return 0;
  }
  const char* text = PQcmdTuples(result_.get());
  std::uint64_t n = 0;
  std::from_chars(text, text + std::strlen(text), n);
  return n;
}

std::string_view Rows::command_tag() const noexcept {
  return result_ ? std::string_view(PQcmdStatus(result_.get())) : std::string_view();
}

}  // namespace tandem::postgres
