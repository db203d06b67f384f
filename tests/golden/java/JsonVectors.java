import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.JsonConverter;

/**
 * Makes the vectors that Tandem's JsonConverter is held against. Arguments: the file with hand-written cases, the folder for the results.
 * A case is "read settings TAB write settings TAB input"; the result adds what Kafka Connect reads and writes again, or "!" and its message.
 * Settings are letters: s schemas.enable, n decimal.format=NUMERIC, d replace.null.with.default; a dash where none is set.
 */
public class JsonVectors {
  static final Random random = new Random(20240601);

  static JsonConverter converter(String settings) {
    Map<String, String> config = new HashMap<>();
    config.put("converter.type", "value");
    config.put("schemas.enable", String.valueOf(settings.contains("s")));
    config.put("decimal.format", settings.contains("n") ? "NUMERIC" : "BASE64");
    config.put("replace.null.with.default", String.valueOf(settings.contains("d")));
    JsonConverter c = new JsonConverter();
    c.configure(config, false);
    return c;
  }

  static String transcode(String read, String write, String input) {
    try {
      SchemaAndValue v = converter(read).toConnectData("t", input.equals("<null>") ? null : input.getBytes(StandardCharsets.UTF_8));
      byte[] out = converter(write).fromConnectData("t", v.schema(), v.value());
      return out == null ? "<null>" : new String(out, StandardCharsets.UTF_8);
    } catch (Exception e) {
      return "!" + String.valueOf(e.getMessage()).replace('\n', ' ').replace('\t', ' ');
    }
  }

  static String text() {
    StringBuilder b = new StringBuilder();
    int n = random.nextInt(12);
    for (int i = 0; i < n; i++) {
      switch (random.nextInt(6)) {
        case 0: b.append((char) random.nextInt(0x20)); break;
        case 1: b.append("\"\\/\u007f".charAt(random.nextInt(4))); break;
        case 2: b.append((char) (0xA0 + random.nextInt(0x5000))); break;
        case 3: b.appendCodePoint(0x1F300 + random.nextInt(200)); break;
        default: b.append((char) (' ' + random.nextInt(95)));
      }
    }
    return b.toString();
  }

  static SchemaBuilder type(int depth) {
    switch (random.nextInt(depth > 0 ? 16 : 13)) {
      case 0: return SchemaBuilder.int8();
      case 1: return SchemaBuilder.int16();
      case 2: return SchemaBuilder.int32();
      case 3: return SchemaBuilder.int64();
      case 4: return SchemaBuilder.float32();
      case 5: return SchemaBuilder.float64();
      case 6: return SchemaBuilder.bool();
      case 7: return SchemaBuilder.string();
      case 8: return SchemaBuilder.bytes();
      case 9: return Decimal.builder(random.nextInt(12));
      case 10: return Date.builder();
      case 11: return Time.builder();
      case 12: return Timestamp.builder();
      case 13: return SchemaBuilder.array(schema(depth - 1));
      case 14: return SchemaBuilder.map(random.nextBoolean() ? Schema.STRING_SCHEMA : schema(0), schema(depth - 1));
      default:
        SchemaBuilder s = SchemaBuilder.struct();
        int n = random.nextInt(6);
        for (int i = 0; i < n; i++) s.field("f" + i + (random.nextInt(5) == 0 ? text() : ""), schema(depth - 1));
        return s;
    }
  }

  static Schema schema(int depth) {
    SchemaBuilder b = type(depth);
    boolean named = b.name() != null;
    if (random.nextInt(3) == 0) b.optional();
    if (!named && random.nextInt(4) == 0) b.name("name." + text());
    if (!named && random.nextInt(4) == 0) b.version(random.nextInt(100));
    if (random.nextInt(6) == 0) b.doc(text());
    if (random.nextInt(6) == 0) b.parameter("p" + text(), text());
    if (random.nextInt(5) == 0) {
      Object value = value(b, false);
      if (value != null) {
        try {
          b.defaultValue(value);
        } catch (RuntimeException e) {
          return b.build();
        }
      }
    }
    return b.build();
  }

  static Object value(Schema s, boolean mayBeNull) {
    if (mayBeNull && s.isOptional() && random.nextInt(3) == 0) return null;
    if (Decimal.LOGICAL_NAME.equals(s.name()))
      return new BigDecimal(new BigInteger(1 + random.nextInt(150), random).multiply(BigInteger.valueOf(random.nextBoolean() ? 1 : -1)),
          Integer.parseInt(s.parameters().get("scale")));
    if (Date.LOGICAL_NAME.equals(s.name())) return new java.util.Date(86400000L * (random.nextInt(40000) - 10000));
    if (Time.LOGICAL_NAME.equals(s.name())) return new java.util.Date(random.nextInt(86400000));
    if (Timestamp.LOGICAL_NAME.equals(s.name())) return new java.util.Date(random.nextLong() >> 20);
    switch (s.type()) {
      case INT8: return (byte) random.nextInt();
      case INT16: return (short) random.nextInt();
      case INT32: return random.nextInt() >> random.nextInt(32);
      case INT64: return random.nextLong() >> random.nextInt(64);
      case FLOAT32: { float f = Float.intBitsToFloat(random.nextInt()); return Float.isFinite(f) ? f : 1.5f; }
      case FLOAT64: { double d = Double.longBitsToDouble(random.nextLong()); return Double.isFinite(d) ? d : 0.5; }
      case BOOLEAN: return random.nextBoolean();
      case STRING: return text();
      case BYTES: { byte[] b = new byte[random.nextInt(9)]; random.nextBytes(b); return b; }
      case ARRAY: {
        List<Object> list = new ArrayList<>();
        int n = random.nextInt(4);
        for (int i = 0; i < n; i++) list.add(value(s.valueSchema(), true));
        return list;
      }
      case MAP: {
        // One entry at most: Kafka Connect reads maps into a HashMap, whose order says nothing.
        Map<Object, Object> map = new LinkedHashMap<>();
        if (random.nextBoolean()) map.put(value(s.keySchema(), false), value(s.valueSchema(), true));
        return map;
      }
      default: {
        Struct struct = new Struct(s.schema());
        for (org.apache.kafka.connect.data.Field f : s.fields()) struct.put(f, value(f.schema(), true));
        return struct;
      }
    }
  }

  static String pick(String... all) { return all[random.nextInt(all.length)]; }

  public static void main(String[] args) throws Exception {
    Path out = Path.of(args[1]);
    try (PrintWriter p = new PrintWriter(Files.newBufferedWriter(out.resolve("transcode.tsv")))) {
      for (String line : Files.readAllLines(Path.of(args[0]))) {
        if (line.isEmpty() || line.startsWith("#")) continue;
        String[] c = line.split("\t", -1);
        p.print(line + "\t" + transcode(c[0], c[1], c[2]) + "\n");
      }
      for (int i = 0; i < 600; ) {
        Schema s = schema(2);
        String first = pick("s", "sn", "sd", "snd");
        byte[] bytes;
        try {
          bytes = converter(first).fromConnectData("t", s, value(s, true));
        } catch (RuntimeException e) {
          continue;
        }
        String input = new String(bytes, StandardCharsets.UTF_8);
        if (input.length() > 1500) continue;
        String read = pick("s", "sd");
        String write = pick("s", "sd", "snd", "-", "n", "d");
        p.print(read + "\t" + write + "\t" + input + "\t" + transcode(read, write, input) + "\n");
        i++;
      }
    }
    try (PrintWriter p = new PrintWriter(Files.newBufferedWriter(out.resolve("doubles.tsv")))) {
      for (int i = 0; i < 2000; i++) {
        double d = i % 4 == 0 ? Double.longBitsToDouble(random.nextLong())
            : i % 4 == 1 ? random.nextInt(1000000) / 100.0
            : i % 4 == 2 ? Math.scalb(1.0, random.nextInt(2098) - 1074) : random.nextLong() >>> random.nextInt(63);
        p.print(Long.toHexString(Double.doubleToRawLongBits(d)) + "\t" + d + "\n");
      }
    }
    try (PrintWriter p = new PrintWriter(Files.newBufferedWriter(out.resolve("floats.tsv")))) {
      for (int i = 0; i < 2000; i++) {
        float f = i % 4 == 0 ? Float.intBitsToFloat(random.nextInt())
            : i % 4 == 1 ? random.nextInt(1000000) / 100.0f
            : i % 4 == 2 ? Math.scalb(1.0f, random.nextInt(277) - 149) : random.nextLong() >>> random.nextInt(63);
        p.print(Integer.toHexString(Float.floatToRawIntBits(f)) + "\t" + f + "\n");
      }
    }
  }
}
