#include "connectors/mysql/temporal.hpp"
#include "connectors/mysql/value_writers.hpp"
#include "tandem/data/logical.hpp"

#include <limits>

namespace tandem::mysql {
namespace {

using Kind = Cell::Kind;
constexpr std::int64_t kDayMicros = 86'400'000'000;

bool is_text(const Cell& cell) { return cell.kind == Kind::text || cell.kind == Kind::sql_text; }

/// A date or datetime. False: nothing to write, as for a zero date in a column that may be null. In another
/// it is the epoch; what plan_column() makes of it, when the column has a default, is the default.
bool civil_of(const Cell& cell, bool optional, Cell::Civil& out) {
  if (cell.kind == Kind::date || cell.kind == Kind::datetime) {
    out = cell.t;
  } else if (is_text(cell)) {
    const auto parsed = parse_datetime(cell.bytes);
    if (!parsed) {
      return false;
    }
    out = *parsed;
  } else {
    return false;
  }
  if (!is_real_date(out)) {
    out = {1970, 1, 1, 0, 0, 0, 0};
    return !optional;
  }
  return true;
}

bool time_of(const Cell& cell, std::int64_t& micros) {
  if (cell.kind == Kind::time) {
    micros = cell.i;
    return true;
  }
  if (is_text(cell)) {
    if (const auto parsed = parse_time(cell.bytes)) {
      micros = *parsed;
      return true;
    }
    if (const auto moment = parse_datetime(cell.bytes)) {  // the epoch, as a default that was a function
      micros = ((moment->hour * 60LL + moment->minute) * 60 + moment->second) * 1'000'000 + moment->micros;
      return true;
    }
  }
  return false;
}

}  // namespace

Writer write_date(bool optional) {
  return [optional](const Cell& cell, Value& out) {
    Cell::Civil t;
    if (civil_of(cell, optional, t)) {
      out = static_cast<std::int32_t>(days_from_civil(t.year, t.month, t.day));
    }
  };
}

Writer write_iso_date(bool optional) {
  return [optional](const Cell& cell, Value& out) {
    Cell::Civil t;
    if (civil_of(cell, optional, t)) {
      std::string text;
      append_iso_date(text, t);
      out = text + "Z";
    }
  };
}

template <std::int64_t Scale>
void write_time_scaled(const Cell& cell, Value& out) {
  std::int64_t micros = 0;
  if (time_of(cell, micros)) {
    out = micros * Scale;
  }
}
template void write_time_scaled<1>(const Cell&, Value&);
template void write_time_scaled<1000>(const Cell&, Value&);

void write_time_millis(const Cell& cell, Value& out) {
  std::int64_t micros = 0;
  if (time_of(cell, micros) && micros >= 0 && micros < kDayMicros) {
    out = static_cast<std::int32_t>(micros / 1000);
  }
}

void write_iso_time(const Cell& cell, Value& out) {
  std::int64_t micros = 0;
  if (time_of(cell, micros) && micros >= 0 && micros < kDayMicros) {
    std::string text;
    append_iso_time(text, civil_of_micros(micros), -1);
    out = text + "Z";
  }
}

Writer write_datetime(bool optional, DatetimeUnit unit) {
  return [optional, unit](const Cell& cell, Value& out) {
    Cell::Civil t;
    if (!civil_of(cell, optional, t)) {
      return;
    }
    const std::int64_t micros = epoch_micros(t);
    switch (unit) {
      case DatetimeUnit::millis:
        out = (micros - (micros % 1000 + 1000) % 1000) / 1000;
        break;
      case DatetimeUnit::micros:
        out = micros;
        break;
      case DatetimeUnit::nanos:
        if (micros > std::numeric_limits<std::int64_t>::min() / 1000 &&
            micros < std::numeric_limits<std::int64_t>::max() / 1000) {
          out = micros * 1000;
        }
        break;
    }
  };
}

Writer write_iso_datetime(bool optional) {
  return [optional](const Cell& cell, Value& out) {
    Cell::Civil t;
    if (civil_of(cell, optional, t)) {
      std::string text;
      append_iso_date(text, t);
      text += 'T';
      append_iso_time(text, t, -1);
      out = text + "Z";
    }
  };
}

Writer write_timestamp(bool optional, int precision) {
  return [optional, precision](const Cell& cell, Value& out) {
    Cell::Civil t;
    if (cell.kind == Kind::timestamp) {
      if (cell.zero_date && optional) {
        return;
      }
      t = civil_of_micros(cell.zero_date ? 0 : cell.i);
    } else if (!civil_of(cell, optional, t)) {
      return;
    }
    std::string text;
    append_iso_date(text, t);
    text += 'T';
    // Read from a table, the fraction is as short as it can be; from the log, as long as the column's.
    append_iso_time(text, t, cell.kind == Kind::timestamp ? precision : -1);
    text += 'Z';
    out = std::move(text);
  };
}

Writer or_default_if_zero(Writer write, Value fallback) {
  return [write = std::move(write), fallback = std::move(fallback)](const Cell& cell, Value& out) {
    Cell::Civil t;
    const bool civil = cell.kind == Kind::date || cell.kind == Kind::datetime || is_text(cell);
    if (cell.kind == Kind::timestamp ? cell.zero_date : civil && !civil_of(cell, true, t)) {
      out = fallback;
      return;
    }
    write(cell, out);
  };
}

Writer write_year(bool adjust) {
  return [adjust](const Cell& cell, Value& out) {
    std::int64_t year = 0;
    if (cell.kind == Kind::signed_int) {
      // The binlog holds year - 1900; 0 stands for 0000, and Debezium says 1900 for it.
      year = cell.i == 0 ? 1900 : cell.i;
    } else if (is_text(cell)) {
      Value number;
      write_integer<std::int32_t>(cell, number);
      if (!number.to_int64(year)) {
        return;
      }
      if (adjust && year >= 0 && year < 100) {
        year += year < 70 ? 2000 : 1900;
      }
    } else {
      return;
    }
    out = static_cast<std::int32_t>(year);
  };
}

}  // namespace tandem::mysql
