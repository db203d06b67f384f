// A stream of packets, each with its length before it, through the decoder, with the table maps that its rows
// belong to; and each body, those in compressed transactions too, through every parser.
#include "connectors/mysql/binlog/event_decoder.hpp"
#include "tests/fuzz/mysql_binlog/drive.hpp"

#include <algorithm>
#include <cstring>

using namespace tandem;

namespace {

/// What lives as long as a connection does, so that one event finds what an earlier one left behind.
struct Reader {
  binlog::EventDecoder decoder;
  binlog::TableMapCache maps;
  binlog::PayloadReader payload;
};

void take(Reader& reader, const binlog::Event& event) {
  if (event.header.type == binlog::EventType::rotate) {
    reader.maps.clear();
  } else if (event.header.type == binlog::EventType::table_map) {
    (void)reader.maps.take(event, reader.decoder.from_mariadb());
  } else if (const auto map = reader.maps.find(binlog::rows_event_table_id(event))) {
    test::drive_rows(*map, event);
  }
  test::drive_event(event);
}

void take_payload(Reader& reader, const binlog::Event& event) {
  if (!reader.payload.start(event).has_value()) {
    return;
  }
  // A few kilobytes can unpack to millions of events, and more of them find nothing more.
  for (int i = 0; i < 32; ++i) {
    const auto inner = reader.payload.next();
    if (!inner.has_value() || !inner.value()) {
      return;
    }
    take(reader, *inner.value());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  ByteReader in(BytesView(reinterpret_cast<const char*>(data), size));
  Reader reader;
  std::uint16_t length = 0;
  while (in.read(length)) {
    BytesView bytes;
    in.read_bytes(bytes, std::min<std::size_t>(length, in.remaining()));
    std::string packet(bytes);
    if (packet.size() >= 13) {
      // The length is put right, or hardly any input would get past it.
      const auto n = static_cast<std::uint32_t>(packet.size());
      std::memcpy(packet.data() + 9, &n, 4);
    }
    const auto event = reader.decoder.decode(packet);
    if (!event.has_value()) {
      continue;
    }
    take(reader, event.value());
    if (event.value().header.type == binlog::EventType::transaction_payload) {
      take_payload(reader, event.value());
    }
  }
  return 0;
}
