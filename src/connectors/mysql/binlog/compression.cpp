#include "connectors/mysql/binlog/compression.hpp"

#include "connectors/mysql/binlog/wire.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

namespace tandem::binlog {
namespace {

// Fields of libbinlogevents/include/codecs/binary.h and the compression types of compression/base.h.
constexpr std::uint64_t kEndOfFields = 0, kFieldSize = 1, kFieldCompression = 2;
constexpr std::uint64_t kZstd = 0, kNone = 255;
constexpr std::size_t kPiece = 128 * 1024;
// max_allowed_packet's upper bound: no event is larger, so a length beyond it is damage.
constexpr std::size_t kLargestEvent = std::size_t{1} << 30;

Error broken(std::string what) { return broken_event(EventType::transaction_payload, std::move(what)); }

}  // namespace

void PayloadReader::Free::operator()(ZSTD_DCtx_s* c) const noexcept { ZSTD_freeDCtx(c); }
PayloadReader::PayloadReader() = default;
PayloadReader::~PayloadReader() = default;
PayloadReader::PayloadReader(PayloadReader&&) noexcept = default;
PayloadReader& PayloadReader::operator=(PayloadReader&&) noexcept = default;

Result<void> PayloadReader::start(const Event& payload) {
  ByteReader in(payload.body);
  std::uint64_t type = 0, compression = kZstd, size = 0;
  begin_ = end_ = 0;
  while (read_lenenc(in, type) && type != kEndOfFields) {
    BytesView value;
    if (!read_lenenc_string(in, value)) {
      return broken("its header is cut short");
    }
    ByteReader field(value);
    std::uint64_t number = 0;
    const bool needed = type == kFieldSize || type == kFieldCompression;
    if (needed && !read_lenenc(field, number)) {
      return broken("its header is cut short");
    }
    (type == kFieldSize ? size : type == kFieldCompression ? compression : number) = number;
  }
  if (in.remaining() < size) {
    return broken("its payload is cut short");
  }
  input_ = in.rest().substr(0, size);
  if (compression != kZstd && compression != kNone) {
    return Error(ErrorKind::fatal,
                 fmt::format("transactions compressed with algorithm {} are not supported", compression),
                 "on the server: SET GLOBAL binlog_transaction_compression = OFF");
  }
  compressed_ = compression == kZstd;
  if (compressed_) {
    if (!zstd_) {
      zstd_.reset(ZSTD_createDCtx());
    }
    ZSTD_DCtx_reset(zstd_.get(), ZSTD_reset_session_only);
  }
  return boost::outcome_v2::success();
}

/// True when at least `bytes` are unpacked; false when the payload ends before.
Result<bool> PayloadReader::fill(std::size_t bytes) {
  if (begin_ > 0 && end_ - begin_ < bytes) {
    std::copy(buffer_.data() + begin_, buffer_.data() + end_, buffer_.data());
    end_ -= begin_;
    begin_ = 0;
  }
  while (end_ - begin_ < bytes) {
    if (input_.empty()) {
      return false;
    }
    if (buffer_.size() < end_ + kPiece) {
      buffer_.resize(end_ + kPiece);
    }
    ZSTD_inBuffer in{input_.data(), input_.size(), 0};
    ZSTD_outBuffer out{buffer_.data(), buffer_.size(), end_};
    const std::size_t r = ZSTD_decompressStream(zstd_.get(), &out, &in);
    if (ZSTD_isError(r) != 0) {
      return broken(fmt::format("zstd says {}", ZSTD_getErrorName(r)));
    }
    if (in.pos == 0 && out.pos == end_) {
      return false;
    }
    input_.remove_prefix(in.pos);
    end_ = out.pos;
  }
  return true;
}

Result<std::optional<Event>> PayloadReader::next() {
  if (!compressed_) {
    if (input_.empty()) {
      return std::optional<Event>();
    }
  } else {
    BOOST_OUTCOME_TRY(const bool more, fill(1));
    if (!more) {
      return std::optional<Event>();
    }
    BOOST_OUTCOME_TRY(fill(kEventHeaderBytes));
  }
  Event event;
  ByteReader header(compressed_ ? BytesView(buffer_.data() + begin_, end_ - begin_) : input_);
  if (!read_event_header(header, event.header) || event.header.size < kEventHeaderBytes ||
      event.header.size > kLargestEvent) {
    return broken("an inner event has no proper header");
  }
  const std::size_t size = event.header.size;
  if (compressed_) {
    BOOST_OUTCOME_TRY(const bool whole, fill(size));
    if (!whole) {
      return broken("an inner event is cut short");
    }
    event.body = BytesView(buffer_.data() + begin_ + kEventHeaderBytes, size - kEventHeaderBytes);
    begin_ += size;
  } else {
    if (input_.size() < size) {
      return broken("an inner event is cut short");
    }
    event.body = input_.substr(kEventHeaderBytes, size - kEventHeaderBytes);
    input_.remove_prefix(size);
  }
  return std::optional<Event>(event);
}

Result<void> uncompress_mariadb(BytesView packed, std::string& out) {
  // binlog_buf_uncompress of MariaDB sql/log_event.cc: 0x80 | algorithm << 4 | width of the length, the
  // length big-endian, then the stream. Algorithm 0 is zlib.
  const auto broken_here = [](std::string_view what) {
    return Error(ErrorKind::data, fmt::format("a compressed MariaDB binlog event is broken: {}", what),
                 "check the log on the server with mariadb-binlog --verify-binlog-checksum");
  };
  ByteReader in(packed);
  std::uint8_t head = 0;
  if (!in.read(head) || (head & 0xF0) != 0x80 || (head & 7) < 1 || (head & 7) > 4) {
    return broken_here("its header");
  }
  std::uint64_t size = 0;
  for (int i = head & 7; i > 0; --i) {
    std::uint8_t byte = 0;
    if (!in.read(byte)) {
      return broken_here("its length");
    }
    size = size << 8 | byte;
  }
  // Deflate packs at most 1032 to 1, so a damaged length cannot make us take memory without end.
  if (size > kLargestEvent || size > in.remaining() * 1040 + 64) {
    return broken_here("its length");
  }
  out.resize(size);
  uLongf got = size;
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &got, reinterpret_cast<const Bytef*>(in.position()),
                 in.remaining()) != Z_OK ||
      got != size) {
    return broken_here("its zlib stream");
  }
  return boost::outcome_v2::success();
}

}  // namespace tandem::binlog
