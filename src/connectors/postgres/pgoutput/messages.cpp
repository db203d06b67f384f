#include "connectors/postgres/pgoutput/messages.hpp"

#include <charconv>

#include <fmt/format.h>

namespace tandem::pgoutput {
namespace {

bool read_lsn(ByteReader& in, Lsn& out) {
  std::uint64_t v = 0;
  if (!in.read_be(v)) {
    return false;
  }
  out = Lsn(v);
  return true;
}

bool read_time(ByteReader& in, std::int64_t& out) {
  std::uint64_t v = 0;
  if (!in.read_be(v)) {
    return false;
  }
  out = static_cast<std::int64_t>(
      v + static_cast<std::uint64_t>(kPostgresEpochUs));  // unsigned: a hostile time may wrap
  return true;
}

bool read_string(ByteReader& in, std::string& out) {
  BytesView v;
  if (!in.read_cstring(v)) {
    return false;
  }
  out.assign(v);
  return true;
}

bool read_tuple(ByteReader& in, Tuple& out) {
  out.clear();
  std::int16_t count = 0;
  if (!in.read_be(count) || count < 0) {
    return false;
  }
  for (std::int16_t i = 0; i < count; ++i) {
    char kind = 0;
    if (!in.read_be(kind)) {
      return false;
    }
    Cell& cell = out.emplace_back();
    if (kind == 'n' || kind == 'u') {
      cell.kind = static_cast<Cell::Kind>(kind);
      continue;
    }
    std::int32_t length = 0;
    if (kind != 't' || !in.read_be(length) || length < 0 ||
        !in.read_bytes(cell.bytes, static_cast<std::size_t>(length))) {
      return false;
    }
    cell.kind = Cell::Kind::text;
  }
  return true;
}

bool read_relation(ByteReader& in, Relation& out) {
  std::int16_t count = 0;
  if (!in.read_be(out.id) || !read_string(in, out.schema) || !read_string(in, out.name) ||
      !in.read_be(out.replica_identity) || !in.read_be(count) || count < 0) {
    return false;
  }
  out.columns.clear();
  for (std::int16_t i = 0; i < count; ++i) {
    RelationColumn& column = out.columns.emplace_back();
    std::uint8_t flags = 0;
    if (!in.read_be(flags) || !read_string(in, column.name) || !in.read_be(column.type) ||
        !in.read_be(column.modifier)) {
      return false;
    }
    column.key = (flags & 1U) != 0;
  }
  return true;
}

bool read_row(ByteReader& in, Kind kind, RowChange& out) {
  out.old_kind = OldTuple::none;
  out.old_row.clear();
  out.new_row.clear();
  char part = 0;
  if (!in.read_be(out.relation) || !in.read_be(part)) {
    return false;
  }
  if (kind != Kind::insert && (part == 'K' || part == 'O')) {
    out.old_kind = static_cast<OldTuple>(part);
    if (!read_tuple(in, out.old_row)) {
      return false;
    }
    if (kind == Kind::remove) {
      return true;
    }
    if (!in.read_be(part)) {
      return false;
    }
  }
  return kind != Kind::remove && part == 'N' && read_tuple(in, out.new_row);
}

bool read_truncate(ByteReader& in, Truncate& out) {
  std::int32_t count = 0;
  std::uint8_t flags = 0;
  if (!in.read_be(count) || count < 0 || !in.read_be(flags)) {
    return false;
  }
  out.cascade = (flags & 1U) != 0;
  out.restart_identity = (flags & 2U) != 0;
  out.relations.clear();
  for (std::int32_t i = 0; i < count; ++i) {
    std::uint32_t id = 0;
    if (!in.read_be(id)) {
      return false;
    }
    out.relations.push_back(id);
  }
  return true;
}

bool read_message(ByteReader& in, LogicalMessage& out) {
  std::uint8_t flags = 0;
  std::int32_t length = 0;
  if (!in.read_be(flags) || !read_lsn(in, out.lsn) || !in.read_cstring(out.prefix) || !in.read_be(length) ||
      length < 0) {
    return false;
  }
  out.transactional = (flags & 1U) != 0;
  return in.read_bytes(out.content, static_cast<std::size_t>(length));
}

void put_be64(std::string& out, std::uint64_t v) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(v >> shift));
  }
}

}  // namespace

std::string to_text(Lsn lsn) {
  return fmt::format("{:X}/{:X}", lsn.value() >> 32, lsn.value() & 0xFFFFFFFFU);
}

Result<Lsn> parse_lsn(std::string_view text) {
  const auto slash = text.find('/');
  std::uint32_t high = 0, low = 0;
  if (slash != std::string_view::npos) {
    const auto a = std::from_chars(text.data(), text.data() + slash, high, 16);
    const auto b = std::from_chars(text.data() + slash + 1, text.data() + text.size(), low, 16);
    if (a.ec == std::errc() && a.ptr == text.data() + slash && b.ec == std::errc() &&
        b.ptr == text.data() + text.size()) {
      return Lsn((static_cast<std::uint64_t>(high) << 32) | low);
    }
  }
  return Error(ErrorKind::data, fmt::format("not a log sequence number: \"{}\"", text));
}

Result<StreamMessage> parse_stream_message(BytesView bytes) {
  ByteReader in(bytes);
  char kind = 0;
  StreamMessage out;
  bool good = in.read_be(kind);
  if (good && kind == 'w') {
    good = read_lsn(in, out.start) && read_lsn(in, out.end) && read_time(in, out.time_us);
    out.payload = in.rest();
  } else if (good && kind == 'k') {
    std::uint8_t reply = 0;
    out.kind = StreamMessage::Kind::keep_alive;
    good = read_lsn(in, out.end) && read_time(in, out.time_us) && in.read_be(reply) && in.empty();
    out.start = out.end;
    out.reply_requested = reply != 0;
  } else {
    good = false;
  }
  if (!good) {
    return Error(ErrorKind::data, fmt::format("not a replication stream message: {} bytes starting with {}",
                                              bytes.size(), to_hex(bytes.substr(0, 16))));
  }
  return out;
}

std::string encode_status_update(Lsn written, Lsn flushed, Lsn applied, std::int64_t now_us,
                                 bool reply_requested) {
  std::string out = "r";
  put_be64(out, written.value());
  put_be64(out, flushed.value());
  put_be64(out, applied.value());
  put_be64(out, static_cast<std::uint64_t>(now_us - kPostgresEpochUs));
  out.push_back(reply_requested ? '\1' : '\0');
  return out;
}

std::string_view to_string(Kind kind) noexcept {
  switch (kind) {
    case Kind::begin:
      return "BEGIN";
    case Kind::commit:
      return "COMMIT";
    case Kind::origin:
      return "ORIGIN";
    case Kind::relation:
      return "RELATION";
    case Kind::type:
      return "TYPE";
    case Kind::insert:
      return "INSERT";
    case Kind::update:
      return "UPDATE";
    case Kind::remove:
      return "DELETE";
    case Kind::truncate:
      return "TRUNCATE";
    case Kind::message:
      return "MESSAGE";
  }
  return "?";
}

Result<Kind> Decoder::peek(BytesView payload) {
  if (payload.empty()) {
    return Error(ErrorKind::data, "an empty logical replication message");
  }
  if (std::string_view("BCORYIUDTM").find(payload[0]) != std::string_view::npos) {
    return static_cast<Kind>(payload[0]);
  }
  if (std::string_view("SEcAbPKrp").find(payload[0]) != std::string_view::npos) {
    return Error(
        ErrorKind::data,
        fmt::format(
            "logical replication message '{}' belongs to streamed or two-phase transactions, which were not "
            "asked for (proto_version 1)",
            payload[0]));
  }
  return Error(ErrorKind::data,
               fmt::format("unknown logical replication message: {}", to_hex(payload.substr(0, 16))));
}

Result<Kind> Decoder::decode(BytesView payload) {
  BOOST_OUTCOME_TRY(const Kind kind, peek(payload));
  ByteReader in(payload.substr(1));
  bool good = false;
  switch (kind) {
    case Kind::begin:
      good = read_lsn(in, begin_.final_lsn) && read_time(in, begin_.commit_time_us) && in.read_be(begin_.xid);
      break;
    case Kind::commit: {
      std::uint8_t flags = 0;
      good = in.read_be(flags) && read_lsn(in, commit_.commit_lsn) && read_lsn(in, commit_.end_lsn) &&
             read_time(in, commit_.commit_time_us);
      break;
    }
    case Kind::origin:
      good = read_lsn(in, origin_.commit_lsn) && in.read_cstring(origin_.name);
      break;
    case Kind::relation:
      good = read_relation(in, relation_);
      break;
    case Kind::type:
      good = in.read_be(type_.id) && in.read_cstring(type_.schema) && in.read_cstring(type_.name);
      break;
    case Kind::insert:
    case Kind::update:
    case Kind::remove:
      good = read_row(in, kind, row_);
      break;
    case Kind::truncate:
      good = read_truncate(in, truncate_);
      break;
    case Kind::message:
      good = read_message(in, message_);
      break;
  }
  if (!good || !in.empty()) {
    return Error(
        ErrorKind::data,
        fmt::format("logical replication message {} of {} bytes cannot be read{}: {}", to_string(kind),
                    payload.size(), good ? " to its end" : "", to_hex(payload.substr(0, 32))));
  }
  return kind;
}

Result<void> StreamState::accept(Kind kind, bool transactional_message) {
  const auto refuse = [&]() -> Result<void> {
    return Error(ErrorKind::data, fmt::format("{} may not come {} a transaction", to_string(kind),
                                              state_ == State::outside ? "outside" : "inside"));
  };
  switch (kind) {
    case Kind::begin:
      if (state_ != State::outside) {
        return refuse();
      }
      state_ = State::started;
      break;
    case Kind::commit:
      if (state_ == State::outside) {
        return refuse();
      }
      state_ = State::outside;
      break;
    case Kind::origin:
      if (state_ != State::started) {
        return refuse();
      }
      break;
    case Kind::relation:
    case Kind::type:
      if (state_ == State::started) {
        state_ = State::inside;
      }
      break;
    case Kind::message:
      if (transactional_message && state_ == State::outside) {
        return refuse();
      }
      if (state_ == State::started) {
        state_ = State::inside;
      }
      break;
    case Kind::insert:
    case Kind::update:
    case Kind::remove:
    case Kind::truncate:
      if (state_ == State::outside) {
        return refuse();
      }
      state_ = State::inside;
      break;
  }
  return boost::outcome_v2::success();
}

}  // namespace tandem::pgoutput
