#include "connectors/clients/postgres/sql_error.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tandem::postgres {
namespace {

bool any_of(std::string_view state, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), state) != list.end();
}

std::string remedy_of(const SqlFailure& f) {
  const std::string_view state = f.sqlstate;
  if (!f.hint.empty()) {
    return f.hint;
  }
  if (state == "42501") {
    // "permission denied for table users" names the object; which privilege depends on the statement.
    const auto at = f.message.find(" for ");
    if (at != std::string::npos && f.message.starts_with("permission denied")) {
      std::string object = f.message.substr(at + 5);
      std::string_view privilege = "ALL";
      if (object.starts_with("schema")) {
        privilege = "USAGE";
      } else if (f.statement.starts_with("SELECT") || f.statement.starts_with("COPY (")) {
        privilege = "SELECT";
      }
      return fmt::format("GRANT {} ON {} TO CURRENT_USER, run by its owner (naming the role used here)",
                         privilege, object);
    }
    return "GRANT the missing right to the role used here";
  }
  if (state == "28P01") {
    return "correct the user and password settings";
  }
  if (state == "28000") {
    return "add a line for this user, database and address to pg_hba.conf and reload, or correct the user";
  }
  if (state == "3D000") {
    return "correct the database name, or CREATE DATABASE";
  }
  return {};
}

std::string text_of(const SqlFailure& f) {
  std::string text = f.message;
  if (!f.detail.empty()) {
    text += fmt::format(" ({})", f.detail);
  }
  text += fmt::format(" [SQLSTATE {}]", f.sqlstate);
  if (!f.statement.empty()) {
    text += fmt::format(" while running: {}", f.statement);
  }
  return text;
}

}  // namespace

ErrorKind classify(std::string_view state) noexcept {
  const std::string_view cls = state.substr(0, 2);
  if (cls == "08" || cls == "53" || cls == "58" ||
      any_of(state, {"57P01", "57P02", "57P03", "57P05", "57014", "40001", "40P01", "55P03", "55006", "25006",
                     "40003"})) {
    return ErrorKind::transient;
  }
  if (cls == "28" || state == "42501") {
    return ErrorKind::auth;
  }
  if (cls == "22" || cls == "23" || cls == "21") {
    return ErrorKind::data;
  }
  if (any_of(state, {"42P01", "42703", "42883", "42704", "42804", "42P10", "3F000", "42P02", "42846"})) {
    return ErrorKind::schema;
  }
  if (state == "3D000") {
    return ErrorKind::not_found;
  }
  if (any_of(state, {"42710", "42P07", "42P06", "42P04"})) {
    return ErrorKind::conflict;
  }
  if (cls == "42") {
    return ErrorKind::config;
  }
  return ErrorKind::fatal;
}

SqlError::SqlError(SqlFailure failure)
    : TandemError(classify(failure.sqlstate), text_of(failure), remedy_of(failure)),
      failure_(std::move(failure)) {}

std::string shorten_statement(std::string_view sql) {
  constexpr std::size_t kMost = 200;
  std::string out;
  out.reserve(std::min(sql.size(), kMost));
  for (const char c : sql) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (blank && (out.empty() || out.back() == ' ')) {
      continue;
    }
    if (out.size() >= kMost - 3) {
      while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U) {
        out.pop_back();
      }
      return out + "...";
    }
    out.push_back(blank ? ' ' : c);
  }
  return out;
}

}  // namespace tandem::postgres
