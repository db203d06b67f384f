#include "tandem/json/number_text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

/// Steele and White / dragon4 as the JDK before 19 runs it, with its three known deviations from "shortest":
/// exact integers drop digits by a table, the E-form always develops two digits, and the big-number road
/// stops on a tie where the 64-bit road goes on. Names follow the paper: value = B/S * 10^exponent, M is half
/// the distance to the neighbours.
namespace tandem::json {
namespace {

__extension__ typedef unsigned __int128 Word128;

constexpr int kFractionBits = 52;

struct Digits {
  std::array<char, 28> text;
  int count = 0;
  int exponent = 0;  ///< the point stands after so many digits

  void push(int digit) { text[static_cast<std::size_t>(count++)] = static_cast<char>('0' + digit); }

  void round_up() {
    int i = count - 1;
    while (i > 0 && text[static_cast<std::size_t>(i)] == '9') {
      text[static_cast<std::size_t>(i--)] = '0';
    }
    if (text[static_cast<std::size_t>(i)] == '9') {
      text[static_cast<std::size_t>(i)] = '1';
      ++exponent;
    } else {
      ++text[static_cast<std::size_t>(i)];
    }
  }
};

constexpr auto kPow5 = [] {
  std::array<std::uint64_t, 28> table{};
  table[0] = 1;
  for (std::size_t i = 1; i < table.size(); ++i) {
    table[i] = table[i - 1] * 5;
  }
  return table;
}();

/// Bits that 5^n takes; beyond the table the same generous bound as the JDK's.
int bits_of_pow5(int n) {
  return n < static_cast<int>(kPow5.size())
             ? static_cast<int>(std::bit_width(kPow5[static_cast<std::size_t>(n)]))
             : n * 3;
}

/// Wide enough for every double: 5^324 and the factor ten above it.
class Wide {
 public:
  Wide(std::uint64_t value, int pow5, int pow2) {
    limbs_[0] = value;
    for (; pow5 > 27; pow5 -= 27) {
      multiply(kPow5[27]);
    }
    multiply(kPow5[static_cast<std::size_t>(pow5)]);
    shift(pow2);
  }

  void multiply(std::uint64_t factor) {
    Word128 carry = 0;
    for (auto& limb : limbs_) {
      carry += static_cast<Word128>(limb) * factor;
      limb = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
  }

  void shift(int bits) {
    const auto whole = static_cast<std::size_t>(bits / 64);
    const int part = bits % 64;
    for (std::size_t i = kLimbs; i-- > 0;) {
      const std::uint64_t high = i >= whole ? limbs_[i - whole] : 0;
      const std::uint64_t low = i > whole ? limbs_[i - whole - 1] : 0;
      limbs_[i] = part == 0 ? high : high << part | low >> (64 - part);
    }
  }

  int leading_zeros() const {
    for (std::size_t i = kLimbs; i-- > 0;) {
      if (limbs_[i] != 0) {
        return std::countl_zero(limbs_[i]);
      }
    }
    return 64;
  }

  bool zero() const {
    return std::all_of(limbs_.begin(), limbs_.end(), [](std::uint64_t l) { return l == 0; });
  }

  std::strong_ordering operator<=>(const Wide& other) const {
    for (std::size_t i = kLimbs; i-- > 0;) {
      if (limbs_[i] != other.limbs_[i]) {
        return limbs_[i] <=> other.limbs_[i];
      }
    }
    return std::strong_ordering::equal;
  }

  Wide operator+(const Wide& other) const {
    Wide sum = *this;
    Word128 carry = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      carry += static_cast<Word128>(limbs_[i]) + other.limbs_[i];
      sum.limbs_[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    return sum;
  }

  /// Quotient by `s` (at most 9); the rest times ten stays here.
  int divide_step(const Wide& s) {
    std::size_t top = kLimbs - 1;
    while (top > 0 && s.limbs_[top] == 0) {
      --top;
    }
    // `s` is shifted so that its top limb has four zero bits: the estimate is right or one too small.
    auto q = static_cast<int>(static_cast<Word128>(limbs_[top]) / (s.limbs_[top] + 1));
    subtract(s, static_cast<std::uint64_t>(q));
    while (*this >= s) {
      subtract(s, 1);
      ++q;
    }
    multiply(10);
    return q;
  }

 private:
  void subtract(const Wide& s, std::uint64_t times) {
    Word128 carry = 0;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      carry += static_cast<Word128>(s.limbs_[i]) * times;
      const auto part = static_cast<std::uint64_t>(carry);
      carry >>= 64;
      const std::uint64_t before = limbs_[i];
      limbs_[i] = before - part - borrow;
      borrow = before < part || (before == part && borrow != 0) ? 1 : 0;
    }
  }

  static constexpr std::size_t kLimbs = 15;
  std::array<std::uint64_t, kLimbs> limbs_{};
};

/// The decimal exponent, one too large at most. The constants are the paper's logarithms, cut as the JDK cuts
/// them.
int estimate_exponent(std::uint64_t fraction, int exponent) {
  const double mantissa =
      std::bit_cast<double>(0x3FF0000000000000ULL | (fraction & ((1ULL << kFractionBits) - 1)));
  return static_cast<int>(std::floor((mantissa - 1.5) * 0.289529654 + 0.176091259 +
                                     static_cast<double>(exponent) * 0.301029995663981));
}

void develop_integer(Digits& digits, std::uint64_t value, int insignificant) {
  int exponent = 0;
  if (insignificant != 0) {
    const std::uint64_t pow10 = kPow5[static_cast<std::size_t>(insignificant)] << insignificant;
    const std::uint64_t rest = value % pow10;
    value /= pow10;
    exponent += insignificant;
    if (rest >= pow10 >> 1) {
      ++value;
    }
  }
  std::array<char, 24> text;
  char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  exponent += static_cast<int>(end - text.data());
  while (end - text.data() > 1 && end[-1] == '0') {
    --end;
  }
  digits.count = static_cast<int>(end - text.data());
  std::copy(text.data(), end, digits.text.begin());
  digits.exponent = exponent;
}

struct Stop {
  bool low, high;
  int low_difference;  ///< sign of 2B - 10S when both stop
};

/// Sums and products wrap, as Java's do: the stops below rely on it.
template <class Word>
Stop develop_words(Digits& digits, Word b, Word s, Word m, int& exponent) {
  using Unsigned = std::make_unsigned_t<Word>;
  const auto times = [](Word v, unsigned factor) {
    return static_cast<Word>(static_cast<Unsigned>(v) * factor);
  };
  const auto sum = [](Word v, Word w) {
    return static_cast<Word>(static_cast<Unsigned>(v) + static_cast<Unsigned>(w));
  };
  const Word tens = times(s, 10);
  int q = static_cast<int>(b / s);
  b = times(b % s, 10);
  m = times(m, 10);
  bool low = b<m, high = sum(b, m)> tens;
  if (q == 0 && !high) {
    --exponent;
  } else {
    digits.push(q);
  }
  if (exponent < -3 || exponent >= 8) {
    low = high = false;
  }
  while (!low && !high) {
    q = static_cast<int>(b / s);
    b = times(b % s, 10);
    m = times(m, 10);
    if (m > 0) {
      low = b < m;
      high = sum(b, m) > tens;
    } else {  // m has overflowed, so it is larger than anything here
      low = high = true;
    }
    digits.push(q);
  }
  const Word difference = static_cast<Word>(static_cast<Unsigned>(times(b, 2)) - static_cast<Unsigned>(tens));
  return {low, high, difference < 0 ? -1 : difference > 0 ? 1 : 0};
}

Stop develop_wide(Digits& digits, std::uint64_t fraction, int b5, int b2, int s5, int s2, int m2,
                  int& exponent) {
  Wide s(1, s5, s2);
  const int bias = (s.leading_zeros() + 60) % 64;
  s.shift(bias);
  Wide b(fraction, b5, b2 + bias);
  Wide m(10, b5, m2 + bias);
  Wide tens = s;
  tens.multiply(10);
  int q = b.divide_step(s);
  bool low = b < m, high = tens <= b + m;
  if (q == 0 && !high) {
    --exponent;
  } else {
    digits.push(q);
  }
  if (exponent < -3 || exponent >= 8) {
    low = high = false;
  }
  while (!low && !high) {
    q = b.divide_step(s);
    m.multiply(10);
    low = b < m;
    high = tens <= b + m;
    digits.push(q);
  }
  int difference = 0;
  if (high && low) {
    b.shift(1);
    difference = b < tens ? -1 : b > tens ? 1 : 0;
  }
  return {low, high, difference};
}

/// `fraction` has its highest bit at position 52 and stands for fraction * 2^(exponent - 52); `significant`
/// of its bits were stored.
void develop(Digits& digits, std::uint64_t fraction, int exponent, int significant) {
  const int tail = std::countr_zero(fraction);
  const int bits = kFractionBits + 1 - tail;
  const int tiny = std::max(0, bits - exponent - 1);
  if (exponent <= 62 && exponent >= -21 && tiny == 0) {
    // floor(log10(2^p)): digits of an integer that its precision does not tell
    const int p = exponent - significant - 1;
    const int insignificant = exponent > significant && p > 1 ? static_cast<int>(p * 0.30102999566398120) : 0;
    develop_integer(digits,
                    exponent >= kFractionBits ? fraction << (exponent - kFractionBits)
                                              : fraction >> (kFractionBits - exponent),
                    insignificant);
    return;
  }
  int decimal = estimate_exponent(fraction, exponent);
  const int b5 = std::max(0, -decimal);
  int b2 = b5 + tiny + exponent;
  const int s5 = std::max(0, decimal);
  int s2 = s5 + tiny;
  int m2 = b2 - significant;
  fraction >>= tail;
  b2 -= bits - 1;
  const int common = std::min(b2, s2);
  b2 -= common;
  s2 -= common;
  m2 -= common;
  if (bits == 1) {  // below a power of two the neighbour is half as far
    m2 -= 1;
  }
  if (m2 < 0) {
    b2 -= m2;
    s2 -= m2;
    m2 = 0;
  }
  const int b_bits = bits + b2 + bits_of_pow5(b5);
  const int ten_s_bits = s2 + 1 + bits_of_pow5(s5 + 1);
  Stop stop;
  const auto pow5 = [](int n) { return kPow5[static_cast<std::size_t>(n)]; };
  if (b_bits < 32 && ten_s_bits < 32) {
    stop = develop_words<std::int32_t>(digits, static_cast<std::int32_t>(fraction * pow5(b5) << b2),
                                       static_cast<std::int32_t>(pow5(s5) << s2),
                                       static_cast<std::int32_t>(pow5(b5) << m2), decimal);
  } else if (b_bits < 64 && ten_s_bits < 64) {
    stop = develop_words<std::int64_t>(digits, static_cast<std::int64_t>(fraction * pow5(b5) << b2),
                                       static_cast<std::int64_t>(pow5(s5) << s2),
                                       static_cast<std::int64_t>(pow5(b5) << m2), decimal);
  } else {
    stop = develop_wide(digits, fraction, b5, b2, s5, s2, m2, decimal);
  }
  digits.exponent = decimal + 1;
  if (stop.high) {
    const bool odd = ((digits.text[static_cast<std::size_t>(digits.count - 1)] - '0') & 1) != 0;
    if (!stop.low || stop.low_difference > 0 || (stop.low_difference == 0 && odd)) {
      digits.round_up();
    }
  }
}

void append(std::string& out, bool negative, const Digits& d) {
  if (negative) {
    out += '-';
  }
  const auto n = static_cast<std::size_t>(d.count);
  const char* text = d.text.data();
  if (d.exponent > 0 && d.exponent < 8) {
    const std::size_t whole = std::min(n, static_cast<std::size_t>(d.exponent));
    out.append(text, whole);
    out.append(static_cast<std::size_t>(d.exponent) - whole, '0');
    out += '.';
    if (n > whole) {
      out.append(text + whole, n - whole);
    } else {
      out += '0';
    }
  } else if (d.exponent <= 0 && d.exponent > -3) {
    out += "0.";
    out.append(static_cast<std::size_t>(-d.exponent), '0');
    out.append(text, n);
  } else {
    out += text[0];
    out += '.';
    if (n > 1) {
      out.append(text + 1, n - 1);
    } else {
      out += '0';
    }
    out += 'E';
    append_integer(out, d.exponent - 1);
  }
}

/// `exponent` is the biased one of the format; subnormals are normalised first, which costs them precision
/// bits.
void append_bits(std::string& out, bool negative, std::uint64_t fraction, int exponent, int bias,
                 int stored) {
  int significant = stored + 1;
  if (exponent == 0) {
    const int shift = stored + 1 - static_cast<int>(std::bit_width(fraction));
    significant = stored + 1 - shift;
    fraction <<= shift;
    exponent = 1 - shift;
  } else {
    fraction |= 1ULL << stored;
  }
  Digits digits;
  develop(digits, fraction << (kFractionBits - stored), exponent - bias, significant);
  append(out, negative, digits);
}

bool append_special(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
  } else if (value == 0) {
    out += std::signbit(value) ? "-0.0" : "0.0";
  } else {
    return false;
  }
  return true;
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void append_double(std::string& out, double value) {
  if (append_special(out, value)) {
    return;
  }
  const auto bits = std::bit_cast<std::uint64_t>(value);
  append_bits(out, bits >> 63 != 0, bits & ((1ULL << 52) - 1), static_cast<int>(bits >> 52 & 0x7FF), 1023,
              52);
}

void append_float(std::string& out, float value) {
  if (append_special(out, value)) {
    return;
  }
  const auto bits = std::bit_cast<std::uint32_t>(value);
  append_bits(out, bits >> 31 != 0, bits & ((1U << 23) - 1), static_cast<int>(bits >> 23 & 0xFF), 127, 23);
}

}  // namespace tandem::json
