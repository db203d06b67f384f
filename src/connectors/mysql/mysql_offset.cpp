#include "connectors/mysql/mysql_offset.hpp"

#include "tandem/base/error.hpp"

namespace tandem::mysql {
namespace {

std::int64_t number(const std::string& key, const Value& value) {
  std::int64_t n = 0;
  if (value.to_int64(n)) {
    return n;
  }
  if (const auto* text = value.string()) {
    try {
      return std::stoll(*text);
    } catch (const std::exception&) {
    }
  }
  raise(ErrorKind::config, "the stored source offset has no number in '" + key + "'",
        "correct or delete it: DELETE /connectors/NAME/offsets");
}

}  // namespace

OffsetMap BinlogOffset::to_map() const {
  OffsetMap out;
  const auto put = [&](const char* key, Value v) { out.emplace_back(key, std::move(v)); };
  if (transaction && !snapshot) {
    transaction->append_to(out);
  }
  if (ts_sec) {
    put("ts_sec", *ts_sec);
  }
  put("file", file);
  put("pos", static_cast<std::int64_t>(pos));
  if (gtids) {
    put("gtids", *gtids);
  }
  if (snapshot) {
    put("snapshot", "INITIAL");
  }
  if (rows_done != 0) {
    put("row", static_cast<std::int64_t>(rows_done));
  }
  if (server_id != 0) {
    put("server_id", static_cast<std::int64_t>(server_id));
  }
  if (events_done != 0) {
    put("event", static_cast<std::int64_t>(events_done));
  }
  return out;
}

BinlogOffset BinlogOffset::from(const OffsetMap& map) {
  BinlogOffset out;
  bool completed = false;
  for (const auto& [key, value] : map) {
    if (value.is_null()) {
      continue;
    }
    if (key == "file" && value.string() != nullptr) {
      out.file = *value.string();
    } else if (key == "pos") {
      out.pos = static_cast<std::uint64_t>(number(key, value));
    } else if (key == "gtids" && value.string() != nullptr) {
      out.gtids = std::make_shared<const std::string>(*value.string());
    } else if (key == "event") {
      out.events_done = static_cast<std::uint64_t>(number(key, value));
    } else if (key == "row") {
      out.rows_done = static_cast<std::uint64_t>(number(key, value));
    } else if (key == "server_id") {
      out.server_id = static_cast<std::uint32_t>(number(key, value));
    } else if (key == "ts_sec") {
      out.ts_sec = number(key, value);
    } else if (key == "snapshot") {
      const bool* flag = value.get_if<bool>();
      const std::string* text = value.string();
      out.snapshot = flag != nullptr ? *flag : text != nullptr && (*text == "true" || *text == "INITIAL");
    } else if (key == "snapshot_completed") {
      const bool* flag = value.get_if<bool>();
      completed = flag != nullptr && *flag;
    }
  }
  if (completed) {
    out.snapshot = false;
  }
  if (out.file.empty()) {
    raise(ErrorKind::config, "the stored source offset has no 'file'",
          "correct or delete it: DELETE /connectors/NAME/offsets");
  }
  out.transaction = relational::TransactionState::from(map);
  return out;
}

std::uint64_t binlog_number(const std::string& file) noexcept {
  const auto dot = file.rfind('.');
  return dot == std::string::npos ? 0 : std::strtoull(file.c_str() + dot + 1, nullptr, 10);
}

std::string binlog_base(const std::string& file) { return file.substr(0, file.rfind('.')); }

}  // namespace tandem::mysql
