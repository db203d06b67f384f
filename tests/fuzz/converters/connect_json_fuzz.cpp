#include "converters/json_converter.hpp"
#include "tandem/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace tandem;

void require(bool condition, const char* what) {
  if (!condition) {
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
  }
}

}  // namespace

/// Whatever is read writes a text that reads as the same; the second reading goes through the remembered
/// prefix.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView text(reinterpret_cast<const char*>(data), size);
  for (const char* schemas : {"true", "false"}) {
    converters::JsonConverter converter;
    converter.configure({{"schemas.enable", schemas}}, false);
    try {
      const auto first = converter.to_connect("t", text);
      const auto second = converter.to_connect("t", text);
      require(first.value == second.value && first.schema == second.schema, "a text reads the same twice");
      std::string out;
      if (!converter.from_connect("t", first.schema, first.value, out)) {
        require(first.value.is_null() && !first.schema, "only null without schema has no text");
        continue;
      }
      const auto again = converter.to_connect("t", out);
      require(again.value == first.value && same_schema(again.schema, first.schema),
              "what is written reads back");
    } catch (const TandemError& e) {
      require(e.kind() != ErrorKind::bug, e.what());
    }
  }
  return 0;
}
