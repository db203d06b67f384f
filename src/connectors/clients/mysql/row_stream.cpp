#include "connectors/clients/mysql/row_stream.hpp"

#include "connectors/clients/mysql/connection.hpp"
#include "connectors/clients/mysql/result_columns.hpp"
#include "connectors/clients/mysql/sql_error.hpp"

#include <mysql.h>

namespace tandem::mysql {

RowStream::RowStream(Connection& connection, std::string_view sql)
    : connection_(connection), statement_(shorten_statement(sql)) {
  connection_.send(sql);
  result_ = mysql_use_result(connection_.native());
  if (result_ == nullptr) {
    connection_.fail(statement_);
  }
  columns_ = read_columns(result_);
}

RowStream::~RowStream() {
  if (!done_) {
    connection_.cancel();
  }
  mysql_free_result(result_);
}

bool RowStream::next() {
  if (done_) {
    return false;
  }
  values_ = mysql_fetch_row(result_);
  if (values_ == nullptr) {
    done_ = true;
    if (mysql_errno(connection_.native()) != 0) {
      connection_.fail(statement_);
    }
    return false;
  }
  lengths_ = mysql_fetch_lengths(result_);
  return true;
}

}  // namespace tandem::mysql
