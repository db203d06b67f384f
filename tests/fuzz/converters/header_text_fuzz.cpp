#include "converters/simple_header_converter.hpp"
#include "tandem/json/writer.hpp"

#include <cstddef>
#include <cstdint>

/// Any text is a header value; nothing may go wrong with it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = tandem::converters::parse_header_text({reinterpret_cast<const char*>(data), size});
  std::string out;
  tandem::converters::append_header_text(out, value.schema, value.value);
  if (value.schema) {
    tandem::json::WritePlan(value.schema, {}).append(out, value.value);
  }
  return 0;
}
