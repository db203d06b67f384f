#include "tandem/json/reader.hpp"

#include "json/numbers.hpp"
#include "tandem/base/error.hpp"

#include <algorithm>

namespace tandem::json {
namespace {

/// Of members with one name the last counts, as in Jackson's tree.
template <class Entries, class Name>
void keep_last(Entries& entries, Name name) {
  if (entries.size() < 2) {
    return;
  }
  std::vector<std::size_t> order(entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) -> const std::string& { return name(entries[i]); });
  std::vector<bool> drop(entries.size(), false);
  bool any = false;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (name(entries[order[i]]) == name(entries[order[i - 1]])) {
      drop[order[i - 1]] = any = true;
    }
  }
  if (any) {
    std::size_t at = 0;
    std::erase_if(entries, [&](const auto&) { return drop[at++]; });
  }
}

OffsetMap read_object(Cursor& cursor) {
  OffsetMap entries;
  if (cursor.enter_object()) {
    std::string scratch;
    do {
      std::string name(cursor.read_name(scratch));
      Value value = read_value(cursor);
      entries.emplace_back(std::move(name), std::move(value));
    } while (cursor.next_in_object());
  }
  keep_last(entries, [](const auto& e) -> const std::string& { return e.first; });
  return entries;
}

template <class T, class Read>
Result<T> whole(std::string_view text, Read read) {
  try {
    Cursor cursor(text);
    T value = read(cursor);
    cursor.expect_end();
    return value;
  } catch (const TandemError& e) {
    return e.error();
  }
}

}  // namespace

Value read_value(Cursor& cursor) {
  switch (cursor.peek()) {
    case Token::null:
      cursor.take_null();
      return {};
    case Token::true_:
    case Token::false_:
      return cursor.read_bool();
    case Token::string: {
      std::string text;
      cursor.read_string(text);
      return text;
    }
    case Token::number: {
      const std::string_view text = cursor.read_number();
      std::int64_t integer = 0;
      if (Cursor::integral(text) && to_integer(text, integer)) {
        return integer;
      }
      return to_double(cursor, text);
    }
    case Token::array: {
      Array elements;
      if (cursor.enter_array()) {
        do {
          elements.push_back(read_value(cursor));
        } while (cursor.next_in_array());
      }
      return elements;
    }
    case Token::object: {
      MapEntries entries;
      if (cursor.enter_object()) {
        std::string scratch;
        do {
          Value name(cursor.read_name(scratch));
          Value value = read_value(cursor);
          entries.emplace_back(std::move(name), std::move(value));
        } while (cursor.next_in_object());
      }
      keep_last(entries, [](const auto& e) -> const std::string& { return *e.first.string(); });
      return entries;
    }
  }
  cursor.fail("a value is expected");
}

Result<Value> parse(std::string_view text) {
  return whole<Value>(text, [](Cursor& cursor) { return read_value(cursor); });
}

Result<OffsetMap> parse_object(std::string_view text) {
  return whole<OffsetMap>(text, [](Cursor& cursor) { return read_object(cursor); });
}

}  // namespace tandem::json
