// A table map and a rows event that belong together.
#include "tests/fuzz/mysql_binlog/drive.hpp"

using namespace tandem;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  ByteReader in(BytesView(reinterpret_cast<const char*>(data), size));
  std::uint8_t type = 0;
  std::uint16_t length = 0;
  BytesView map_bytes;
  if (!in.read(type) || !in.read(length) ||
      !in.read_bytes(map_bytes, std::min<std::size_t>(length, in.remaining()))) {
    return 0;
  }
  binlog::Event event;
  event.header.type = binlog::EventType::table_map;
  event.body = map_bytes;
  const auto map = binlog::parse_table_map(event);
  if (!map.has_value()) {
    return 0;
  }
  static constexpr binlog::EventType kTypes[] = {
      binlog::EventType::write_rows,     binlog::EventType::update_rows,
      binlog::EventType::delete_rows,    binlog::EventType::write_rows_v1,
      binlog::EventType::update_rows_v1, binlog::EventType::mariadb_update_rows_compressed};
  event.header.type = kTypes[type % std::size(kTypes)];
  event.body = in.rest();
  test::drive_rows(map.value(), event);
  return 0;
}
