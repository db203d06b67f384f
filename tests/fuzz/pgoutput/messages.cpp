#include "connectors/postgres/pgoutput/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace tandem::pgoutput;

// A stream of messages, each with a one-byte length before it, through envelope, decoder and grammar.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Decoder decoder;
  StreamState state;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const std::size_t length = static_cast<unsigned char>(rest[0]);
    const std::string bytes(rest.substr(1, length));  // a copy, so that reads past its end are seen
    rest.remove_prefix(std::min(rest.size(), length + 1));
    (void)parse_stream_message(bytes);
    const auto kind = decoder.decode(bytes);
    if (kind.has_value()) {
      (void)state.accept(kind.value(), decoder.message().transactional);
      std::size_t sum = 0;
      for (const Cell& cell : decoder.row().new_row) {
        for (const char c : kind.value() == Kind::insert ? cell.bytes : std::string_view()) {
          sum += static_cast<unsigned char>(c);
        }
      }
      (void)sum;
    }
  }
  return 0;
}
