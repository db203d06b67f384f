// A stream of packets, each with its length before it, through decoder and state, and each body through every
// parser.
#include "connectors/mysql/binlog/event_decoder.hpp"
#include "tests/fuzz/mysql_binlog/drive.hpp"

using namespace tandem;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  ByteReader in(BytesView(reinterpret_cast<const char*>(data), size));
  binlog::EventDecoder decoder;
  binlog::StreamState state;
  binlog::TableMapCache maps;
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
    const auto event = decoder.decode(packet);
    if (!event.has_value()) {
      continue;
    }
    (void)state.advance(event.value());
    if (event.value().header.type == binlog::EventType::table_map) {
      (void)maps.take(event.value());
    } else if (const auto map = maps.find(binlog::rows_event_table_id(event.value()))) {
      test::drive_rows(*map, event.value());
    }
    test::drive_event(event.value());
  }
  return 0;
}
